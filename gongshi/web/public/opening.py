"""Opening a filing with reference and receipt, and leaving it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from gongshi.cases.intake.choices import can_be_joint
from gongshi.cases.queries import NotFound, filing_by_receipt
from gongshi.cases.visiting import Visitor
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED as RECEIPT_LENGTH
from gongshi.safekeeping.receipts import normalise_receipt
from gongshi.web.limits import later, within
from gongshi.web.public import visits
from gongshi.web.public.boxes import Box, secret_box
from gongshi.words import say

REFUSED = 403
KEPT = ("text", "words")


@require_http_methods(["GET", "HEAD", "POST"])
def open_filing(request: HttpRequest) -> HttpResponse:
    """Reference and receipt open the filing. Whatever is wrong with them, the refusal is one and the same.

    Wrong ones slow down whoever brings them, and nobody else: a filing is never locked. The right receipt opens during
    the wait too, so that nobody who goes on guessing keeps their neighbours out; whatever else is brought then gets the
    same 429, after the same work.
    """
    if request.method != "POST":
        return page(request)
    reference = (request.POST.get("reference") or "")[: REFERENCE_LENGTH + 1]
    receipt = (request.POST.get("receipt") or "")[: RECEIPT_LENGTH + 1]
    attempt = attempt_at("opening", request.META)
    try:
        filing, row = filing_by_receipt(reference, receipt)
    except NotFound:
        if attempt.wait:
            return later(page(request, reference=reference, wait=attempt.wait), attempt.wait)
        return page(request, reference=reference, refused=True, status=REFUSED)
    attempt.take_back()
    response = visits.begin(redirect("public:filing"), Visitor(filing, row.id, normalise_receipt(receipt)))
    response.status_code = 303
    return visits.forget_receipt(response)


def page(
    request: HttpRequest,
    *,
    reference: str = "",
    refused: bool = False,
    again: bool = False,
    kept: str = "",
    wait: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The two boxes. ``again``: the form came without its token. ``kept``: words typed before a visit ran out.

    ``wait``: too many wrong tries, for so many seconds.
    """
    context: dict[str, Any] = {
        "reference_box": reference_box(reference),
        "receipt_box": secret_box(
            "receipt",
            say("回执", "Receipt"),
            limit=RECEIPT_LENGTH,
            hint=say(
                "24个字母和数字，分六组。大小写、空格都没关系。",
                "24 letters and digits in six groups. Capitals and spaces do not matter.",
            ),
        ),
        "refused": refused,
        "again": again,
        "kept": kept,
        "wait": within(wait) if wait else "",
        "joinable": can_be_joint(),
    }
    return render(request, "public/open.html", context, status=status)


def reference_box(reference: str) -> Box:
    """The line for a reference."""
    return secret_box("reference", say("编号", "Reference"), value=reference, limit=REFERENCE_LENGTH)


def ask_again(request: HttpRequest) -> HttpResponse:
    """A form of a filing came back without a visit: ask for the receipt, and show the words that were typed."""
    kept = "\n\n".join(text for name in KEPT if (text := request.POST.get(name)))
    return page(request, kept=kept, status=REFUSED)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Take the visit from the browser."""
    response = redirect("public:home")
    response.status_code = 303
    return visits.end(response)
