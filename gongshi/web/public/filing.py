"""Filing: three short steps and a page to check, all in one form; then the receipt."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongshi.bulletin.actions.pages import count_answered
from gongshi.bulletin.queries import pages_called
from gongshi.cases import engine
from gongshi.cases.actions.filing import AlreadyFiled, Filed, FilesGone
from gongshi.cases.actions.uploads import uploads_of
from gongshi.cases.following import follows
from gongshi.cases.intake import faults
from gongshi.cases.intake.alike import GONE, asks, begin, settle
from gongshi.cases.intake.draft import DOORS, Draft, known_as, new_draft
from gongshi.cases.intake.faults import LABELS, WORDS, Problem
from gongshi.cases.intake.kept_off import named, undecided
from gongshi.cases.queries import filing_by_receipt
from gongshi.cases.routes import NobodyAbove
from gongshi.cases.showing import overview
from gongshi.cases.visiting import Visitor, own_cases, own_contact
from gongshi.web.limits import later, wait_for, within
from gongshi.web.public import unsealed, visits
from gongshi.web.public.asking import take_closest
from gongshi.web.public.draft import read_draft
from gongshi.web.public.form_pages import page_context
from gongshi.web.public.handing_in import hand_in
from gongshi.web.public.keeping_off import OFFICE, take_named
from gongshi.web.public.known import tell_of
from gongshi.web.public.offering import count_offers, take_unseen
from gongshi.web.public.own import goes_with
from gongshi.web.public.posters import take_place
from gongshi.web.public.proof import printed
from gongshi.web.public.steps import PAGES, Outcome, advance, after_door
from gongshi.words import say

WRONG = 422
TOO_OLD = say(
    "这一页是三天多以前打开的，刚才没有送出。您写的都还在。要是以前按过“送出”却没看到回执，那一次可能已经收到：先找找有没有回执。"
    "没有送过，就看一遍，再按一次“送出”。",
    "This page was opened more than three days ago, so nothing was sent just now. All that you wrote is still here. If "
    "you pressed “Send” before and saw no receipt, it may have arrived then: look whether you have a receipt. If it "
    "was never sent, check it and press “Send” once more.",
)
FILES_GONE = say(
    "刚才没有送出：选好的文件有的不在了（超过一天没送出的文件不保留）。您写的都还在。按“经过”旁边的“修改”重新选文件；"
    "不要那些文件，就再按一次“送出”。",
    "Nothing was sent just now: some of your files are gone, as files that wait for more than a day are not kept. All "
    "that you wrote is still here. Press “Change” beside “What happened” to choose them again, or “Send” once more "
    "without them.",
)
ADDED = say(
    "您刚才选的加上了，还没有送出。看看现在送到哪里，再按一次“送出”。",
    "What you chose is added; nothing was sent yet. See where it goes now, then press “Send” once more.",
)
CHOSEN = say(
    "您从其他类别里选了一类，还没有送出。看看现在送到哪里，再按一次“送出”。",
    "You chose from the other kinds; nothing was sent yet. See where it goes now, then press “Send” once more.",
)
SEALED = say(
    "改成密封的一类了，您点了名的看不到。还没有送出：看看现在送到哪里，再按一次“送出”。",
    "It is of a sealed kind now, kept from those whom you named. Nothing was sent yet: see where it goes, then press "
    "“Send” once more.",
)
TEMPLATES = {page: f"public/file/{page}.html" for page in PAGES}


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """The form. GET begins a new draft; POST does what its button says and shows the next page."""
    at = timezone.now()
    if request.method != "POST":
        draft = new_draft(at)
        door = request.GET.get("door") or ""
        draft.door = door if door in DOORS else ""
        take_place(draft, request.GET.get("area") or "", request.GET.get("place") or "")
        return show(request, draft, Outcome(_start(request, draft)), at)
    if answering := pages_called([request.POST.get("answered") or ""]):
        # Who presses very often is not counted, and notices nothing of it.
        if not wait_for("answered", request):
            count_answered(answering[0].page, at=at)
        return _see_other("public:answered")
    draft = read_draft(request.POST, at)
    outcome = advance(draft, request.POST, request.FILES, at, slowed=lambda: wait_for("uploads", request))
    outcome = _asked_first(request, draft, outcome, at)
    if request.POST.get("tell") or request.POST.get("untell"):
        outcome = tell_of(outcome, request, at)
    return show(request, draft, outcome, at)


def _start(request: HttpRequest, draft: Draft) -> str:
    """The page that a new draft begins with, filled in from what its address names."""
    if begin(draft, request.GET.get("join") or ""):
        return "text"
    found = _from_page(draft, request.GET.get("page") or "")
    return found or (after_door(draft) if draft.door else "what")


def _asked_first(request: HttpRequest, draft: Draft, outcome: Outcome, at: datetime) -> Outcome:
    """Whether a matter is published already is asked once its words and place are there, and before it is checked."""
    came = request.POST.get("page") in ("text", "alike") or "here" in request.POST
    if outcome.page != "check" or not came:
        return outcome
    found = asks(draft, at, slowed=lambda: wait_for("alike", request))
    return replace(outcome, page="alike", alike=found) if found else outcome


def show(
    request: HttpRequest,
    draft: Draft,
    outcome: Outcome,
    at: datetime,
    *,
    status: int | None = None,
    notes: list[Any] | None = None,
) -> HttpResponse:
    """One page of the form with the draft as it is."""
    page = outcome.page
    if page == "kind" and not draft.door:
        page = "what"
    context = page_context(draft, page, outcome, at)
    context["notes"] = notes or []
    code = status or (WRONG if outcome.problems else 200)
    return render(request, TEMPLATES[page], context, status=code)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """File the draft. Whatever is wrong leads back to the page where it can be put right, with everything kept."""
    at = timezone.now()
    draft = read_draft(request.POST, at)
    came = take_named(draft, request.POST)
    gone = settle(draft)
    if came or unsealed.take_sealed(draft, request.POST):
        return show(request, draft, Outcome("check"), at, status=WRONG, notes=[ADDED if came else SEALED])
    unseen = take_unseen(draft)
    if (shown := _not_yet(request, draft, at, unseen=unseen, gone=gone)) is not None:
        return shown
    try:
        filed = hand_in(draft, at)
    except NobodyAbove:
        name, page = (OFFICE, "check") if named(draft) else ("subject-1", "kind")
        problem = Problem(page, name, WORDS["nobody_above"], LABELS["subject"])
        return show(request, draft, Outcome(page, [problem]), at)
    except FilesGone:
        draft.keep_only({row.id for row in uploads_of(draft.receipt)})
        return show(request, draft, Outcome("check"), at, status=WRONG, notes=[FILES_GONE])
    except AlreadyFiled as earlier:
        return _already(request, draft, earlier)
    if filed.created:
        count_offers(draft, engine.today(at))
    return arrived(filed, draft.receipt)


def _not_yet(
    request: HttpRequest, draft: Draft, at: datetime, *, unseen: bool, gone: bool
) -> HttpResponse | None:
    """The page to go back to before anything is filed, if there is a reason."""
    wrong = [*faults.problems(draft, engine.today(at)), *undecided(draft)]
    old = ([TOO_OLD] if draft.renewed else []) + ([GONE] if gone else [])
    if wrong:
        page = (
            "kind"
            if wrong[0].name in ("category-1", "subject-1") and wrong[0].page == "what"
            else wrong[0].page
        )
        here = [problem for problem in wrong if problem.page == wrong[0].page]
        return show(request, draft, Outcome(page, here), at, notes=old)
    if old or unseen:
        return show(request, draft, Outcome("check"), at, status=WRONG, notes=old or [CHOSEN])
    if wait := wait_for("filing", request):
        return later(show(request, draft, Outcome("check"), at, notes=[busy(wait)]), wait)
    return None


def busy(wait: int) -> Any:
    """Why a filing has to wait, and that it is all still there."""
    return say(
        "刚才从您这一片网络送来的太多，这一份还没有送出。内容都在，请过{when}再按一次“送出”。",
        "Very many were sent from your part of the network just now, so this one was not sent yet. "
        "Everything is still here: please press “Send” again in {when}.",
    ).format(when=within(wait))


def _from_page(draft: Draft, code: str) -> str:
    """Where the form begins for somebody whom an answer page did not answer; "" without one."""
    if draft.door != "ask" or not pages_called([code]):
        return ""
    draft.first.pages = draft.first.closest = code
    take_closest(draft)
    return "kind"


def _see_other(name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return response


def arrived(filed: Filed, receipt: str) -> HttpResponse:
    """On to the page that shows the receipt, with the filing open."""
    response = _see_other("public:filed")
    return visits.begin(response, Visitor(filed.filing, filed.receipt_id, receipt), new=True)


def _already(request: HttpRequest, draft: Draft, earlier: AlreadyFiled) -> HttpResponse:
    """This draft was filed before it was changed: say so, show what was not sent, open the filing."""
    filing, row = filing_by_receipt(earlier.filing.reference, draft.receipt)
    context = {"reference": filing.reference, "draft": draft, "page_url": reverse("public:filing")}
    response = render(request, "public/file/already.html", context, status=409)
    return visits.begin(response, Visitor(filing, row.id, draft.receipt))


@visits.with_visit
def filed(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:
    """The receipt, until it is put away; and what happens next."""
    if request.method == "POST":
        return visits.forget_receipt(redirect("public:filing"))
    if not visits.may_see_receipt(request, visitor):
        return redirect("public:filing")
    found = own_cases(visitor)
    cases = [
        {**overview(case, clocks, at), "with_public": goes_with(case)}
        for case, clocks in found
        if not follows(case)
    ]
    return render(
        request,
        "public/file/filed.html",
        {
            **_receipt(visitor),
            "filing": visitor.filing,
            "cases": cases,
            "joined": any(follows(case) for case, _ in found),
            "contact": own_contact(visitor),
            "known_as": known_as(visitor.receipt),
        },
    )


@visits.with_visit
def print_receipt(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:  # noqa: ARG001
    """The receipt on paper: no office, no kind and no address on it."""
    if not visits.may_see_receipt(request, visitor):
        return redirect("public:filing")
    return render(request, "public/file/print.html", {**_receipt(visitor), "promises": printed(visitor)})


def _receipt(visitor: Visitor) -> dict[str, Any]:
    reference = visitor.filing.reference
    code = segno.make(f"{reference} {visitor.receipt}", error="m", micro=False)
    return {
        "reference": reference,
        "groups": visitor.receipt.split("-"),
        "qr": code.svg_data_uri(border=2, dark="#000", light="#fff"),
    }
