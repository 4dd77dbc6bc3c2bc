"""What another configuration would have done with the last cases: where each would have gone, and by when.

Told by reference, category, area and office alone. Sealed cases, and those that the asker may not know of, are not
among the last cases at all: with or without them the same others are looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongshi.accounts.actors import StaffActor
from gongshi.cases.models import Case
from gongshi.cases.queries import cases_to_try
from gongshi.formats.pack import CategoryData, Pack, RoutingRuleData
from gongshi.places.queries import the_place
from gongshi.places.snapshots import way_up
from gongshi.rules.matching import Matter, Rule, match

MOST = 100
# Of the rules of cases.routes that no configuration changes.
_FIXED = frozenset({"page-owner", "above-subject"})
Promised = tuple[int, str] | None


@dataclass(frozen=True)
class Outcome:
    """Where one configuration sends a matter, and what it promises. ``office``: "" where nobody takes it."""

    office: str
    promise: Promised


@dataclass(frozen=True)
class Turn:
    """One case that would have gone elsewhere, or would have been promised something else."""

    reference: str
    number: int
    category: str
    area: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Trial:
    """``looked_at``: how many cases it was tried on."""

    looked_at: int
    turns: tuple[Turn, ...]

    @property
    def elsewhere(self) -> int:
        """How many would have gone to another office."""
        return sum(turn.before.office != turn.after.office for turn in self.turns)


class _Routing:
    """A pack's routing list, by codes."""

    def __init__(self, pack: Pack) -> None:
        self.rules = [_rule(one) for one in pack.rules]
        self.serves = {office.code: frozenset(office.serves) for office in pack.offices}
        self.categories: Mapping[str, CategoryData] = {one.code: one for one in pack.categories}
        self.above = {one.code: one.parent for one in pack.categories}
        self.around = {one.code: one.parent for one in pack.areas}

    def outcome(self, case: Case, hour: int, month: int) -> Outcome | None:
        """None for a category that nothing can be filed under."""
        category = self.categories.get(case.category.code)
        if category is None or not category.procedure:
            return None
        areas = way_up(case.area.code, self.around) if case.area and case.area.code in self.around else ()
        matter = Matter(way_up(category.code, self.above), areas, case.filing.channel, month, hour)
        found = match(self.rules, matter, self.serves)
        promise = (category.promise.days, category.promise.counting) if category.promise else None
        return Outcome(found.office if found else "", promise)


def _rule(one: RoutingRuleData) -> Rule[str]:
    return Rule(
        code=one.code,
        office=one.office,
        among=one.among,
        categories=frozenset(one.categories),
        areas=frozenset(one.areas),
        channels=frozenset(one.channels),
        months=frozenset(one.months),
        hours=one.hours,
        lead=one.lead,
    )


def trial(before: Pack, after: Pack, actor: StaffActor) -> Trial:
    """Both configurations on the last cases. Raises NotAllowed. One statement."""
    old, new, zone = _Routing(before), _Routing(after), the_place().zone
    looked_at, turns = 0, []
    for case in cases_to_try(actor, MOST):
        local = case.filing.filed_at.astimezone(zone)
        was = None if _route(case) in _FIXED else old.outcome(case, local.hour, local.month)
        if was is None:
            continue
        looked_at += 1
        now = new.outcome(case, local.hour, local.month) or Outcome("", None)
        if was != now:
            area = case.area.code if case.area else ""
            turns.append(Turn(case.filing.reference, case.number, case.category.code, area, was, now))
    return Trial(looked_at, tuple(turns))


def _route(case: Case) -> Any:
    return case.route.get("rule")
