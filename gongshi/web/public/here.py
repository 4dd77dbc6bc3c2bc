"""Beside a matter, once its text is written: the place that it names, and the two sides of a border. A person decides.

Nothing is filled in by itself, and nothing is looked for while somebody types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import offices
from gongshi.cases.intake.choices import Destination, point_of, way
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.routes import BOUNDARY_METRES, sides_of
from gongshi.places.queries import area_by_code, areas, gazetteer
from gongshi.rules.gazetteer import Known
from gongshi.words import in_language

AT, SIDE = "at", "side"


@dataclass(frozen=True)
class Place:
    """One place that can be chosen: what the button sends, the name as it is known, the areas it lies in."""

    value: str
    name: str
    where: str
    chosen: bool = False


@dataclass(frozen=True)
class Border:
    """A point close to a border between offices: who has it now, the others, and the sides to choose from."""

    metres: int
    office: str
    others: tuple[str, ...]
    sides: tuple[Place, ...]


def place_told(draft: Draft, matter: Matter, number: int, ways: Iterable[Destination]) -> dict[str, Any]:
    """Both, for the page: ``here``, and ``border`` of the first of the ways that the matter may go."""
    borders = (border_beside(draft, matter, number, way) for way in ways)
    return {
        "here": places_beside(draft, matter, number),
        "border": next((found for found in borders if found), None),
    }


def places_beside(draft: Draft, matter: Matter, number: int) -> tuple[Place, ...]:
    """The places that the matter's words name, where nobody chose one; never for "no place"."""
    whole = draft.whole(matter)
    if whole.area or whole.lat:
        return ()
    return tuple(
        Place(f"{number}:{AT}:{one.key}", "" if one.point is None else one.name, way(areas()[one.path[0]]))
        for one in _named(whole)
    )


def border_beside(draft: Draft, matter: Matter, number: int, destination: Destination) -> Border | None:
    """What to say of a point within reach of a border, where each side has another office; else None."""
    whole, route = draft.whole(matter), destination.route
    point = point_of(whole)
    if point is None or route is None or not route.near or destination.office is None:
        return None
    return Border(
        BOUNDARY_METRES,
        in_language(destination.office.name),
        tuple(in_language(offices()[office].name) for office in route.near),
        tuple(
            Place(
                f"{number}:{SIDE}:{areas()[key].code}", "", way(areas()[key]), areas()[key].code == whole.area
            )
            for key in sides_of(point)
        ),
    )


def take_here(draft: Draft, data: Mapping[str, str]) -> bool:
    """Take the place or the side whose button was pressed. False when none was, or when it is not offered."""
    which, _, rest = (data.get("here") or "").partition(":")
    verb, _, chosen = rest.partition(":")
    if which not in {str(number) for number in range(1, len(draft.matters) + 1)}:
        return False
    matter = draft.matters[int(which) - 1]
    if verb == SIDE:
        return _take_side(draft, matter, chosen)
    for one in _named(draft.whole(matter)):
        if verb == AT and str(one.key) == chosen:
            matter.area = areas()[one.path[0]].code
            matter.place = matter.place or one.name
            matter.lat, matter.lon = (f"{part:.6f}" for part in one.point) if one.point else ("", "")
            return True
    return False


def _take_side(draft: Draft, matter: Matter, code: str) -> bool:
    whole, node = draft.whole(matter), area_by_code(code)
    point = point_of(whole)
    if node is None or point is None or node.id not in sides_of(point):
        return False
    matter.area, matter.place, matter.lat, matter.lon = code, whole.place, whole.lat, whole.lon
    return True


def _named(whole: Matter) -> tuple[Known[UUID], ...]:
    return gazetteer().named(f"{whole.place}\n{whole.text}")
