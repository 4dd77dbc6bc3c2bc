"""Is it the same matter? What is published already and probably the same, asked once, before a filing is sent.

Asked with whole matters and never while somebody types (docs/decisions/0032); nothing of them is kept. What is told is
what the page tells: no distance finer than the public grid, about how many, never who. See docs/guides/api.md.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from ninja import Router, Schema
from pydantic import Field

from gongshi.api.filing import MatterIn, as_draft
from gongshi.api.problems import LANGUAGES, Problem, Refusal
from gongshi.api.published import BandOut, Words, band_told
from gongshi.cases.drafts import MAX_MATTERS, MAX_TEXT
from gongshi.cases.intake.alike import Alike, offers, reasons_of
from gongshi.safekeeping.limits import attempt_at

router = Router(tags=["filing"])


class AlikeIn(Schema):
    """What somebody is about to file: the same matters as in the filing."""

    matters: list[MatterIn] = Field(min_length=1, max_length=MAX_MATTERS)


class AlikeOut(Schema):
    """A published case that is probably the same. ``id``: what the matter's ``joins`` takes. ``reasons``: why."""

    id: UUID
    page: str
    language: str
    title: str
    text: str
    state: str
    filed_on: date
    reasons: list[Words]
    about: BandOut | None


class AskedOut(Schema):
    """One matter, by its number from 1, with what it is probably a report of; nothing: nothing like it is public."""

    number: int
    cases: list[AlikeOut]


class AskedAllOut(Schema):
    """All matters in their order."""

    matters: list[AskedOut]


@router.post(
    "/form/alike",
    response={200: AskedAllOut, **dict.fromkeys((400, 413, 415, 422, 429), Problem)},
    url_name="alike",
)
def alike(request: HttpRequest, asked: AlikeIn) -> dict[str, Any]:
    """Published cases that each matter is probably a report of. Joining is the resident's choice; neither delays it."""
    if wait := attempt_at("alike", request.META).wait:
        words = ("问得太快；不问也可以直接送", "asked too fast; it can be filed without asking")
        raise Refusal(*words, 429, wait=wait)
    draft = as_draft(asked.matters)
    for matter in draft.matters:
        matter.text, matter.wish = matter.text[:MAX_TEXT], matter.wish[:MAX_TEXT]
    found = offers(draft, timezone.now(), again=True)
    return {
        "matters": [
            {"number": number, "cases": [_case(one) for one in found.get(number, ())]}
            for number in range(1, len(draft.matters) + 1)
        ]
    }


def _case(one: Alike) -> dict[str, Any]:
    names = ("id", "language", "title", "text", "state", "filed_on")
    said = {}
    for code, language in LANGUAGES.items():
        with override(language):
            said[code] = [str(each) for each in reasons_of(one)]
    return {
        **{name: getattr(one.case, name) for name in names},
        "page": reverse("public:published_case", args=[one.case.id]),
        "reasons": [{"zh": zh, "en": en} for zh, en in zip(said["zh"], said["en"], strict=True)],
        "about": band_told(one.band),
    }
