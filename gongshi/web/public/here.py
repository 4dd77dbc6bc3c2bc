"""Beside a matter, once its text is written: the place that it names, and the two sides of a border. A person decides.

Nothing is filled in by itself, and nothing is looked for while somebody types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gongshi.cases.intake.choices import Destination, point_of, way
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.intake.noticing import Border, first_border, places_beside, places_named
from gongshi.cases.routes import sides_of
from gongshi.places.queries import area_by_code, areas
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
class Sides:
    """A point close to a border between offices: who has it now, the others, and the sides to choose from."""

    metres: int
    office: str
    others: tuple[str, ...]
    sides: tuple[Place, ...]


def place_told(draft: Draft, matter: Matter, number: int, ways: Iterable[Destination]) -> dict[str, Any]:
    """Both, for the page: ``here``, and ``border`` of the first of the ways that the matter may go."""
    whole = draft.whole(matter)
    found = first_border(whole, ways)
    return {
        "here": tuple(
            Place(
                f"{number}:{AT}:{one.key}",
                "" if one.point is None else one.name,
                way(areas()[one.path[0]]),
            )
            for one in places_beside(whole)
        ),
        "border": _sides(found, whole, number) if found else None,
    }


def _sides(found: Border, whole: Matter, number: int) -> Sides:
    return Sides(
        found.metres,
        in_language(found.office.name),
        tuple(in_language(office.name) for office in found.others),
        tuple(
            Place(f"{number}:{SIDE}:{node.code}", "", way(node), node.code == whole.area)
            for node in found.sides
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
    for one in places_named(draft.whole(matter)):
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
