"""By what published cases can be narrowed: groups of categories, areas, a state and a year, as codes of an address."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from gongshi.cases.labels import PUBLIC_STATES
from gongshi.places.queries import AreaNode, areas, areas_in_public
from gongshi.routing.queries import CategoryNode, categories

Node = TypeVar("Node", CategoryNode, AreaNode)


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see: a group of categories, an area with all its parts, a state, a year of filing.

    Empty: everything.
    """

    group: CategoryNode | None = None
    area: AreaNode | None = None
    state: str = ""
    year: int = 0

    def __bool__(self) -> bool:
        return bool(self.group or self.area or self.state or self.year)

    @property
    def categories(self) -> list[UUID]:
        """The categories of the group."""
        group = self.group
        return [node.id for node in categories().values() if group and group.id in node.path]

    @property
    def areas(self) -> list[UUID]:
        """The area and its parts."""
        area = self.area
        return [node.id for node in areas().values() if area and area.id in node.path]


def groups() -> list[CategoryNode]:
    """The topmost groups of categories that may be published, in the pack's order."""
    tops = {node.path[-1] for node in categories().values() if node.public and not node.is_group}
    return [node for node in categories().values() if node.id in tops]


def public_areas() -> list[AreaNode]:
    """The areas that a published case can name: all but the smallest, the way down the map."""
    found = areas_in_public()
    order = {node.id: place for place, node in enumerate(found)}
    return sorted(found, key=lambda node: [order.get(area, -1) for area in reversed(node.path)])


def filters(group: str, area: str, state: str, year: str = "") -> Filters:
    """The filters that these codes name; "" for none. Raises LookupError for a code that there is not."""
    if state and state not in PUBLIC_STATES:
        raise LookupError(state)
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise LookupError(year)
    return Filters(named(group, groups()), named(area, public_areas()), state, int(year or 0))


def named(code: str, nodes: list[Node]) -> Node | None:
    """The node of this code, None for "". Raises LookupError."""
    if not code:
        return None
    for node in nodes:
        if node.code == code:
            return node
    raise LookupError(code)
