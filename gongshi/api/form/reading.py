"""What the form says of a matter once its words are written, for programs: what it is, how many, where, who has it.

By the functions of the page to check. Nothing of it is kept, and nothing is filled in: a person decides.
"""

from collections.abc import Iterator
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override
from ninja import Router, Schema
from pydantic import Field

from gongshi.api.filing import MatterIn, as_draft
from gongshi.api.form.choosing import Coded
from gongshi.api.problems import LANGUAGES, Problem
from gongshi.api.published import Words
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.intake.choices import Destination, destination, leaf, office_called, way
from gongshi.cases.intake.consenting import in_words
from gongshi.cases.intake.draft import DOORS, Draft
from gongshi.cases.intake.noticing import Border, first_border, pieces_of, places_beside
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.cases.masking import guarded
from gongshi.places.queries import AreaNode, areas
from gongshi.routing.queries import CategoryNode
from gongshi.routing.suggesting import is_about_an_office, opinion

router = Router(tags=["filing"])


class Typed(Schema):
    """What somebody wrote, and what they chose already: as in a filing's matter. Nothing of it is kept."""

    text: str
    wish: str = ""
    door: str = ""
    category: str = ""
    area: str = ""
    place: str = ""
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    about_office: str = ""


class Mark(Schema):
    """Words that would tell who somebody is, and why."""

    words: str
    why: Words


class NamedPlace(Schema):
    """A place that the words name. ``name``: of a landmark or a street, with its point; "" of an area.

    ``area``: its code, ``where``: its name with what it lies in.
    """

    name: str
    area: str
    where: Words
    latitude: float | None
    longitude: float | None


class Side(Schema):
    """An area on one side of a border: what a matter's ``area`` takes."""

    area: str
    where: Words


class BorderOut(Schema):
    """A border between offices within so many metres. ``office`` has it now, ``others`` would across the border."""

    metres: int
    office: Coded
    others: list[Coded]
    sides: list[Side]


class ReadingOut(Schema):
    """What the form would say, and a person decides.

    ``categories``: codes that fit, likeliest first, then the one for everything else. ``how``: "sure" of the first;
    "unsure": offer them without one chosen; "words": no model knows the text, its keywords alone say so.
    ``probability``: of the first, by the model; null with "words". ``parts``: the texts of several matters that it
    seems to hold, to be filed apart; empty for one. ``places``: where neither ``area`` nor a point was given; several
    to choose from where it is not clear. ``border``: where a point was given. ``tip_off``: it reads like one about a
    person.
    """

    categories: list[str]
    how: Literal["sure", "unsure", "words"]
    probability: float | None
    parts: list[str]
    places: list[NamedPlace]
    border: BorderOut | None
    marks: list[Mark]
    tip_off: bool


@router.post(
    "/form/reading",
    response={200: ReadingOut, 400: Problem, 413: Problem, 415: Problem, 422: Problem, 429: Problem},
    url_name="reading",
)
def reading(request: HttpRequest, typed: Typed) -> dict[str, Any]:  # noqa: ARG001
    """What the form would say of these words. Ask once they are written, never while somebody types."""
    draft = _draft(typed)
    matter = draft.first
    found = opinion(f"{matter.text}\n{matter.wish}", draft.door)
    chosen = leaf(matter.category)
    border = first_border(matter, _ways(draft, [chosen] if chosen else found.nodes))
    return {
        "categories": [node.code for node in found.nodes],
        "how": found.how,
        "probability": None if found.chance is None else round(found.chance, 2),
        "parts": pieces_of(matter, draft),
        "places": [
            {
                "name": one.name if one.point else "",
                **_side(areas()[one.path[0]]),
                **dict(zip(("latitude", "longitude"), one.point or (None, None), strict=True)),
            }
            for one in places_beside(matter)
        ],
        "border": _border(border) if border else None,
        "marks": in_words(guarded(matter.text.strip(), ())[1]),
        "tip_off": is_tip_off(matter),
    }


def _draft(typed: Typed) -> Draft:
    said = typed.dict(exclude={"door", "text", "wish"})
    draft = as_draft([MatterIn(**said, text=typed.text[:MAX_TEXT], wish=typed.wish[:MAX_TEXT])])
    if typed.door in DOORS:
        draft.door = typed.door
    return draft


def _ways(draft: Draft, kinds: "list[CategoryNode] | tuple[CategoryNode, ...]") -> Iterator[Destination]:
    """Where it would go. A matter about an office that is not named yet goes nowhere."""
    at, matter = timezone.now(), draft.first
    for node in kinds:
        if not is_about_an_office(node) or office_called(matter.subject):
            yield destination(draft, matter, node, at)


def _side(node: AreaNode) -> dict[str, Any]:
    where = {}
    for code, language in LANGUAGES.items():
        with override(language):
            where[code] = way(node)
    return {"area": node.code, "where": where}


def _border(found: Border) -> dict[str, Any]:
    return {
        "metres": found.metres,
        "office": found.office,
        "others": list(found.others),
        "sides": [_side(node) for node in found.sides],
    }
