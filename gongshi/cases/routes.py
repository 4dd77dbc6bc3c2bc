"""From a new matter to the office that owes the answer, its named lead and the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.queries import lead_of, offices
from gongshi.cases.drafts import NewMatter
from gongshi.cases.models import Case
from gongshi.cases.naming import recusals_named
from gongshi.cases.sight import (
    DECIDING,
    NOBODY,
    WORKING,
    Kept,
    able_lead,
    kept_by,
    levels_over,
    somebody_in,
)
from gongshi.places import queries as places
from gongshi.routing.queries import CategoryNode, procedure_for, rules
from gongshi.rules import matching
from gongshi.rules.ladder import is_sealed
from gongshi.words import Words, pair

BOUNDARY_METRES = 50


class NobodyAbove(LookupError):
    """Every office here that could take the matter is one that it is about or that must not see it: file elsewhere."""


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
    """The smallest area that holds the matter's point, else the area that was named, else None.

    Close to a border a point does not tell which side is meant: an area that was named and lies within reach counts.
    """
    if matter.point:
        found = places.area_index().areas_at(*matter.point)
        if matter.area is not None and matter.area not in found and matter.area in sides_of(matter.point):
            return matter.area
        if found:
            smallest: UUID = found[0]
            return smallest
    return matter.area


def sides_of(point: tuple[float, float]) -> list[UUID]:
    """The smallest areas within `BOUNDARY_METRES` of a point: on each side of a border one."""
    close = places.area_index().near_boundary(*point, metres=BOUNDARY_METRES)
    above = {places.areas()[key].parent for key in close}
    return [key for key in close if key not in above]


def route_for(matter: NewMatter, category: CategoryNode, *, channel: str, at: datetime) -> Route:
    """The office for a new matter filed at ``at`` (aware). Raises `NobodyAbove`, or LookupError without a rule.

    An office that is to be kept from it, or has nobody left who may know of it, is passed over for the levels above.
    """
    found = _by_rules(matter, category, channel=channel, at=at)
    kept = kept_by(recusals_named(matter.keep_off, matter.apart))
    return found if kept == NOBODY else _past(found, matter, category, kept)


def _past(found: Route, matter: NewMatter, category: CategoryNode, kept: Kept) -> Route:
    """The same where somebody in its office may know of the matter; else the next level above that has somebody.

    Where a supervisor has the first word, somebody has to be left who decides (`sight.decider_of`).
    """
    route = _past_kept(found, matter, kept)
    procedure = procedure_for(category).procedure
    if procedure.stages[procedure.start].holder == "supervisor":
        case, topmost = Case(subject_id=matter.subject), not offices()[route.office].supervisors
        over = (route.office,) if topmost else offices()[route.office].supervisors
        if not any(somebody_in(case, office, DECIDING, kept) for office in over):
            raise NobodyAbove
    return route


def _past_kept(found: Route, matter: NewMatter, kept: Kept) -> Route:
    case = Case(subject_id=matter.subject)
    near = tuple(office for office in found.near if office not in kept.offices)
    emptied = somebody_in(case, found.office, WORKING, NOBODY) and not somebody_in(
        case, found.office, WORKING, kept
    )
    if found.office not in kept.offices and not emptied:
        return replace(found, lead=able_lead(case, found.office, first=found.lead, kept=kept), near=near)
    upper = next(iter(levels_over(case, found.office, kept=kept)), None)
    if upper is None:
        raise NobodyAbove
    lead = able_lead(case, upper, kept=kept)
    reason: Words = pair(
        "本来该办的单位，是您说不能看到的，所以由上一级办理。",
        "The office that would have it is one that must not see it, as you said: so the level above has it.",
    )
    return Route(upper, lead, reason, rule="above-kept", near=near)


def _by_rules(matter: NewMatter, category: CategoryNode, *, channel: str, at: datetime) -> Route:
    if matter.subject is not None:
        return _above(matter.subject)
    if matter.owner is not None and matter.owner in offices() and not is_sealed(category.kind):
        return _to_owner(matter.owner)
    listed = [each.rule for each in rules()]
    reasons = {each.rule.code: each.reason for each in rules()}
    serves = {node.id: node.serves for node in offices().values()}
    wanted = _matter(category, places.area_path(located(matter)), channel, at)
    found = matching.match(listed, wanted, serves)
    if found is None:
        raise LookupError("no routing rule fits: the pack's list must end with a rule without conditions")
    others: tuple[UUID, ...] = ()
    if matter.point:
        close = places.area_index().near_boundary(*matter.point, metres=BOUNDARY_METRES)
        paths = [places.area_path(area) for area in close]
        beside = matching.near(listed, wanted, serves, paths)
        # An office that a neighbouring area gets only because nobody else was found is no neighbour.
        others = tuple(match.office for match in beside if match.reason != "rest")
    lead = lead_of(found.office, named=found.lead)
    return Route(found.office, lead, reasons[found.rule], rule=found.rule, near=others)


def _matter(
    category: CategoryNode, path: tuple[UUID, ...], channel: str, at: datetime
) -> matching.Matter[UUID]:
    local = at.astimezone(places.the_place().zone)
    return matching.Matter(category.path, path, channel, local.month, local.hour)


def _to_owner(owner: UUID) -> Route:
    """A question goes to the office whose answer page came closest: it knows best what the page lacks."""
    reason: Words = pair(
        "居民看过本单位的一篇办事问答，最接近，但没有答到，所以送到写它的单位。",
        "The resident read an answer page of this office, which came closest and did not answer it: "
        "so it goes to the office that wrote the page.",
    )
    return Route(owner, lead_of(owner), reason, rule="page-owner")


def _above(subject: UUID) -> Route:
    """A matter about an office goes to the level above it, never to it (信访工作条例 Art. 30 ¶3)."""
    above = {node.id: node.above for node in offices().values()}
    found = matching.match_about(subject, above)
    if found is None:
        raise NobodyAbove
    reason: Words = pair(
        "反映的是单位或其工作人员，由其上一级受理，不会转给被反映的单位。",
        "This is about an office or its staff: the level above it deals with it. It is not sent to that office.",
    )
    return Route(found.office, lead_of(found.office, subject=subject), reason, rule="above-subject")
