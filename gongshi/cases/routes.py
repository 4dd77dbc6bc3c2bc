"""From a new matter to the office that owes the answer, its named lead and the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import office_by_code, offices
from gongshi.cases.drafts import NewMatter
from gongshi.places import queries as places
from gongshi.routing.queries import CategoryNode
from gongshi.words import Words, pair

BOUNDARY_METRES = 50


class NobodyAbove(LookupError):
    """The matter is about the topmost office here: it must be filed elsewhere."""


@dataclass(frozen=True)
class Route:
    """Where a matter goes. ``near`` are offices just across a boundary, for the desk to see both."""

    office: UUID
    lead: UUID | None
    reason: Mapping[str, str]
    rule: str = ""
    near: tuple[UUID, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For the case's row: rule, reason and neighbours, as they were on that day."""
        return {"rule": self.rule, "reason": dict(self.reason), "near": [str(office) for office in self.near]}


def located(matter: NewMatter) -> UUID | None:
    """The smallest area that holds the matter's point, else the area that was named, else None."""
    if matter.point:
        found = places.area_index().areas_at(*matter.point)
        if found:
            return found[0]
    return matter.area


def above_subject(subject: UUID) -> Route:
    """A matter about an office goes to the level above it, never to it (信访工作条例 Art. 30 ¶3)."""
    node = offices().get(subject)
    if node is None or not node.supervisors:
        raise NobodyAbove
    reason: Words = pair(
        "反映的是单位或其工作人员，由其上一级受理，不会转给被反映的单位。",
        "This is about an office or its staff, so the level above it deals with it. It is not sent to that office.",
    )
    return Route(node.supervisors[0], None, reason, rule="above-subject")
