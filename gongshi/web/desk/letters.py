"""Letters with claim codes: what an office has still to print, and each sheet once."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from gongshi.accounts.rights import require
from gongshi.cases.actions.claims import print_letter
from gongshi.cases.claiming import letters_of
from gongshi.cases.models import Claim
from gongshi.cases.reading import Told
from gongshi.notifications.messages import CLAIM_PATH, address
from gongshi.web.desk.access import DeskRequest, desk, staff_page

LISTED = 100
LANGUAGE_CODES = {"zh": "zh-hans", "en": "en"}


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """The letters that wait, oldest first: reference, day, and whether they are posted or fetched. No word of any."""
    require(request.actor, "letter.print")
    waiting = list(letters_of(request.actor, timezone.now())[:LISTED])
    return render(request, "desk/letters.html", {"letters": waiting, **desk(request)})


@staff_page("POST")
def sheet(request: DeskRequest, claim: UUID) -> HttpResponse:
    """One sheet for the printer. From now on it cannot be had again."""
    require(request.actor, "letter.print")
    row, told = print_letter(claim, actor=request.actor, at=timezone.now())
    context = {
        "reference": row.filing.reference,
        "letter": drawn(row, told),
        "fetched": row.way == "pick_up",
        "page_url": reverse("desk:letters"),
        **desk(request),
    }
    return render(request, "desk/letter_printed.html", context)


def drawn(claim: Claim, told: Told) -> str:
    """The sheet itself, in the language of whoever reads it."""
    language = claim.filing.language
    letter = {
        "reference": claim.filing.reference,
        "code": told.code.split("-"),
        "name": told.name,
        "address": told.address,
        "address_of_claim": address(language) + CLAIM_PATH,
        "until": claim.expires_at,
    }
    with override(LANGUAGE_CODES.get(language, "zh-hans")):
        return render_to_string("desk/letter_sheet.html", {"letter": letter})
