"""Checks across a pack: codes used once, references that lead somewhere, no circles, levels in order."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from gongshi.formats.pack.faults import Words, did_you_mean, join, pair
from gongshi.formats.pack.lines import Path
from gongshi.formats.pack.matter_checks import check_categories, check_conduct, warn_about_procedures
from gongshi.formats.pack.model import PreparedData
from gongshi.formats.pack.parts import Parts
from gongshi.formats.pack.routing_checks import check_rules

_FIX_CODE = pair("每个代码只用一次。", "Use every code once.")


def check_parts(parts: Parts) -> None:
    """Write down every fault that only shows when the files are seen together."""
    _check_codes(parts)
    _check_references(parts)
    _check_circles(parts)
    _check_levels(parts)
    check_categories(parts)
    check_conduct(parts)
    check_rules(parts)
    if not parts.faults and not parts.unread:  # what looks odd in a pack with faults is mostly their echo
        _warn_about_people(parts)
        warn_about_procedures(parts)


def _check_codes(parts: Parts) -> None:
    place = parts.place
    lists: list[tuple[str, tuple[str, ...], Iterable[Hashable]]] = [
        ("pack.toml", ("level",), [level.code for level in parts.levels]),
        ("pack.toml", ("routes",), [route.code for route in place.routes] if place else []),
        ("areas.geojson", ("features",), [area.code for area in parts.areas]),
        ("aliases.toml", ("alias",), [alias.name and (alias.name, alias.area) for alias in parts.aliases]),
        ("offices.toml", ("office",), [office.code for office in parts.offices]),
        ("staff.toml", ("staff",), [member.login for member in parts.staff]),
        ("categories.toml", ("category",), [category.code for category in parts.categories]),
        ("routing.toml", ("rule",), [rule.code for rule in parts.rules]),
        ("pages.toml", ("page",), [page.code for page in parts.pages]),
        *(("templates.toml", (table,), [one.code for one in rows]) for table, rows in _prepared(parts)),
    ]
    for file, path, values in lists:
        _once(parts, file, path, values)


def _once(parts: Parts, file: str, path: Path, values: Iterable[Hashable]) -> None:
    first: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        if value and first.setdefault(value, index) != index:
            name = value[0] if isinstance(value, tuple) else value
            place = parts.sheets[file].line_words((*path, first[value]))
            what = pair(
                f"“{name}”用了两次（第一次{place['zh']}）。", f'"{name}" is used twice (first {place["en"]}).'
            )
            parts.fault(file, (*path, index), what, _FIX_CODE)


def _check_references(parts: Parts) -> None:
    areas = {area.code for area in parts.areas}
    offices = {office.code for office in parts.offices}
    refer = _Referrer(parts)
    for n, area in enumerate(parts.areas):
        refer("areas.geojson", ("features", n, "properties", "parent"), area.parent, areas, "area")
        refer(
            "areas.geojson", ("features", n, "properties", "level"), area.level, _codes(parts.levels), "level"
        )
    for n, alias in enumerate(parts.aliases):
        refer("aliases.toml", ("alias", n, "area"), alias.area, areas, "area")
    for n, office in enumerate(parts.offices):
        refer("offices.toml", ("office", n, "above"), office.above, offices, "office")
        for m, code in enumerate(office.serves):
            refer("offices.toml", ("office", n, "serves", m), code, areas, "area")
    for n, member in enumerate(parts.staff):
        for m, appointment in enumerate(member.appointments):
            refer("staff.toml", ("staff", n, "appointments", m), appointment.office, offices, "office")
    if parts.place:
        calendars = _codes(parts.calendars)
        refer("pack.toml", ("place", "operator"), parts.place.operator, offices, "office")
        refer("pack.toml", ("place", "calendar"), parts.place.calendar, calendars, "calendar")
        reprisal = parts.place.reprisal
        refer("pack.toml", ("place", "reprisal"), reprisal, _codes(parts.categories), "category")
    _check_matter_references(parts, refer, areas, offices)
    for n, page in enumerate(parts.pages):
        refer("pages.toml", ("page", n, "office"), page.office, offices, "office")
        refer("pages.toml", ("page", n, "category"), page.category, _codes(parts.categories), "category")
        for m, code in enumerate(page.areas):
            refer("pages.toml", ("page", n, "areas", m), code, areas, "area")

    for table, rows in _prepared(parts):
        for n, one in enumerate(rows):
            refer("templates.toml", (table, n, "office"), one.office, offices, "office")
            refer(
                "templates.toml", (table, n, "category"), one.category, _codes(parts.categories), "category"
            )


def _prepared(parts: Parts) -> list[tuple[str, list[PreparedData]]]:
    """What templates.toml holds, by the table in which it stands."""
    tables = {"template": "answer", "phrase": "phrase"}
    return [(table, [one for one in parts.prepared if one.kind == kind]) for table, kind in tables.items()]


def _check_matter_references(parts: Parts, refer: "_Referrer", areas: set[str], offices: set[str]) -> None:
    categories = _codes(parts.categories)
    logins = {member.login for member in parts.staff}
    for n, category in enumerate(parts.categories):
        base = ("category", n)
        refer("categories.toml", (*base, "parent"), category.parent, categories, "category")
        refer("categories.toml", (*base, "procedure"), category.procedure, set(parts.procedures), "procedure")
    for n, rule in enumerate(parts.rules):
        base = ("rule", n)
        refer("routing.toml", (*base, "office"), rule.office, offices, "office")
        refer("routing.toml", (*base, "lead"), rule.lead, logins, "staff")
        for key, codes, known, kind in (
            ("categories", rule.categories, categories, "category"),
            ("areas", rule.areas, areas, "area"),
            ("among", rule.among, offices, "office"),
        ):
            for m, code in enumerate(codes):
                refer("routing.toml", (*base, key, m), code, known, kind)


def _codes(rows: Sequence[Any]) -> set[str]:
    return {row.code for row in rows if row.code}


_KINDS: dict[str, tuple[Words, str]] = {
    "area": (pair("区域", "area"), "areas.geojson"),
    "level": (pair("层级", "level"), "pack.toml"),
    "office": (pair("单位", "office"), "offices.toml"),
    "staff": (pair("工作人员", "member of staff"), "staff.toml"),
    "category": (pair("类别", "category"), "categories.toml"),
    "procedure": (pair("流程", "procedure"), "procedures"),
    "calendar": (pair("日历", "calendar"), "calendars"),
}


class _Referrer:
    """Writes down a fault for each reference that leads nowhere, unless the file it leads to could not be read."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __call__(self, file: str, path: Path, code: str | None, known: set[str], kind: str) -> None:
        words, target = _KINDS[kind]
        if not code or code in known or target in self._parts.unread:
            return
        what = pair(f"没有“{code}”这个{words['zh']}。", f'There is no {words["en"]} "{code}".')
        add = pair(f"改正代码，或把它加到 {target}。", f"Correct the code, or add it to {target}.")
        self._parts.fault(file, path, what, did_you_mean(code, known, otherwise=add))


def _check_circles(parts: Parts) -> None:
    areas = [(area.code, area.parent) for area in parts.areas]
    offices = [(office.code, office.above) for office in parts.offices]
    categories = [(category.code, category.parent) for category in parts.categories]
    _no_circles(parts, "areas.geojson", "features", "parent", areas)
    _no_circles(parts, "offices.toml", "office", "above", offices)
    _no_circles(parts, "categories.toml", "category", "parent", categories)


def _no_circles(
    parts: Parts, file: str, listed: str, key: str, rows: Sequence[tuple[str, str | None]]
) -> None:
    codes = [code for code, _ in rows]
    for circle in circles(dict(rows)):
        way = " → ".join([*circle, circle[0]])
        what = pair(f"兜了一个圈：{way}。", f"This goes in a circle: {way}.")
        fix = pair(f"改正其中一个的 {key}。", f"Correct the {key} of one of them.")
        parts.fault(file, (listed, codes.index(circle[0])), what, fix)


def circles(upward: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle in ``upward`` (code to the code over it), each once, from its first member in order."""
    done: set[str] = set()
    found = []
    for start in upward:
        way: list[str] = []
        code: str | None = start
        while code is not None and code in upward and code not in done and code not in way:
            way.append(code)
            code = upward[code]
        if code in way:
            found.append(way[way.index(code) :])
        done.update(way)
    return found


def _check_levels(parts: Parts) -> None:
    rank = {level.code: n for n, level in reversed(list(enumerate(parts.levels)))}
    level_of = {area.code: area.level for area in parts.areas}
    if parts.areas and not parts.levels and "pack.toml" not in parts.unread:
        what = pair("有区域，却没有写层级。", "There are areas, but no levels.")
        fix = pair("从大到小逐级写 [[level]]。", "Write one [[level]] for each, the largest first.")
        parts.fault("pack.toml", ("level",), what, fix)
    for n, area in enumerate(parts.areas):
        if area.level not in rank:
            continue
        if problem := _level_problem(area.level, area.parent, rank, level_of):
            parts.fault("areas.geojson", ("features", n, "properties", "parent"), *problem)


def _level_problem(
    level: str, parent: str | None, rank: Mapping[str, int], level_of: Mapping[str, str]
) -> tuple[Words, Words] | None:
    if parent is None:
        if rank[level] == 0:
            return None
        what = pair(
            "不是最高一级，却没有上级区域。", "This is not of the top level, yet it lies in no larger area."
        )
        return what, pair("写上 parent。", "Give its parent.")
    above = level_of.get(parent, "")
    if above not in rank or rank[above] < rank[level]:
        return None
    order = join(rank)
    what = pair(f"“{level}”级的区域不能在“{above}”级的“{parent}”里面。",
                f'An area of level "{level}" cannot lie in "{parent}" of level "{above}".')  # fmt: skip
    fix = pair(f"从大到小是：{order['zh']}。改正 parent 或 level。",
               f"From the top: {order['en']}. Correct the parent or the level.")  # fmt: skip
    return what, fix


def _warn_about_people(parts: Parts) -> None:
    acting = {a.office for m in parts.staff for a in m.appointments if a.role in ("handler", "lead")}
    targets = {code for rule in parts.rules for code in (rule.office, *rule.among) if code}
    for n, office in enumerate(parts.offices):
        if office.code in targets and office.code not in acting:
            what = pair("会收到事项，却没有承办人。", "Matters go here, but nobody handles them.")
            fix = pair("在 staff.toml 里任命 lead 或 handler。", "Appoint a lead or a handler in staff.toml.")
            parts.fault("offices.toml", ("office", n), what, fix, severity="warning")
    roles = {a.role for member in parts.staff for a in member.appointments}
    if parts.staff and "administrator" not in roles:
        what = pair("没有管理员（administrator）。", "Nobody is an administrator.")
        fix = pair("任命一位，不然没人能改设置。", "Appoint one, or nobody can change the settings.")
        parts.fault("staff.toml", (), what, fix, severity="warning")
