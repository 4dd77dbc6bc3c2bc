"""Joining a joint matter: a code, the text that it shows, and a filing of one's own."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongshi.cases.actions.filing import Filed
from gongshi.cases.intake.contacts import LIMITS, contact_typed
from gongshi.cases.intake.faults import LABELS
from gongshi.cases.queries import NotFound
from gongshi.cases.visiting import Visitor
from gongshi.grievances.actions.joining import Invited, join_collective, joined_earlier, read_invitation
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as CODE_LENGTH
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import TokenError, draft_token, receipt_from_draft
from gongshi.web.limits import later, wait_for, within
from gongshi.web.public import visits
from gongshi.web.public.boxes import Box, secret_box
from gongshi.words import language, say

REFUSED, WRONG = 403, 422
HINT = say(
    "16个字母和数字，分四组。大小写、空格都没关系。",
    "16 letters and digits in four groups. Capitals and spaces do not matter.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The box for the code; the text that it opens; and joining, where ``join`` is pressed.

    Limits as in `opening.open_filing`: a right code opens during the wait, too. Whatever is wrong with one, the refusal
    is one and the same. The receipt is made with the page and comes back with it, so that a lost reply loses nothing.
    """
    at = timezone.now()
    if request.method != "POST":
        return code_page(request)
    code = (request.POST.get("code") or "")[: CODE_LENGTH + 1]
    attempt = attempt_at("joining", request.META)
    try:
        if request.POST.get("do") == "join":
            response = _join(request, code, at)
        else:
            response = text_page(request, read_invitation(code), code, at)
    except NotFound:
        if attempt.wait:
            return later(code_page(request, wait=attempt.wait), attempt.wait)
        return code_page(request, refused=True, status=REFUSED)
    attempt.take_back()
    return response


def _join(request: HttpRequest, code: str, at: datetime) -> HttpResponse:
    if earlier := _earlier(request, at):
        return earlier
    invited = read_invitation(code)
    contact, faults = contact_typed({name: request.POST.get(name) or "" for name in LIMITS})
    if wrong := {name: words for name, (_, words) in faults.items()}:
        return text_page(request, invited, code, at, wrong=wrong, status=WRONG)
    try:
        receipt = receipt_from_draft(request.POST.get("draft") or "", form="join", at=at)
    except TokenError:
        return text_page(request, invited, code, at, again=True, status=WRONG)
    if wait := wait_for("filing", request):
        return later(text_page(request, invited, code, at, soon=wait), wait)
    filed = join_collective(
        code, receipt=receipt, language=language(), contact=contact, at=at, text=invited.text
    )
    return _joined(filed, receipt)


def _earlier(request: HttpRequest, at: datetime) -> HttpResponse | None:
    """The same form again: what it made is there, whatever became of the code since."""
    try:
        receipt = receipt_from_draft(request.POST.get("draft") or "", form="join", at=at)
    except TokenError:
        return None
    filed = joined_earlier(receipt)
    return _joined(filed, receipt) if filed else None


def _joined(filed: Filed, receipt: str) -> HttpResponse:
    response = redirect("public:filed")
    response.status_code = 303
    return visits.begin(response, Visitor(filed.filing, filed.receipt_id, receipt), new=True)


def code_page(
    request: HttpRequest, *, refused: bool = False, wait: int = 0, status: int = 200
) -> HttpResponse:
    """The box. ``wait``: seconds, after too many wrong codes."""
    context = {
        "box": secret_box("code", say("共同码", "Join code"), limit=CODE_LENGTH, hint=HINT),
        "refused": refused,
        "wait": within(wait) if wait else "",
    }
    return render(request, "public/join.html", context, status=status)


def text_page(
    request: HttpRequest,
    invited: Invited,
    code: str,
    at: datetime,
    *,
    wrong: dict[str, Any] | None = None,
    again: bool = False,
    soon: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The joint text, and the form to join. ``again``: the page was open for too long; ``soon``: seconds to wait."""
    brought, faults = request.POST.get("draft") or "", wrong or {}
    boxes = [
        Box(
            name,
            LABELS[name],
            kind={"phone": "tel", "email": "email"}.get(name, "line"),
            value=request.POST.get(name) or "",
            wrong=(faults[name],) if name in faults else (),
            limit=LIMITS[name],
            private=True,
            complete={"phone": "tel"}.get(name, name),
        )
        for name in LIMITS
    ]
    context = {
        "text": invited.text,
        "code": code,
        "token": brought if brought and not again else draft_token(new_receipt(), form="join", at=at),
        "boxes": boxes,
        "wrong": faults,
        "again": again,
        "soon": within(soon) if soon else "",
        "page_url": request.path,
    }
    return render(request, "public/join_text.html", context, status=status)
