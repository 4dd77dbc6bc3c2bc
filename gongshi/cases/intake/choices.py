"""What somebody can choose from while filing: categories by door, offices, areas, places they name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.cases.drafts import KeepOff, NewMatter
from gongshi.cases.intake.draft import NO_PLACE, Draft, Matter
from gongshi.cases.routes import NobodyAbove, Route, route_for
from gongshi.places.queries import AreaNode, area_by_code, areas, places_named, the_place
from gongshi.routing import suggesting
from gongshi.routing.queries import CategoryNode, categories, category_by_code, leaves
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules import crockford, references
from gongshi.rules.ladder import is_sealed
from gongshi.words import in_language


def is_sealed_draft(draft: Draft) -> bool:
    """Whether a matter of the draft, as far as it is decided, is of a kind that is sealed: then no messages go out."""
    found = (leaf(draft.whole(matter).category) for matter in draft.matters)
    return is_sealed_door(draft.door) or any(is_sealed(category.kind) for category in found if category)


def is_sealed_door(door: str) -> bool:
    """Whether everything behind a door is of a sealed kind: then it is known before the category is."""
    behind = [node for _, nodes in categories_behind(door) for node in nodes] if door else []
    return bool(behind) and all(is_sealed(node.kind) for node in behind)


def can_be_joint() -> bool:
    """Whether this place takes matters that others may join."""
    return any(is_sealed(node.kind) for node in leaves())


def leaf(code: str) -> CategoryNode | None:
    """The category with this code, if one can file under it."""
    found = category_by_code(code) if code else None
    return None if found is None or found.is_group else found


def categories_behind(door: str) -> list[tuple[CategoryNode | None, list[CategoryNode]]]:
    """The categories of a door by their topmost group; all but those about offices for "write"."""
    found: dict[Any, list[CategoryNode]] = {}
    for node in leaves():
        if node.door == door or (door == "write" and not is_about_an_office(node)):
            found.setdefault(node.path[-1], []).append(node)
    return [(categories().get(group), nodes) for group, nodes in found.items()]


def suggested(matter: Matter, door: str) -> list[CategoryNode]:
    """Categories that fit the matter's words, likeliest first (`routing.suggesting`)."""
    return suggesting.suggested(f"{matter.text}\n{matter.wish}", door)


def office_called(code: str) -> OfficeNode | None:
    """The current office with this code."""
    return next((node for node in offices().values() if node.code == code), None) if code else None


@dataclass(frozen=True)
class Destination:
    """Where a matter would go, and what is promised: shown before it is sent. ``nobody``: it must go elsewhere."""

    category: CategoryNode
    office: OfficeNode | None
    route: Route | None
    nobody: bool = False


def destination(
    draft: Draft,
    matter: Matter,
    category: CategoryNode,
    at: datetime,
    *,
    owner: UUID | None = None,
    keep_off: tuple[KeepOff, ...] = (),
    channel: str = "web",
) -> Destination:
    """The office and the promise for a matter under a category. ``owner``: of the page that came closest.

    ``keep_off``: who must not see it, if it is of a sealed kind.
    """
    whole = draft.whole(matter)
    subject = office_called(whole.subject) if is_about_an_office(category) else None
    new = NewMatter(
        category=category.id,
        text="",
        area=area_id(whole),
        point=point_of(whole),
        subject=subject.id if subject else None,
        keep_off=keep_off if is_sealed(category.kind) else (),
        owner=owner,
    )
    try:
        route = route_for(new, category, channel=channel, at=at)
    except NobodyAbove:
        return Destination(category, None, None, nobody=True)
    return Destination(category, offices()[route.office], route)


def area_id(matter: Matter) -> Any:
    """The chosen area's key; None for "no place" and "not sure"."""
    node = chosen_area(matter)
    return node.id if node else None


def chosen_area(matter: Matter) -> AreaNode | None:
    """The chosen area, if there is one."""
    return area_by_code(matter.area) if matter.area and matter.area != NO_PLACE else None


def point_of(matter: Matter) -> tuple[float, float] | None:
    """The exact point (latitude, longitude) where the matter has one. For checked drafts."""
    return (float(matter.lat), float(matter.lon)) if matter.lat and matter.lon else None


@dataclass(frozen=True)
class Spot:
    """A name that people use, with the area it lies in, offered as a choice."""

    id: str
    name: str
    where: str


def spots_for(words: str) -> list[Spot]:
    """The places that the words name, each area once."""
    found: dict[Any, Spot] = {}
    for alias in places_named(words):
        node = areas().get(alias.area_id)
        if node is not None:
            found.setdefault((alias.name, node.id), Spot(str(alias.id), alias.name, way(node)))
    return list(found.values())


def take_spot(matter: Matter, chosen: str) -> bool:
    """Take a spot's area and point into the matter; False if the words do not name it."""
    for alias in places_named(matter.place):
        node = areas().get(alias.area_id)
        if str(alias.id) == chosen and node is not None:
            matter.area = node.code
            point = alias.latitude is not None and alias.longitude is not None
            matter.lat = f"{alias.latitude:.6f}" if point else ""
            matter.lon = f"{alias.longitude:.6f}" if point else ""
            return True
    return False


def is_mistyped(earlier: str) -> bool:
    """Whether an earlier number looks like one of this place's references with a wrong letter or digit in it."""
    prefix = the_place().reference_prefix
    try:
        references.normalise(earlier, prefix=prefix)
    except references.BadReferenceError as error:
        return error.code == "wrong_check" and crockford.typed(earlier).startswith(prefix)
    return False


def way(node: AreaNode) -> str:
    """An area with what it lies in, largest first, without the whole place."""
    known = areas()
    names = [in_language(known[key].name) for key in reversed(node.path) if key in known]
    return " › ".join(names[1:] or names)


def children(node: AreaNode | None) -> list[AreaNode]:
    """The areas right below one, or the topmost."""
    wanted = node.id if node else None
    return [other for other in areas().values() if other.parent == wanted]


def top() -> AreaNode | None:
    """The one area that holds all others, if there is just one."""
    roots = children(None)
    return roots[0] if len(roots) == 1 else None


@dataclass(frozen=True)
class Branch:
    """An area with those below it, for the nested list."""

    node: AreaNode
    below: list["Branch"]


def tree(node: AreaNode | None = None) -> list[Branch]:
    """All areas as a nested list."""
    return [Branch(each, tree(each)) for each in children(node)]


def mapped(matter: Matter) -> AreaNode | None:
    """The area whose parts the map shows: the chosen one, or what the chosen one lies in when it has no parts."""
    node = chosen_area(matter) or top()
    if node is not None and not children(node) and node.parent is not None:
        return areas().get(node.parent, node)
    return node
