"""A resident at their own filing: reading it, and what may be done to it now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from gongshi.cases import engine
from gongshi.cases.actions.answers import Verdict, say_of_answer
from gongshi.cases.actions.companions import go_apart
from gongshi.cases.actions.conversation import TextRefused, add_to_case
from gongshi.cases.actions.moves import Changed
from gongshi.cases.actions.own_choices import NobodyNamed, agree_to_copy, judge_split, keep_away, may_agree
from gongshi.cases.actions.own_moves import make_own_move
from gongshi.cases.actions.public_answers import agree_to_answers
from gongshi.cases.actions.publication import take_back_consent
from gongshi.cases.actions.recusals import LONGEST_REASON, NobodyLeft
from gongshi.cases.actions.uploads import MOST_FILES, TooManyFiles
from gongshi.cases.companions import companion_of
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.following import follows
from gongshi.cases.intake.consenting import proposed
from gongshi.cases.intake.draft import COPY_AND_ANSWER
from gongshi.cases.intake.faults import WORDS, too_long
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, case_of
from gongshi.cases.reading import Erased
from gongshi.cases.retention import case_kept_until
from gongshi.cases.sent_again import key_or_none, new_key
from gongshi.cases.showing import overview, shown
from gongshi.cases.visiting import Visitor, own_case, own_cases, own_contact, own_file, resident
from gongshi.grievances.actions.beginning import can_become_joint
from gongshi.papers.bundles import sent_file
from gongshi.rules.procedure import Move, RefusedError
from gongshi.rules.questions import CONTROL
from gongshi.safekeeping.labels import UPLOADS
from gongshi.safekeeping.photos import Prepared, UploadError, prepare
from gongshi.web.limits import later, wait_for, within
from gongshi.web.public.joint import joint_page
from gongshi.web.public.steps import FILES_SOON, TOO_MANY
from gongshi.web.public.visits import with_visit
from gongshi.web.public.withdrawing import last_day, leaving
from gongshi.words import say

WRONG, CONFLICT = 422, 409
EMPTY = say("请写几句，再按这个按钮。", "Write a few words before you press this button.")
NOBODY_LEFT = say(
    "这样一来，这里就没有单位能办这件事了，所以没有改。请看“其他路一直开着”，可以到别处反映。",
    "That would leave no office here to deal with it, so nothing was changed. "
    "The other routes are open: you can file elsewhere.",
)
CHANGED = say(
    "刚才又有了新情况，下面是现在的样子。您写的还在，看过以后可以再按一次。",
    "Something happened in the meantime; this is how it stands now. What you wrote is still here: "
    "read on, then press again if you still want to.",
)
SOON = say(
    "刚才从您这一片网络送来的太多，这一条还没有送出。您写的还在，请过{when}再按一次。",
    "Very much was sent from your part of the network just now, so this was not sent yet. "
    "What you wrote is still here: please press once more in {when}.",
)
WHAT_IS_OPEN = say("请写哪里没答、没办好。", "Write what was not answered or not done.")
Action = Callable[[Case], object]


class Refused(ValueError):
    """What was typed cannot be taken in: the words that say why, for a field of a form."""

    def __init__(self, text: Any) -> None:
        super().__init__(str(text))
        self.text = text


@with_visit
def filing(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:
    """The filing: its matters, or its one matter at once."""
    cases = own_cases(visitor)
    if len(cases) == 1:
        return case_page(request, visitor, at, cases[0][0].number)
    context = {
        "filing": visitor.filing,
        "cases": [{**overview(case, clocks, at), "joined": follows(case)} for case, clocks in cases],
        "contact": own_contact(visitor),
        "withdrawn": [case for case, _ in cases if case.outcome == "withdrawn"],
        "all_withdrawn": all(case.outcome == "withdrawn" for case, _ in cases),
        "erase_on": max((case.erase_on for case, _ in cases if case.erase_on), default=None),
        "may_erase": any(case.erase_on is None for case, _ in cases),
    }
    context["until"] = last_day(min((case.erase_on for case, _ in cases if case.erase_on), default=None))
    return render(request, "public/filing/overview.html", context)


@with_visit
def case(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """One matter of the filing."""
    return case_page(request, visitor, at, number)


def case_page(
    request: HttpRequest,
    visitor: Visitor,
    at: datetime,
    number: int,
    *,
    typed: dict[str, Any] | None = None,
    wrong: dict[str, Any] | None = None,
    notice: Any = "",
    status: int = 200,
) -> HttpResponse:
    """A matter's page. ``typed`` and ``wrong``: words and what is wrong with them, by the form's name."""
    try:
        own = own_case(visitor, number)
    except NotFound:
        raise Http404 from None
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
    if follows(own.case):
        return joint_page(request, visitor, at, own, notice=notice, status=status)
    count, page = len(own_cases(visitor)), shown(visitor, own, at)
    context = {
        "filing": visitor.filing,
        "contact": own_contact(visitor) if count == 1 else {},
        "several": count > 1,
        "page_url": reverse("public:case", args=[number]) if request.method == "POST" else "",
        "typed": typed or {},
        "wrong": wrong or {},
        "notice": notice,
        "proposed": proposed(own.file.text),
        "may_agree": may_agree(own),
        "most": MAX_TEXT,
        "add_key": new_key(at),
        **page,
        "with_public": goes_with(own.case),
        "kept_until": case_kept_until(own.case),
        "leaving": leaving(own.case, "restore" in page["moves"]),
        "may_begin": can_become_joint(own.case, own.clocks),
    }
    return render(request, "public/filing/case.html", context, status=status)


@with_visit
def letter(request: HttpRequest, visitor: Visitor, at: datetime, number: int, which: int) -> HttpResponse:  # noqa: ARG001
    """One letter of a matter, as it was sent, for paper."""
    try:
        sent = own_case(visitor, number).file.letters
    except (NotFound, Erased):
        raise Http404 from None
    if not 1 <= which <= len(sent):
        raise Http404
    return render(request, "public/filing/letter.html", {"letter": sent[which - 1], "number": number})


def change(
    request: HttpRequest, visitor: Visitor, at: datetime, number: int, *, form: str, action: Action
) -> HttpResponse:
    """Do something to a matter and show it again; whatever stands in the way keeps what was typed."""
    typed = {form: request.POST}
    if wait := wait_for("writing", request):
        return later(
            case_page(request, visitor, at, number, typed=typed, notice=SOON.format(when=within(wait))), wait
        )
    try:
        found = case_of(visitor.filing, number)
        if follows(found):
            raise NotFound
        action(found)
    except NotFound:
        raise Http404 from None
    except (Changed, RefusedError):
        return case_page(request, visitor, at, number, typed=typed, notice=CHANGED, status=CONFLICT)
    except (Refused, TextRefused) as refused:
        return case_page(
            request, visitor, at, number, typed=typed, wrong={form: reason(refused)}, status=WRONG
        )
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)
    return _see(number)


def reason(refused: Refused | TextRefused) -> Any:
    """Why words were not taken in."""
    if isinstance(refused, Refused):
        return refused.text
    return EMPTY if refused.code == "empty" else WORDS["too_long"]


def goes_with(case: Case) -> dict[str, Any] | None:
    """What a case goes with, as far as everybody may know it: the public copy, while there is one. One statement."""
    bond = companion_of(case)
    return {"public": getattr(bond.lead, "public", None)} if bond else None


@with_visit
def apart(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """One's own goes on alone, where it went with a published case."""
    _only_post(request)

    def action(found: Case) -> None:
        go_apart(found, actor=resident(visitor), at=at)

    return change(request, visitor, at, number, form="apart", action=action)


def _see(number: int) -> HttpResponse:
    response = redirect(reverse("public:case", args=[number]))
    response.status_code = 303
    return response


def typed_words(request: HttpRequest, name: str = "text", limit: int = MAX_TEXT) -> str:
    """What was typed, checked. Raises Refused."""
    text = (request.POST.get(name) or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if CONTROL.search(text):
        raise Refused(WORDS["control"])
    if len(text) > limit:
        raise Refused(too_long(text, limit))
    return text


def _only_post(request: HttpRequest) -> None:
    if request.method != "POST":
        raise Http404


@with_visit
def make(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Reply, confirm, reopen, escalate, or another of the procedure's moves."""
    _only_post(request)

    def action(found: Case) -> None:
        code, said = request.POST.get("move") or "", _said(request, typed_words(request))
        try:
            make_own_move(found, code, said, seen=_seen(request, found), actor=resident(visitor), at=at)
        except TextRefused as refused:
            move = engine.procedure_of(found).moves[code]
            raise (Refused(WHAT_IS_OPEN) if _is_reopening(move, refused) else refused) from None

    return change(request, visitor, at, number, form=_form_of(request), action=action)


@with_visit
def say_of(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """What is said of an answer whose promised day is still to come. Nothing else changes."""
    _only_post(request)

    def action(found: Case) -> None:
        if _seen(request, found) != found.seq:
            raise Changed
        verdict = _said(request, typed_words(request))
        say_of_answer(found, verdict, actor=resident(visitor), at=at, seen=found.seq)

    return change(request, visitor, at, number, form="verdict", action=action)


def _seen(request: HttpRequest, found: Case) -> int:
    """How the matter stood on the page; a number that it never has where the page does not say."""
    return found.seq if request.POST.get("seen") == str(found.seq) else -1


def _form_of(request: HttpRequest) -> str:
    """The name of the form on the page, so that words come back into the same box."""
    name = request.POST.get("form") or ""
    return name if name in ("reply", "verdict", "escalate", "leave", "consent", "settle") else "verdict"


def _is_reopening(move: Move, refused: TextRefused) -> bool:
    return move.effect == "reopen" and refused.code == "empty"


def _said(request: HttpRequest, text: str) -> Verdict:
    said = {"yes": True, "no": False}
    return Verdict(
        points_answered=said.get(request.POST.get("points") or ""),
        promise_kept=said.get(request.POST.get("kept") or ""),
        words=text,
    )


@with_visit
def add(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """More words or files, in any stage."""
    _only_post(request)

    def action(found: Case) -> None:
        text = typed_words(request)
        brought = [one for one in request.FILES.getlist("files") if one.name]
        # Counted before anything is decoded.
        if len(brought) > MOST_FILES:
            raise Refused(TOO_MANY)
        chosen = [_prepared(one, request) for one in brought]
        if not text and not chosen:
            raise Refused(EMPTY)
        try:
            once = key_or_none(request.POST.get("key") or "", at)
            add_to_case(found, text, chosen, actor=resident(visitor), at=at, once=once)
        except TooManyFiles:
            raise Refused(TOO_MANY) from None

    return change(request, visitor, at, number, form="add", action=action)


def _prepared(one: Any, request: HttpRequest) -> tuple[str, Prepared]:
    if wait := wait_for("uploads", request):
        raise Refused(FILES_SOON.format(when=within(wait)))
    try:
        return one.name, prepare(one, evidence=bool(request.POST.get("evidence")))
    except UploadError as error:
        raise Refused(UPLOADS[error.code]) from None


@with_visit
def recuse(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Keep an office, or the officer whom the page names, from the matter."""
    _only_post(request)

    def action(found: Case) -> None:
        text, whom = typed_words(request, limit=LONGEST_REASON), request.POST.get("whom") or ""
        try:
            keep_away(found, whom, text, actor=resident(visitor), at=at)
        except NobodyNamed:
            raise Refused(say("请选是哪个单位或哪一位。", "Choose which office or person.")) from None
        except NobodyLeft:
            raise Refused(NOBODY_LEFT) from None

    return change(request, visitor, at, number, form="recuse", action=action)


@with_visit
def publish(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Agree to show the exact copy that the page showed, or the office's answer beside it, or take it all back."""
    _only_post(request)

    def action(found: Case) -> None:
        if request.POST.get("answer") == "back":
            take_back_consent(found, actor=resident(visitor), at=at)
            return
        if request.POST.get("answer") == "answers":
            agree_to_answers(found, actor=resident(visitor), at=at)
            return
        both = request.POST.get("answer") == COPY_AND_ANSWER
        agree_to_copy(visitor, found, request.POST.getlist("left"), at=at, answers=both)

    return change(request, visitor, at, number, form="publish", action=action)


@with_visit
def split(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Of a matter that staff split off: that it was right, or that it shall be one with the first again."""
    _only_post(request)

    def action(found: Case) -> None:
        together, who = request.POST.get("answer") == "one", resident(visitor)
        judge_split(found, one=together, seen=_seen(request, found), actor=who, at=at)

    return change(request, visitor, at, number, form="split", action=action)


@with_visit
def attachment(
    request: HttpRequest,  # noqa: ARG001
    visitor: Visitor,
    at: datetime,  # noqa: ARG001
    number: int,
    attachment_id: UUID,
) -> HttpResponseBase:
    """A file of one's own, always as a download."""
    try:
        row, name, chunks = own_file(visitor, number, attachment_id)
    except (NotFound, Erased):
        raise Http404 from None
    return sent_file(row.media_type, row.size, name, chunks)
