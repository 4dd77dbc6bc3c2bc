"""From true counts to a month's tables, fit to be shown: pure. What is withheld: docs/rules/disclosure.md."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from gongshi.figures.definitions import newest
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import COLUMNS, NAMES, WITHIN
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.rules.disclosure import (
    ALL,
    AREA,
    CATEGORY,
    OFFICE,
    PAIR,
    UNBOUNDED,
    Cell,
    Key,
    Local,
    Shown,
    disclosed,
    edges_told,
    keys_of,
)

_NAMED = {ALL: (), OFFICE: (OFFICE,), CATEGORY: (CATEGORY,), AREA: (AREA,), PAIR: (OFFICE, CATEGORY)}
_ORDER = tuple(_NAMED)
_WITHIN = [f"within_{days}" for days in WITHIN]
Counted = Mapping[Cell, Mapping[str, int]]


def tables_of(
    month: Month,
    as_of: date,
    threshold: int,
    counted: Counted,
    known: Counted,
    *,
    local: Local | None = None,
) -> Tables:
    """The tables of a month. counted: columns, and ``within_N`` for each of `WITHIN`; known: of published cases.

    local: the offices that serve one area alone, each with it.
    """
    shown = disclosed(counted, COLUMNS, threshold, known, local)
    waits = _waits(shown, counted, known, threshold, local)
    lines = [
        _line(key, row, waits.get(key, ()))
        for key, row in shown.items()
        # Of a pair that is withheld nothing is said, not even that there are cases of it.
        if key[0] != PAIR or row["cases"] is not None
    ]
    lines.sort(key=lambda line: (_ORDER.index(line.table), line.key))
    return Tables(month, as_of, threshold, tuple(lines), newest().code)


def _waits(
    shown: Shown, counted: Counted, known: Counted, threshold: int, local: Local | None
) -> dict[Key, tuple[Bin, ...]]:
    """Of every row that tells how many were answered: their days, in bins that all rows together can tell."""
    sums, public = _summed(counted), _summed(known)
    told = {key for key, row in shown.items() if key[0] != PAIR and row["answered"] is not None}
    edges = edges_told(
        {cell: _steps(counts) for cell, counts in counted.items()},
        {cell: _steps(counts) for cell, counts in known.items()},
        told,
        {key: _others(sums[key], public.get(key, Counter()), row) for key, row in shown.items()},
        threshold,
        local=local,
    )
    return {
        key: bins(edges[key], _steps(sums[key]), cases)
        for key in told
        if (cases := sums[key]["cases"]) >= threshold
    }


def _others(sums: Mapping[str, int], public: Mapping[str, int], shown: Mapping[str, int | None]) -> int:
    """How many of a row's cases are not answered, or may be: where nobody is told how many cases it has, any number."""
    if shown["cases"] is None:
        return UNBOUNDED
    waiting = sums["cases"] - sums["answered"]
    if shown.get("answered") is None:
        # A published case is seen to wait.
        waiting -= public["cases"] - public["answered"]
    return waiting


def _steps(counts: Mapping[str, int]) -> list[int]:
    """Those answered, by days: up to each of `WITHIN`, and later."""
    upto = [0, *(counts.get(name, 0) for name in _WITHIN), counts.get("answered", 0)]
    return [after - before for before, after in pairwise(upto)]


def bins(edges: Sequence[int], steps: Sequence[int], cases: int) -> tuple[Bin, ...]:
    """The row's cases by days until their answer. edges: after how many steps they are told apart.

    Those of the last steps that are not told apart go with whoever waits longer.
    """
    found = [
        Bin(WITHIN[first - 1] + 1 if first else 0, WITHIN[last - 1], sum(steps[first:last]), 0)
        for first, last in pairwise((0, *edges))
    ]
    left = cases - sum(one.answered for one in found)
    if left or not found:
        found.append(Bin(WITHIN[edges[-1] - 1] + 1 if edges else 0, None, 0, left))
    return tuple(found)


def _summed(counted: Counted) -> dict[Key, Counter[str]]:
    found: dict[Key, Counter[str]] = {}
    for cell, counts in counted.items():
        for key in keys_of(cell):
            found.setdefault(key, Counter()).update(counts)
    return found


def _line(key: Key, row: Mapping[str, int | None], waits: tuple[Bin, ...]) -> Line:
    counts = {name: row.get(name) for name in NAMES}
    named = dict(zip(_NAMED[key[0]], key[1], strict=True))
    return Line(key[0], named.get(OFFICE, ""), named.get(CATEGORY, ""), named.get(AREA, ""), counts, waits)
