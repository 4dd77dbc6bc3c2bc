"""What is noticed of a matter once its words are written: several matters in one text, its place, a border close by.

For the form, the desk and programs alike. Nothing is filled in by itself, nothing looked for while somebody types.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.cases.drafts import MAX_MATTERS
from gongshi.cases.intake.choices import Destination, point_of
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.routes import BOUNDARY_METRES, sides_of
from gongshi.places.queries import AreaNode, areas, gazetteer
from gongshi.routing.suggesting import likeliest
from gongshi.rules.gazetteer import Known
from gongshi.rules.several import parts


@dataclass(frozen=True)
class Border:
    """A point close to a border between offices: who has it now, the others, and the areas on its sides."""

    metres: int
    office: OfficeNode
    others: tuple[OfficeNode, ...]
    sides: tuple[AreaNode, ...]


def parts_of(text: str) -> tuple[str, ...]:
    """The text in parts of one matter each; joined, they are the text (`rules.several`)."""
    return tuple(parts(text, _labelled))


def _labelled(text: str) -> tuple[str, float] | None:
    found = likeliest(text)
    return (found[0].code, found[1]) if found else None


def pieces_of(matter: Matter, draft: Draft) -> list[str]:
    """The matters that its text seems to hold, at least two, or nothing; none for what was put together again."""
    if matter.piece or matter.is_joining or not matter.text.strip():
        return []
    found = [piece.strip() for piece in parts_of(matter.text)]
    return found if 1 < len(found) <= MAX_MATTERS - len(draft.matters) + 1 else []


def places_named(whole: Matter) -> tuple[Known[UUID], ...]:
    """The places that the matter's words name, the most specific alone (`rules.gazetteer`)."""
    return gazetteer().named(f"{whole.place}\n{whole.text}")


def places_beside(whole: Matter) -> tuple[Known[UUID], ...]:
    """The same where nobody chose a place; never for "no place"."""
    return () if whole.area or whole.lat else places_named(whole)


def first_border(whole: Matter, ways: Iterable[Destination]) -> Border | None:
    """The border within reach of the matter's point, where each side has another office, of the first way with one."""
    return next((found for each in ways if (found := _border(whole, each))), None)


def _border(whole: Matter, destination: Destination) -> Border | None:
    point, route = point_of(whole), destination.route
    if point is None or route is None or not route.near or destination.office is None:
        return None
    return Border(
        BOUNDARY_METRES,
        destination.office,
        tuple(offices()[office] for office in route.near),
        tuple(areas()[key] for key in sides_of(point)),
    )
