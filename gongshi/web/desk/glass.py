"""Break-glass: asking for a case that one does not see, letting somebody of another office, reading until time is up.

The page answers alike whether there is such a case or not; only whoever may approve a request sees that it fits one.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.rights import NotAllowed, may
from gongshi.cases import engine, labels
from gongshi.cases import glass as queries
from gongshi.cases.actions import glass as actions
from gongshi.cases.actions import looks
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import BreakGlass
from gongshi.rules.references import normalise
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.case import told
from gongshi.web.desk.contents import MOST_MATTERS, saved
from gongshi.web.desk.forms import MISSING, text_field
from gongshi.web.desk.moves import UNTAKEN
from gongshi.words import say

ASKED = say(
    "已经收下。如果有这件事、也可以向您打开，能看到它的单位一分钟内会看到您的申请；急的话，请打电话告诉他们。"
    "获批后它出现在下面。",
    "Taken down. If there is such a case and it may be opened to you, an office that sees it will see your request "
    "within a minute; if it cannot wait, call them. Once approved, it appears below.",
)
TOO_MANY = say(
    "一天内最多申请20次。您写的还在。", "At most 20 requests in a day. What you wrote is still here."
)
DECIDED = say("已经有人处理过了。", "Somebody decided this already.")
NO_KEY = say(
    "申请人还没有自己的钥匙，密封的事项不能向他打开。请他先做一把。",
    "Whoever asks has no key of their own yet, so a sealed case cannot be opened to them. They must make one first.",
)
UNREADABLE = say("编号写得不对，请核对。", "This is not how a reference is written; please check it.")


class AskForm(forms.Form):
    """The reference of a case, and why it must be read."""

    reference = forms.CharField(
        label=say("编号", "Reference"),
        help_text=say(
            "例如 QH-4F7K-2M9P-3，第二件写 …-3/2。", "For example QH-4F7K-2M9P-3; its second matter …-3/2."
        ),
        max_length=30,
        error_messages={"required": MISSING},
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    reason = text_field(
        say("为什么必须看", "Why it must be read"),
        say("批准的人和居民都看得到。", "Whoever approves it and the resident read this."),
        actions.LONGEST_REASON,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.number = 1

    def clean_reference(self) -> str:
        """Only the way it is written is looked at: whether there is such a case is not said."""
        typed, _, number = self.cleaned_data["reference"].strip().partition("/")
        if number and not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= MOST_MATTERS):
            raise forms.ValidationError(UNREADABLE)
        self.number = int(number or 1)
        try:
            return normalise(typed)
        except ValueError:
            raise forms.ValidationError(UNREADABLE) from None


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """Ask (POST), and everything about break-glass that concerns this person."""
    asks, approves = may(request.actor, "glass.ask"), may(request.actor, "glass.approve")
    if not (asks or approves):
        raise NotAllowed("glass.ask")
    if request.method != "POST":
        return _page(request, AskForm() if asks else None)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNTAKEN)
    given = form.cleaned_data
    try:
        actions.ask(given["reference"], form.number, given["reason"], actor=request.actor, at=timezone.now())
    except TextRefused as refused:
        form.add_error("reason", words.TEXT_FAULTS[refused.code])
        return _page(request, form, status=UNTAKEN)
    except actions.TooManyAsked:
        form.add_error(None, TOO_MANY)
        return _page(request, form, status=UNTAKEN)
    messages.success(request, ASKED)
    return redirect("desk:glass")


def _page(request: DeskRequest, form: AskForm | None, status: int = 200) -> HttpResponse:
    actor, at = request.actor, timezone.now()
    waiting = queries.waiting_for(actor, at)
    reasons = actions.reasons_of(waiting, actor)  # deciding one says why it stays closed, and what to do
    opened = list(queries.opened_for(actor, at).select_related("case__filing"))
    still = {row.id for row in opened}
    context = {
        "form": form,
        "approves": may(actor, "glass.approve"),
        "asked": [_asked(row, still) for row in queries.asked_by(actor, at)] if form else [],
        "opened": [_opened(row) for row in opened],
        "waiting": [
            {**_opened(row), "at": row.asked_at, "reason": reasons.get(row.id, "")} for row in waiting
        ],
        "through": [_opened(row) for row in queries.open_through(actor, at).select_related("case__filing")],
        **desk(request),
    }
    return render(request, "desk/glass.html", context, status=status)


def _asked(row: BreakGlass, still: set[UUID]) -> dict[str, Any]:
    """A request as whoever made it reads it: waiting, until it is open or its day is over; then until it is closed."""
    number = f"/{row.number}" if row.number > 1 else ""
    opened = row.approved_at is not None
    return {
        "reference": f"{row.reference}{number}",
        "at": row.asked_at,
        "until": row.until if opened else row.asked_at + queries.WAITS_FOR,
        "opened": opened,
        "over": opened and row.id not in still,
    }


def _opened(row: BreakGlass) -> dict[str, Any]:
    assert row.case is not None
    case = row.case
    return {
        "id": row.id,
        "reference": shown.reference_of(case),
        "url": reverse("desk:glass_case", args=[case.filing.reference, case.number]),
        "category": shown.category_name(case),
        "office": shown.office_name(row.office_id),
        "who": shown.person(row.staff_id),
        "until": row.until,
    }


@staff_page("POST")
def approve(request: DeskRequest, asked: UUID) -> HttpResponse:
    """Let somebody of another office read the case for an hour."""
    return _decided(request, actions.approve, asked, say("已批准，60分钟。", "Approved, for 60 minutes."))


@staff_page("POST")
def refuse(request: DeskRequest, asked: UUID) -> HttpResponse:
    """Do not let them."""
    return _decided(request, actions.refuse, asked, say("没有批准。", "Not approved."))


@staff_page("POST")
def end(request: DeskRequest, asked: UUID) -> HttpResponse:
    """End what is open before its time."""
    return _decided(request, actions.end, asked, say("已经结束。", "It is over."))


def _decided(request: DeskRequest, act: Any, asked: UUID, done: Any) -> HttpResponse:
    try:
        act(asked, actor=request.actor, at=timezone.now())
    except Changed:
        messages.warning(request, DECIDED)
    except actions.ReaderWithoutKey:
        messages.warning(request, NO_KEY)
    else:
        messages.success(request, done)
    return redirect("desk:glass")


@staff_page("GET")
def case(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """The case, to be read and not worked on: each time is a look that the resident reads."""
    at = timezone.now()
    found, row = queries.case_through_glass(request.actor, reference, min(number, MOST_MATTERS + 1), at)
    content = looks.open_content(found, request.actor, why=looks.BREAK_GLASS, at=at)
    context = {
        "case": found,
        "reference": shown.reference_of(found),
        "category": shown.category_name(found),
        "kind": labels.KINDS[found.kind],
        "stage": shown.stage_name(found),
        "office": shown.office_name(found.office_id),
        "turn": shown.office_name(engine.whose_turn(found)),
        "area": shown.area_words(found.area_id, steps=9),
        "until": row.until,
        "row": row,
        "look_why": words.LOOK_REASONS[looks.BREAK_GLASS],
        **told(found, content),
        **desk(request),
    }
    for one in context["photos"]:
        one["url"] = reverse("desk:glass_file", args=[found.filing.reference, found.number, one["id"]])
        one["picture_url"] = ""
    return render(request, "desk/glass_case.html", context)


@staff_page("GET")
def file(request: DeskRequest, reference: str, number: int, attachment: UUID) -> HttpResponseBase:
    """A file of such a case, to be saved."""
    at = timezone.now()
    found, _ = queries.case_through_glass(request.actor, reference, min(number, MOST_MATTERS + 1), at)
    row, chunks = looks.open_file(found, attachment, request.actor, why=looks.BREAK_GLASS, at=at)
    return saved(found, row, chunks)
