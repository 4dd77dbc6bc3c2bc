"""Checks of the routing list: it always ends in an office, and every rule can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from gongshi.formats.pack.faults import join, pair
from gongshi.formats.pack.model import RoutingRuleData
from gongshi.formats.pack.parts import Parts

_NO_PLACE = ""
"""Stands among the areas for a matter without a place; no area has an empty code."""


@dataclass(frozen=True)
class _Reach:
    """The matters that a rule takes: the product of these sets. None stands for every channel."""

    categories: frozenset[str]
    areas: frozenset[str]
    channels: frozenset[str] | None
    months: frozenset[int]
    hours: frozenset[int]

    def covers(self, other: "_Reach") -> bool:
        """Whether every matter of ``other`` is taken here too."""
        channels = self.channels is None or (other.channels is not None and other.channels <= self.channels)
        return (
            channels
            and other.categories <= self.categories
            and other.areas <= self.areas
            and other.months <= self.months
            and other.hours <= self.hours
        )

    @property
    def is_empty(self) -> bool:
        return not (self.categories and self.areas)


def check_rules(parts: Parts) -> None:
    """Write down what is wrong with the list as a whole."""
    if not parts.rules or {"routing.toml", "categories.toml", "areas.geojson", "offices.toml"} & parts.unread:
        return
    _check_last(parts)
    _check_reach(parts)
    _check_leads(parts)
    _check_ties(parts)
    _check_grievances(parts)


def _check_last(parts: Parts) -> None:
    last = parts.rules[-1]
    conditions = (last.categories, last.areas, last.channels, last.months, last.hours, last.among)
    if not any(conditions):
        return
    what = pair(
        "最后一条规则还有条件，有的事项会没有单位办。",
        "The last rule has conditions: some matters find no office.",
    )
    fix = pair(
        "最后加一条没有条件的规则，写定 office。",
        "End the list with a rule without conditions that names an office.",
    )
    parts.fault("routing.toml", ("rule", len(parts.rules) - 1), what, fix)


def _check_reach(parts: Parts) -> None:
    below_categories = _descendants({c.code: c.parent for c in parts.categories})
    below_areas = _descendants({a.code: a.parent for a in parts.areas if a.code})
    leaves = frozenset(category.code for category in parts.categories if category.procedure)
    serves = {office.code: office.serves for office in parts.offices}
    earlier: list[tuple[str, _Reach]] = []
    for n, rule in enumerate(parts.rules):
        reach = _Reach(
            _spread(rule.categories, below_categories, leaves) & leaves,
            _areas(rule, below_areas, serves),
            frozenset(rule.channels) or None,
            frozenset(rule.months or range(1, 13)),
            _hours(rule.hours),
        )
        if reach.is_empty:
            _nothing_fits(parts, n, reach)
            continue
        hider = next((code for code, other in earlier if other.covers(reach)), None)
        if hider is not None:
            what = pair(f"永远轮不到：“{hider}”已经把它的事项都收走了。",
                        f'It is never reached: "{hider}" takes all of its matters before it.')  # fmt: skip
            fix = pair("把它移到前面，或者删掉。", "Move it up, or delete it.")
            parts.fault("routing.toml", ("rule", n), what, fix)
        earlier.append((rule.code, reach))


def _nothing_fits(parts: Parts, index: int, reach: _Reach) -> None:
    if not reach.categories:
        what = pair("没有可以提交的类别符合这一条。", "No category that can be filed under fits this rule.")
        fix = pair("改正 categories。", "Correct its categories.")
    else:
        what = pair(
            "among 里的单位都不管这些区域。", "None of the offices in among serves an area of this rule."
        )
        fix = pair(
            "在 offices.toml 里写上 serves，或改正 areas。",
            "Give them serves in offices.toml, or correct areas.",
        )
    parts.fault("routing.toml", ("rule", index), what, fix)


def _descendants(upward: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """Each code with everything beneath it, itself among them. Circles are harmless."""
    below: dict[str, set[str]] = {code: {code} for code in upward}
    for code in upward:
        seen = {code}
        upper = upward[code]
        while upper is not None and upper in below and upper not in seen:
            below[upper].add(code)
            seen.add(upper)
            upper = upward[upper]
    return {code: frozenset(codes) for code, codes in below.items()}


def _spread(
    codes: tuple[str, ...], below: Mapping[str, frozenset[str]], everything: frozenset[str]
) -> frozenset[str]:
    if not codes:
        return everything
    return frozenset().union(*(below.get(code, frozenset()) for code in codes))


def _areas(
    rule: RoutingRuleData, below: Mapping[str, frozenset[str]], serves: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    areas = _spread(rule.areas, below, frozenset(below) | {_NO_PLACE})
    if not rule.among:
        return areas
    served = tuple(code for office in rule.among for code in serves.get(office, ()))
    return areas & _spread(served, below, frozenset()) if served else frozenset()


def _hours(hours: tuple[int, int] | None) -> frozenset[int]:
    if hours is None:
        return frozenset(range(24))
    start, end = hours
    return frozenset(range(start, end)) if start < end else frozenset([*range(start, 24), *range(end)])


def _check_leads(parts: Parts) -> None:
    """A named lead must act for every office that the rule may choose."""
    if "staff.toml" in parts.unread:
        return
    held = {member.login: {a.office for a in member.appointments} for member in parts.staff}
    for n, rule in enumerate(parts.rules):
        offices = [code for code in (rule.office, *rule.among) if code]
        missing = [code for code in offices if rule.lead in held and code not in held[rule.lead]]
        if missing:
            names = join(missing)
            what = pair(
                f"“{rule.lead}”在{names['zh']}没有职务。", f'"{rule.lead}" holds no role in {names["en"]}.'
            )
            fix = pair(
                "换一位，或在 staff.toml 里任命；不写 lead，就由该单位自己的 lead 负责。",
                "Name somebody else or appoint them in staff.toml; without lead, the office's own lead answers for it.",
            )
            parts.fault("routing.toml", ("rule", n, "lead"), what, fix)


def _check_ties(parts: Parts) -> None:
    """Of two offices that serve one area, nobody could say which is meant."""
    serves = {office.code: office.serves for office in parts.offices}
    for n, rule in enumerate(parts.rules):
        first: dict[str, str] = {}
        for office in rule.among:
            for area in serves.get(office, ()):
                other = first.setdefault(area, office)
                if other != office:
                    what = pair(f"“{other}”和“{office}”都管“{area}”，不知道该给谁。",
                                f'"{other}" and "{office}" both serve "{area}": which of them is meant?')  # fmt: skip
                    fix = pair(
                        "只留一个，或给其中一个单写一条规则。", "Keep one, or give one a rule of its own."
                    )
                    parts.fault("routing.toml", ("rule", n, "among"), what, fix)


def _check_grievances(parts: Parts) -> None:
    """Whoever has a grievance can ask the level above to look at the answer; so there must be one."""
    below = _descendants({category.code: category.parent for category in parts.categories})
    waiting = {category.code for category in parts.categories if category.kind == "grievance"}
    topmost = {office.code for office in parts.offices if office.above is None}
    single = {office.code for office in parts.offices if office.above in topmost}
    for n, rule in enumerate(parts.rules):
        taken = waiting & _spread(rule.categories, below, frozenset(waiting))
        for office in sorted(topmost & {rule.office, *rule.among}) if taken else ():
            what = pair(
                f"信访事项会给“{office}”，它上面没有单位：没有谁可以复查它的处理意见。",
                f'Grievances go to "{office}", which has no office above: nobody could review its answer.',
            )
            fix = pair(
                "给这一类换一个有上级的单位，或在 offices.toml 里写上 above；只有一个单位的地方不能收信访事项，"
                "删掉这一类，让居民知道去哪里找上一级。",
                "Route them to an office that has one above, or name it in offices.toml. A place with a single office "
                "cannot take grievances: delete the category, and tell residents where the level above is.",
            )
            parts.fault("routing.toml", ("rule", n), what, fix)
        for office in sorted(single & {rule.office, *rule.among}) if taken else ():
            what = pair(
                f"信访事项会给“{office}”，它上面只有一级：复查以后，这里没有谁可以复核。",
                f'Grievances go to "{office}", which has one level above: after a review nobody here may re-review.',
            )
            fix = pair(
                "在 offices.toml 里再写上一级，或在流程里用 leave 写明外面由谁复核。",
                "Name one more level in offices.toml, or let the procedure's `leave` name who outside re-reviews.",
            )
            parts.fault("routing.toml", ("rule", n), what, fix, severity="warning")
        if not (rule.areas or rule.channels or rule.months or rule.hours or rule.among):
            waiting -= taken
