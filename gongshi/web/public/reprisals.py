"""One step from a resident's own page: "I am being punished or pressed because of this".

It becomes a filing of its own, with a receipt of its own: as a further matter of the first one, its number would tell.
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongshi.accounts.queries import offices
from gongshi.cases.actions.filing import AlreadyFiled
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import MAX_TEXT, Contact, NewMatter
from gongshi.cases.intake.draft import new_draft
from gongshi.cases.intake.faults import WORDS, too_long
from gongshi.cases.intake.kept_off import server_among
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, case_of
from gongshi.cases.reprisals import reprisal_category
from gongshi.cases.routes import NobodyAbove
from gongshi.cases.visiting import Visitor
from gongshi.grievances.reprisals import FORM, contact_left, dealt_with, destination
from gongshi.places.queries import the_place
from gongshi.rules.questions import CONTROL
from gongshi.safekeeping.tokens import TokenError, receipt_from_draft
from gongshi.web.limits import later, wait_for
from gongshi.web.public.filing import arrived, busy
from gongshi.web.public.visits import with_visit
from gongshi.words import language, say

WRONG, CONFLICT = 422, 409
TOO_OLD = say(
    "这一页是三天多以前打开的，刚才没有送出。您写的还在，请再按一次。",
    "This page was opened more than three days ago, so nothing was sent. What you wrote is still here: press again.",
)
SENT_BEFORE = say(
    "这一页送过一次了，那一次的内容已经收到，用那一次的回执可以打开。后来改的没有送出；要再说一次，请从您的来件重新进来。",
    "This page was sent once before, and that is with us: its receipt opens it. What you changed since was not sent. "
    "To report once more, come here again from your filing.",
)


@with_visit
def reprisal(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """The form, and what becomes of it."""
    try:
        case = case_of(visitor.filing, number)
    except NotFound:
        raise Http404 from None
    if reprisal_category() is None:
        raise Http404
    return (
        _send(request, visitor, case, at) if request.method == "POST" else _page(request, visitor, case, at)
    )


def _send(request: HttpRequest, visitor: Visitor, case: Case, at: datetime) -> HttpResponse:
    """File it, or show the form again with what stands in the way."""
    text = (request.POST.get("text") or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if wrong := _wrong_with(text):
        return _page(request, visitor, case, at, wrong=wrong, status=WRONG)
    try:
        receipt = receipt_from_draft(request.POST.get("draft") or "", form=FORM, at=at)
    except TokenError:
        return _page(request, visitor, case, at, renewed=True, note=TOO_OLD, status=WRONG)
    if wait := wait_for("filing", request):
        return later(_page(request, visitor, case, at, note=busy(wait)), wait)
    dealt, own = _dealt_with(case)
    contact = contact_left(visitor) if request.POST.get("contact") else Contact()
    try:
        return arrived(
            report_reprisal(dealt, text, contact, receipt=receipt, language=language(), at=at, own=own),
            receipt,
        )
    except NobodyAbove:
        return _page(request, visitor, case, at, status=WRONG)
    except AlreadyFiled:
        return _page(request, visitor, case, at, renewed=True, note=SENT_BEFORE, status=CONFLICT)


def _wrong_with(text: str) -> Any:
    if CONTROL.search(text):
        return WORDS["control"]
    return too_long(text, MAX_TEXT) if len(text) > MAX_TEXT else ""


def _page(
    request: HttpRequest,
    visitor: Visitor,
    case: Case,
    at: datetime,
    *,
    renewed: bool = False,
    wrong: Any = "",
    note: Any = "",
    status: int = 200,
) -> HttpResponse:
    dealt, own = _dealt_with(case)
    matter, route = destination(dealt, own, at)
    context = {
        "filing": visitor.filing,
        "case": case,
        "page_url": reverse("public:reprisal", args=[case.number]),
        "token": (not renewed and request.POST.get("draft")) or new_draft(at, FORM).token,
        "text": request.POST.get("text") or "",
        "with_contact": bool(request.POST.get("contact")),
        "has_contact": bool(visitor.filing.contact),
        "wrong": wrong,
        "note": note,
        "most": MAX_TEXT,
        "office": offices().get(route.office) if route else None,
        # Who has the joint matter, helps with it or is kept from it is told to nobody who only joined.
        **(_kept(matter) if matter and own is None else {}),
        "joint": own is not None,
        "server": server_among({dealt.office_id}) if own is None else None,
        "routes": the_place().routes,
    }
    return render(request, "public/filing/reprisal.html", context, status=status)


def _dealt_with(case: Case) -> tuple[Case, Case | None]:
    try:
        return dealt_with(case)
    except NotFound:
        raise Http404 from None


def _kept(matter: NewMatter) -> dict[str, Any]:
    """The office that it is about, and the others that are kept from it."""
    known = offices()
    others = {one.office for one in matter.keep_off} - {matter.subject}
    return {
        "concerned": known.get(matter.subject) if matter.subject else None,
        "others": [node for office, node in known.items() if office in others],
    }
