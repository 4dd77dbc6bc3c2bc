"""What somebody can choose from while filing: categories by door, offices, areas, places they name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.cases.drafts import NewMatter
from gongshi.cases.routes import NobodyAbove, Route, route_for
from gongshi.places.queries import AreaNode, area_by_code, areas, places_named, the_place
from gongshi.places.snapshots import Snapshot
from gongshi.routing.queries import CategoryNode, categories, category_by_code, leaves, procedure_for
from gongshi.rules import crockford, references
from gongshi.rules.ladder import is_sealed
from gongshi.web.public.draft import NO_PLACE, Draft, Matter
from gongshi.words import in_language

SUGGESTED = 4


def is_about_an_office(category: CategoryNode) -> bool:
    """Whether its procedure goes past the office that the matter is about."""
    return procedure_for(category).procedure.subject == "office"


def is_sealed_draft(draft: Draft) -> bool:
    """Whether a matter of the draft, as far as it is decided, is of a kind that is sealed: then no messages go out."""
    found = (leaf(draft.whole(matter).category) for matter in draft.matters)
    return is_sealed_door(draft.door) or any(is_sealed(category.kind) for category in found if category)


def is_sealed_door(door: str) -> bool:
    """Whether everything behind a door is of a sealed kind: then it is known before the category is."""
    behind = [node for _, nodes in categories_behind(door) for node in nodes] if door else []
    return bool(behind) and all(is_sealed(node.kind) for node in behind)


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


def _spread() -> dict[str, list[tuple[str, CategoryNode]]]:
    """Every keyword with its category, by the door's kind: about an office or not."""
    found: dict[str, list[tuple[str, CategoryNode]]] = {"office": [], "": []}
    for node in leaves():
        words = found["office" if is_about_an_office(node) else ""]
        words += [(word.casefold(), node) for word in node.keywords if word.strip()]
    return found


keywords = Snapshot(_spread)


def suggested(matter: Matter, door: str) -> list[CategoryNode]:
    """Categories whose keywords stand in the text, most of them first, then the one for everything else."""
    text = f"{matter.text}\n{matter.wish}".casefold()
    scores: dict[Any, int] = {}
    for word, node in keywords()["office" if door == "office" else ""]:
        if word in text:
            scores[node.id] = scores.get(node.id, 0) + len(word.encode())
    best = sorted(scores, key=lambda key: -scores[key])[: SUGGESTED - 1]
    found = [categories()[key] for key in best]
    if door == "office":
        found += [node for node in leaves() if is_about_an_office(node) and node not in found]
        return found
    rest = _rest(door)
    return found if rest is None or rest in found else [*found, rest]


def _rest(door: str) -> CategoryNode | None:
    """Where matters go that nothing else fits: the last category of their door, or of the door to write freely."""
    open_to_all = [node for node in leaves() if not is_about_an_office(node)]
    for wanted in ("ask", "write") if door == "ask" else ("write",):
        behind = [node for node in open_to_all if node.door == wanted]
        if behind:
            return behind[-1]
    return open_to_all[-1] if open_to_all else None


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
    draft: Draft, matter: Matter, category: CategoryNode, at: datetime, *, owner: UUID | None = None
) -> Destination:
    """The office and the promise for a matter under a category. ``owner``: of the page that came closest."""
    whole = draft.whole(matter)
    subject = office_called(whole.subject) if is_about_an_office(category) else None
    new = NewMatter(
        category=category.id,
        text="",
        area=area_id(whole),
        point=point_of(whole),
        subject=subject.id if subject else None,
        owner=owner,
    )
    try:
        route = route_for(new, category, channel="web", at=at)
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
