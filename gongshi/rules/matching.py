"""Which office a new matter goes to, and why: an ordered list of rules, of which the first that fits decides.

Sources: 信访工作条例 (2022) Art. 5, handling by place and by level (属地管理、分级负责); Art. 28, recusal; Art. 30 ¶3,
a matter about an office never goes to that office. See docs/rules/matching.md.

Categories, areas, offices and staff are known by opaque keys of one type (codes in a pack, ids in a database).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Rule(Generic[K]):
    """One rule. An empty condition means "any".

    categories and areas also cover what lies under them. months are 1 to 12; hours is (from, to), from <= hour < to,
    over midnight when from > to. Either ``office`` is set, or ``among`` holds the offices of which the one serving
    the smallest area around the place is chosen (the earlier in ``among`` if two serve it).
    """

    code: str
    office: K | None = None
    among: tuple[K, ...] = ()
    categories: frozenset[K] = frozenset()
    areas: frozenset[K] = frozenset()
    channels: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset()
    hours: tuple[int, int] | None = None
    lead: K | None = None

    def __post_init__(self) -> None:
        if (self.office is None) == (not self.among):
            raise ValueError(f"rule {self.code}: give either an office or offices to choose among")


@dataclass(frozen=True)
class Matter(Generic[K]):
    """What rules look at. ``categories`` and ``areas`` run from the leaf to the root.

    No areas means "not sure" or "no place". ``month`` (1 to 12) and ``hour`` (0 to 23) are by the place's own clock.
    """

    categories: tuple[K, ...]
    areas: tuple[K, ...]
    channel: str
    month: int
    hour: int


@dataclass(frozen=True)
class Match(Generic[K]):
    """The office that gets a matter. ``lead`` None means the office's own lead officer.

    ``reason`` is "fixed" (the rule names the office), "serving" (it serves the area), "rest" (the rule asks nothing:
    nobody else was found) or "above" (the level above the office that the matter is about). ``params`` holds what
    counted: category, area, channel, month, hour, about.
    """

    office: K
    rule: str
    reason: str
    lead: K | None = None
    params: Mapping[str, K | str | int] = field(default_factory=dict)


def match(rules: Iterable[Rule[K]], matter: Matter[K], serves: Mapping[K, Collection[K]]) -> Match[K] | None:
    """The first rule that fits and yields an office, or None when no rule does (a checked list always has one).

    ``serves`` gives the areas that each office serves. A rule that chooses among offices is passed over when none
    of them serves an area around the place.
    """
    for rule in rules:
        if (found := _fits(rule, matter, serves)) is not None:
            return found
    return None


def near(
    rules: Sequence[Rule[K]],
    matter: Matter[K],
    serves: Mapping[K, Collection[K]],
    paths: Iterable[tuple[K, ...]],
) -> tuple[Match[K], ...]:
    """What else would have been chosen, had the place lain in one of the neighbouring areas.

    ``paths`` are those areas within reach of the point, each from itself to the root. Only offices other than the
    one chosen for ``matter`` are returned, each once, in the order of ``paths``.
    """
    chosen = match(rules, matter, serves)
    found: dict[K, Match[K]] = {}
    for path in paths:
        moved = Matter(matter.categories, path, matter.channel, matter.month, matter.hour)
        other = match(rules, moved, serves)
        if other is not None and (chosen is None or other.office != chosen.office):
            found.setdefault(other.office, other)
    return tuple(found.values())


def level_above(office: K, above: Mapping[K, K | None], recused: Collection[K] = ()) -> K | None:
    """The nearest office over ``office`` that is not recused; never ``office`` itself, nor anything beneath it.

    None when nobody is left above: the caller then says where else to turn. ``above`` maps each office to the one
    over it; a circle in it ends the walk.
    """
    seen = {office}
    upper = above.get(office)
    while upper is not None and upper not in seen:
        if upper not in recused:
            return upper
        seen.add(upper)
        upper = above.get(upper)
    return None


def match_about(office: K, above: Mapping[K, K | None], recused: Collection[K] = ()) -> Match[K] | None:
    """Where a matter about ``office`` or its staff goes: the level above, or None when there is none."""
    upper = level_above(office, above, recused)
    return None if upper is None else Match(upper, "", "above", None, {"about": office})


def _fits(rule: Rule[K], matter: Matter[K], serves: Mapping[K, Collection[K]]) -> Match[K] | None:
    params: dict[str, K | str | int] = {}
    for name, wanted, path in (
        ("category", rule.categories, matter.categories),
        ("area", rule.areas, matter.areas),
    ):
        if wanted:
            hit = next((key for key in path if key in wanted), None)
            if hit is None:
                return None
            params[name] = hit
    for name, allowed, value in (
        ("channel", rule.channels, matter.channel),
        ("month", rule.months, matter.month),
        ("hour", _hours(rule.hours), matter.hour),
    ):
        if allowed:
            if value not in allowed:
                return None
            params[name] = value
    if rule.office is not None:
        return Match(rule.office, rule.code, "fixed" if params else "rest", rule.lead, params)
    return _serving(rule, matter, serves, params)


def _serving(
    rule: Rule[K], matter: Matter[K], serves: Mapping[K, Collection[K]], params: dict[str, K | str | int]
) -> Match[K] | None:
    for area in matter.areas:
        for office in rule.among:
            if area in serves.get(office, ()):
                return Match(office, rule.code, "serving", rule.lead, {**params, "area": area})
    return None


def _hours(hours: tuple[int, int] | None) -> Collection[int]:
    if hours is None:
        return ()
    start, end = hours
    return range(start, end) if start < end else [*range(start, 24), *range(end)]
