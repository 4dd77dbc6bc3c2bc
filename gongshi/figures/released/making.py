"""From true counts to a month's tables, fit to be shown: pure. What is withheld: docs/rules/disclosure.md."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from gongshi.figures.definitions import newest
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import COLUMNS, NAMES, WITHIN
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE, PAIR, Cell, Key, disclosed

_NAMED = {ALL: (), OFFICE: (OFFICE,), CATEGORY: (CATEGORY,), AREA: (AREA,), PAIR: (OFFICE, CATEGORY)}
_ORDER = tuple(_NAMED)
Counted = Mapping[Cell, Mapping[str, int]]


def tables_of(month: Month, as_of: date, threshold: int, counted: Counted, known: Counted) -> Tables:
    """The tables of a month. counted: columns, and ``within_N`` for each of `WITHIN`; known: of published cases."""
    shown = disclosed(counted, COLUMNS, threshold, known)
    within = _within(counted)
    lines = [
        _line(key, row, _waits(within, key, row, threshold))
        for key, row in shown.items()
        # Of a pair that is withheld nothing is said, not even that there are cases of it.
        if key[0] != PAIR or row["cases"] is not None
    ]
    lines.sort(key=lambda line: (_ORDER.index(line.table), line.key))
    return Tables(month, as_of, threshold, tuple(lines), newest().code)


def _waits(
    within: Mapping[Key, Mapping[int, int]], key: Key, row: Mapping[str, int | None], threshold: int
) -> tuple[Bin, ...]:
    """Withheld with the number of those answered, which they would bound."""
    if key[0] == PAIR or row["answered"] is None:
        return ()
    return bins(within[key], row["cases"], threshold)


def bins(within: Mapping[int, int], cases: int | None, threshold: int) -> tuple[Bin, ...]:
    """The row's cases by days until their answer, in the finest bins that each hold the threshold, or none.

    within: cases answered within so many days; those of the last that are left over go with whoever waits longer. None
    at all where ``cases`` is withheld or below the threshold.
    """
    if cases is None or cases < threshold:
        return ()
    found: list[Bin] = []
    first, before = 0, 0
    for days in sorted(within):
        n = within[days] - before
        if n == 0 or n >= threshold:
            found.append(Bin(first, days, n, 0))
            first, before = days + 1, within[days]
    left = cases - before
    if 0 < left < threshold:
        # Too few beyond: they are told with the slowest of the rest, as not answered by then.
        while found and left < threshold:
            last = found.pop()
            first, left = last.first, left + last.answered
    return (*found, Bin(first, None, 0, left)) if left or not found else tuple(found)


def _within(counted: Counted) -> dict[Key, dict[int, int]]:
    found: dict[Key, Counter[int]] = {}
    for (office, category, area), counts in counted.items():
        for key in ((ALL, ()), (OFFICE, (office,)), (CATEGORY, (category,)), (AREA, (area,))):
            sums = found.setdefault(key, Counter())
            for days in WITHIN:
                sums[days] += counts.get(f"within_{days}", 0)
    return {key: dict(sums) for key, sums in found.items()}


def _line(key: Key, row: Mapping[str, int | None], waits: tuple[Bin, ...]) -> Line:
    counts = {name: row.get(name) for name in NAMES}
    named = dict(zip(_NAMED[key[0]], key[1], strict=True))
    return Line(key[0], named.get(OFFICE, ""), named.get(CATEGORY, ""), named.get(AREA, ""), counts, waits)
