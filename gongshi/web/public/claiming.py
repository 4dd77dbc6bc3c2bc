"""Taking over a filing that staff typed in: reference and claim code, once, for a receipt that nobody else has seen."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongshi.cases.actions.claims import claim_filing
from gongshi.cases.queries import NotFound
from gongshi.cases.visiting import Visitor
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as CODE_LENGTH
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import TokenError, draft_token, receipt_from_draft
from gongshi.web.limits import later, within
from gongshi.web.public import visits
from gongshi.web.public.boxes import secret_box
from gongshi.web.public.opening import reference_box
from gongshi.words import say

REFUSED = 403


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """The two boxes, and what they open. Whatever is wrong with them, the refusal is one and the same.

    The receipt is made with the page and comes back with it, so that a lost reply loses nothing. Limits as in
    `opening.open_filing`: the right code opens during the wait, too.
    """
    at = timezone.now()
    if request.method != "POST":
        return page(request, at)
    reference = (request.POST.get("reference") or "")[: REFERENCE_LENGTH + 1]
    code = (request.POST.get("code") or "")[: CODE_LENGTH + 1]
    attempt = attempt_at("claiming", request.META)
    try:
        receipt = receipt_from_draft(request.POST.get("claim") or "", form="claim", at=at)
        filing, row = claim_filing(reference, code, receipt=receipt, at=at)
    except TokenError:
        attempt.take_back()
        return page(request, at, reference=reference, again=True, status=REFUSED)
    except NotFound:
        if attempt.wait:
            return later(page(request, at, reference=reference, wait=attempt.wait), attempt.wait)
        return page(request, at, reference=reference, refused=True, status=REFUSED)
    attempt.take_back()
    response = visits.begin(redirect("public:filed"), Visitor(filing, row.id, receipt), new=True)
    response.status_code = 303
    return response


def page(
    request: HttpRequest,
    at: datetime,
    *,
    reference: str = "",
    refused: bool = False,
    again: bool = False,
    wait: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The page with its boxes. ``again``: it was open for too long. ``wait``: seconds, after too many wrong tries."""
    brought = request.POST.get("claim") or ""
    context: dict[str, Any] = {
        "token": brought if brought and not again else draft_token(new_receipt(), form="claim", at=at),
        "reference_box": reference_box(reference),
        "code_box": secret_box(
            "code",
            say("认领码", "Claim code"),
            limit=CODE_LENGTH,
            hint=say(
                "短信或信里的16个字母和数字，分四组。大小写、空格都没关系。",
                "16 letters and digits in four groups, from the message or letter. Capitals and spaces do not matter.",
            ),
        ),
        "refused": refused,
        "again": again,
        "wait": within(wait) if wait else "",
    }
    return render(request, "public/claim.html", context, status=status)
