"""Checks of a pack that need the rules: procedures are proved, calendars counted, the map measured."""

import re
from collections.abc import Iterable, Mapping

from gongshi.formats.pack import (
    CalendarData,
    CategoryData,
    Pack,
    PackFault,
    Parts,
    blocks,
    in_order,
    read_parts,
)
from gongshi.revisions.maps import check_map, repaired
from gongshi.rules.calendar import CalendarError, calendar_from
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import Procedure
from gongshi.rules.procedure import load as load_procedure
from gongshi.rules.templates import PLACEHOLDERS, Fault, faults

Words = dict[str, str]
# Doors whose matters the public pages promise to keep sealed, with the kind that fits.
SEALED_DOORS = {"office": "conduct", "grievance": "grievance", "dispute": "dispute"}
PREPARED_PARTS = ("name", "found", "decided", "call", "text")
_STEP = re.compile(r"(\[?)([^.\[\]]+)")


def check_files(
    files: Mapping[str, str], unread: list[PackFault] | None = None
) -> tuple[Pack | None, list[PackFault]]:
    """The pack in ``files``, fit to be loaded, and every fault in order; None when a fault stops it.

    ``unread`` are the faults of files that could not be read.
    """
    before = unread or []
    parts = read_parts(files, [fault.file for fault in before])
    check_by_rules(parts)
    faults = in_order([*before, *parts.faults])
    pack = None if blocks(faults) else parts.pack()
    return (None if pack is None else repaired(pack)), faults


def check_by_rules(parts: Parts) -> None:
    """Write down every fault that the rules find in what could be read of a pack."""
    procedures = _proved(parts)
    for index, category in enumerate(parts.categories):
        _check_door(parts, index, category)
        if (procedure := procedures.get(category.procedure)) is not None:
            _check_fit(parts, index, category, procedure)
    _check_surroundings(parts, procedures.values())
    for calendar in parts.calendars:
        _check_calendar(parts, calendar)
    _check_prepared(parts)
    check_map(parts)


def _check_prepared(parts: Parts) -> None:
    """A placeholder that nothing fills would keep every answer made of it from going out."""
    known = [f"{{{zh}}}" for zh in PLACEHOLDERS.values()], [f"{{{name}}}" for name in PLACEHOLDERS]
    fix = _pair(f"可以用的：{'、'.join(known[0])}。", f"These are filled in: {', '.join(known[1])}.")
    places = {"answer": "template", "phrase": "phrase"}
    counts = dict.fromkeys(places, 0)
    templates = [one for one in parts.prepared if one.kind == "answer"]
    for one in parts.prepared:
        for part in PREPARED_PARTS:
            for fault in _faults_of(getattr(one, part).values()):
                what = _pair(
                    f"“{fault.words}”没有可填的内容，或花括号不成对。",
                    f'Nothing fills "{fault.words}", or a brace lacks its other half.',
                )
                path = (places[one.kind], counts[one.kind], part)
                parts.fault("templates.toml", path, what, fix)
        if one.kind == "phrase" and any(one.code == other.code != "" for other in templates):
            what = _pair(
                f"“{one.code}”已经是一个模板的代码。", f'"{one.code}" is a template\'s code already.'
            )
            path = (places[one.kind], counts[one.kind], "code")
            parts.fault("templates.toml", path, what, _pair("换一个代码。", "Use another code."))
        counts[one.kind] += 1


def _faults_of(texts: Iterable[str]) -> list[Fault]:
    """What is wrong with any of the texts."""
    return [fault for text in texts for fault in faults(text)]


def _pair(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def _proved(parts: Parts) -> dict[str, Procedure]:
    proved: dict[str, Procedure] = {}
    for code, text in parts.procedures.items():
        procedure, faults = load_procedure(text)
        file = parts.file_of("procedures", code)
        parts.faults += [
            PackFault(file, one.where, dict(one.what), dict(one.fix), one.line) for one in faults
        ]
        if procedure is not None:
            proved[code] = procedure
    return proved


def _check_door(parts: Parts, index: int, category: CategoryData) -> None:
    """What the public pages promise to keep sealed has to be of a kind that is."""
    if category.door not in SEALED_DOORS or not category.kind or is_sealed(category.kind):
        return
    fitting = SEALED_DOORS[category.door]
    what = _pair(
        f"“{category.door}”后面的事要密封，{category.kind} 不是密封的：偷走数据库和钥匙文件的人读得到。",
        f'Matters behind "{category.door}" are sealed, but a {category.kind} is not: whoever steals the database and '
        "the key file could read it.",
    )
    fix = _pair(
        f'写 kind = "{fitting}" 和这一类的流程，或换一个 door。',
        f'Write kind = "{fitting}" and a procedure of that kind, or use another door.',
    )
    parts.fault("categories.toml", ("category", index, "kind"), what, fix)


def _check_fit(parts: Parts, index: int, category: CategoryData, procedure: Procedure) -> None:
    """A category and its procedure must be of one kind, or a matter about an office could be sent to that office."""
    path = ("category", index)
    if category.kind and category.kind != procedure.kind:
        what = _pair(
            f"类别是 {category.kind}，它的流程“{procedure.code}”却是给 {procedure.kind} 的。",
            f'The category is a {category.kind}, but its procedure "{procedure.code}" is for a {procedure.kind}.',
        )
        fix = _pair("换一个流程，或改正 kind。", "Use another procedure, or correct the kind.")
        parts.fault("categories.toml", (*path, "procedure"), what, fix)
    promised = any(clock.days == "promise" for clock in procedure.clocks.values())
    if promised and category.promise is None:
        what = _pair(
            "没有承诺几天答复；流程用自己的默认天数。",
            "No promise of days; the procedure's own default counts.",
        )
        fix = _pair(
            "写 promise = { days = …, counting = … }。", "Write promise = { days = …, counting = … }."
        )
        parts.fault("categories.toml", path, what, fix, severity="warning")
    if category.promise is not None and not promised:
        what = _pair(
            f"流程“{procedure.code}”不用这个承诺。", f'The procedure "{procedure.code}" does not use it.'
        )
        fix = _pair("删掉 promise，或换一个流程。", "Delete the promise, or use another procedure.")
        parts.fault("categories.toml", (*path, "promise"), what, fix, severity="warning")


def _check_surroundings(parts: Parts, procedures: Iterable[Procedure]) -> None:
    """Procedures name further routes, which pack.toml describes, and levels above, which offices must have."""
    if parts.place is None or "offices.toml" in parts.unread:
        return
    known = {route.code for route in parts.place.routes}
    above = {office.code: office.above for office in parts.offices}
    deepest = max((_height(code, above) for code in above), default=0)
    for procedure in procedures:
        file = parts.file_of("procedures", procedure.code)
        for route in sorted(procedure.routes_named - known):
            what = _pair(f"pack.toml 里没有“{route}”这条途径。", f'pack.toml has no route "{route}".')
            fix = _pair("在 pack.toml 里写 [[routes]]。", "Describe it as [[routes]] in pack.toml.")
            parts.fault(file, ("routes",), what, fix)
        if procedure.levels_above > deepest:
            what = _pair(
                f"要用到上面第{procedure.levels_above}级，单位最多只有{deepest}级。",
                f"It reaches {procedure.levels_above} levels up, but offices have at most {deepest} above them.",
            )
            fix = _pair("在 offices.toml 里写上 above。", "Give offices their above in offices.toml.")
            parts.fault(file, (), what, fix)


def _height(code: str, above: Mapping[str, str | None]) -> int:
    """How many offices stand over this one."""
    seen = {code}
    upper = above.get(code)
    while upper is not None and upper not in seen:
        seen.add(upper)
        upper = above.get(upper)
    return len(seen) - 1


def _check_calendar(parts: Parts, calendar: CalendarData) -> None:
    try:
        calendar_from(calendar.content)
    except CalendarError as error:
        file = parts.file_of("calendars", calendar.code)
        fix = _pair("对照 docs/guides/packs.md 改正。", "Correct it; docs/guides/packs.md shows how.")
        for one in error.faults:
            parts.fault(file, _path(one.where), dict(one.what), fix)


def _path(where: str) -> tuple[str | int, ...]:
    """A key path such as "years.2026.holidays[3]" as steps, so that its line can be found."""
    return tuple(int(step) if step.isdigit() and bracket else step for bracket, step in _STEP.findall(where))
