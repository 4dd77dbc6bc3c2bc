"""Which counts of a released month cannot be: each row, its days to an answer, and rows beside each other. Pure."""

from collections.abc import Iterator

from gongshi.figures.definitions import is_since
from gongshi.figures.released.columns import COLUMNS, WITHIN
from gongshi.figures.released.possible import Counts, row_wrongs, sum_wrongs
from gongshi.figures.released.saying import Sentence
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE, PAIR

DAYS_TOGETHER, IN_FULL = "days-across-rows", "published-in-full"
"""The definitions from which on no bin, and nothing that several counts of a row leave, is small."""
_OF = {one.name: one.of for one in COLUMNS}
_IN_PAIRS = [one for one in COLUMNS if one.in_pairs]
_NOT_IN_PAIRS = [one.name for one in COLUMNS if not one.in_pairs]
Wrong = tuple[Line | None, Sentence]
"""The row, None for the month as a whole; and what is wrong with it."""


def month_wrongs(tables: Tables) -> Iterator[Wrong]:
    """Everything in the month that cannot be."""
    strict, due = is_since(tables.definition, IN_FULL), tables.month.after.after.first
    if tables.as_of < due:
        yield (
            None,
            (
                f"as_of 是 {tables.as_of}，应该是 {due} 或以后",
                f"as_of is {tables.as_of}; it should be {due} or later",
            ),
        )
    for line in tables.lines:
        columns = _IN_PAIRS if line.table == PAIR else COLUMNS
        wrongs = [
            *row_wrongs(line.counts, columns, tables.threshold, strict=strict),
            *_beside_pair(line),
            *bin_wrongs(line.waits),
        ]
        if line.waits and not wrongs:
            wrongs += _days(line, tables)
        elif _lacks_days(line, tables):
            wrongs.append(
                ("没有等待天数的档，应该有", "it has no bins of days; it should have, as answered is told")
            )
        yield from ((line, each) for each in wrongs)
    yield from _lacking_rows(tables)
    yield from _sums(tables)


def _beside_pair(line: Line) -> Iterator[Sentence]:
    """What is told of an office and a category: three counts and no days."""
    if line.table != PAIR:
        return
    if line.waits:
        yield "单位和类别一起的行，不应该有等待天数", "a row of an office and a category should have no days"
    if line.counts.get("cases") is None:
        yield "cases 空着，这一行就不应该有", "cases is withheld; there should be no such row"
    for name in _NOT_IN_PAIRS:
        if line.counts.get(name) is not None:
            yield (
                f"{name} 是 {line.counts[name]}，单位和类别一起的行不写它，应该空着",
                f"{name} is {line.counts[name]}; it should be empty in a row of an office and a category",
            )


def bin_wrongs(waits: tuple[Bin, ...]) -> Iterator[Sentence]:
    """Bins that do not follow each other, from the first day on, each up to a day that is counted."""
    expected = 0
    for one in waits:
        if one.first != expected:
            yield (
                f"一档从第 {one.first} 天起，应该从第 {expected} 天起，各档一档接一档",
                f"a bin begins with day {one.first}; it should with {expected}, each after the one before it",
            )
        if one.last is not None and one.last not in WITHIN:
            days = ", ".join(map(str, WITHIN))
            yield (
                f"一档到第 {one.last} 天，应该是 {days} 之一",
                f"a bin ends with day {one.last}; it should with one of {days}",
            )
        waiting, other = (one.answered, "answered") if one.last is None else (one.unanswered, "unanswered")
        if waiting:
            yield (
                f"这一档的 {other} 是 {waiting}，应该是 0",
                f"{other} of this bin is {waiting}; it should be 0",
            )
        if one.last is None and not one.unanswered:
            yield (
                "最后一档的 unanswered 是 0，就不应该有这一档",
                "unanswered of the last bin is 0; there should be no such bin",
            )
        expected = (one.last or WITHIN[-1]) + 1
    if any(one.last is None for one in waits[:-1]):
        yield "没有最后一天的档，应该是最后一档", "a bin without a last day should be the last one"


def _days(line: Line, tables: Tables) -> Iterator[Sentence]:
    """Days against the counts of their row."""
    cases, answered = line.counts.get("cases"), line.counts.get("answered")
    within = sum(one.answered for one in line.waits)
    found = within + sum(one.unanswered for one in line.waits)
    if found != cases:
        yield (
            f"各档加起来是 {found}，cases 是 {cases}",
            f"waits do not add up to cases, {cases}, but to {found}",
        )
    if answered is None:
        yield (
            "answered 空着，就不应该有等待天数",
            "waits are told; they should not be, as answered is withheld",
        )
    elif within > answered:
        yield (
            f"各档里已答复的共 {within}，多于 answered 的 {answered}",
            f"waits tell {within} answers, more than answered, {answered}",
        )
    if not is_since(tables.definition, DAYS_TOGETHER):
        return
    for last, n in (*((one.last, one.answered) for one in line.waits), (None, (answered or 0) - within)):
        if 0 < n < tables.threshold:
            zh, en = (
                ("更晚答复的", "answered later")
                if last is None
                else (f"到第 {last} 天的一档", f"the bin up to day {last}")
            )
            yield (
                f"{zh}有 {n} 件，应该没有，或者够 {tables.threshold} 件",
                f"{en}: {n}; it should be none or {tables.threshold} at least",
            )


def _lacks_days(line: Line, tables: Tables) -> bool:
    told = line.table != PAIR and line.counts.get("answered") is not None and not line.waits
    return (
        told
        and (line.counts.get("cases") or 0) >= tables.threshold
        and is_since(tables.definition, DAYS_TOGETHER)
    )


def _lacking_rows(tables: Tables) -> Iterator[Wrong]:
    """Every case is in the row of all, in an office's, a category's and an area's."""
    for table in (ALL, OFFICE, CATEGORY, AREA):
        if not tables.of(table):
            yield None, (f"没有 {table} 的行，应该有", f"there is no row of {table}; there should be")
    for pair in tables.of(PAIR):
        for table, code in ((OFFICE, pair.office), (CATEGORY, pair.category)):
            if tables.line(table, **{table: code}) is None:
                yield (
                    pair,
                    (
                        f"没有 {table} {code} 的行，应该有",
                        f"there is no row of {table} {code}; there should be",
                    ),
                )


def _sums(tables: Tables) -> Iterator[Wrong]:
    place = tables.line(ALL)
    wholes: list[tuple[Line, list[Line], bool]] = []
    if place:
        wholes += [(place, [*tables.of(table)], True) for table in (OFFICE, CATEGORY, AREA)]
    pairs = tables.of(PAIR)
    wholes += [
        (line, [one for one in pairs if one.office == line.office], False) for line in tables.of(OFFICE)
    ]
    wholes += [
        (line, [one for one in pairs if one.category == line.category], False) for line in tables.of(CATEGORY)
    ]
    for whole, parts, every in wholes:
        if not parts:
            continue
        counts, told = _with_days(whole), [_with_days(one) for one in parts]
        for wrong in sum_wrongs(counts, told, _OF, every=every):
            zh, en = wrong
            yield whole, (f"{zh}（{parts[0].table}）", f"{en} (rows of {parts[0].table})")
        if every and is_since(tables.definition, IN_FULL):
            yield from _told_by_part_alone(whole, parts)


def _told_by_part_alone(whole: Line, parts: list[Line]) -> Iterator[Wrong]:
    """What is withheld of all together is withheld of each."""
    counts = _with_days(whole)
    for part in parts:
        for name, n in _with_days(part).items():
            if n is not None and counts.get(name) is None:
                yield (
                    part,
                    (
                        f"{name} 是 {n}，全部事项的那一行却没有写它，应该空着",
                        f"{name} is {n}; it should not be told, as it is not of all together",
                    ),
                )


def _with_days(line: Line) -> Counts:
    """Counts, and how many were answered within the days that the row tells."""
    found: dict[str, int | None] = dict(line.counts)
    upto = 0
    for one in line.waits:
        upto += one.answered
        if one.last is not None:
            found[f"within_{one.last}"] = upto
    return found
