"""How good the answers of a quarter were, as plain values: what is kept of it, and what its file says.

From true counts to what is released of them: pure. What is withheld, and why: docs/rules/disclosure.md#quarters.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gongshi.figures.definitions import definitions, newest
from gongshi.figures.periods import Quarter
from gongshi.rules.disclosure import CATEGORY, OFFICE, Column, disclosed

LEAST = 20
"""From so many matters up an office or a category is told of, or the place's threshold where that is higher."""
COUNTS_WITHHELD = "quarters-by-count"
"""The definition from which on each count is withheld by itself; before, all counts of a row were told, or none."""


class AnswerCounts(NamedTuple):
    """What is counted of a group of first answers, as in `gongshi.figures.metrics.AnswerTally`; None: withheld."""

    cases: int
    all_parts: int | None
    some_parts: int | None
    promised: int | None
    kept: int | None
    not_kept: int | None
    reopened: int | None


NAMES = AnswerCounts._fields
# What residents did or said is shown only where neither they nor those who did otherwise (`left`) are few.
COLUMNS = (
    Column("cases"),
    Column("all_parts", of="cases", left=(("cases", "all_parts"),)),
    Column("some_parts", of="cases", left=(("cases", "some_parts"), ("cases", "all_parts", "some_parts"))),
    Column("promised", of="cases"),
    Column("kept", of="promised", left=(("promised", "kept"),)),
    Column("not_kept", of="promised", left=(("promised", "not_kept"), ("promised", "kept", "not_kept"))),
    Column("reopened", of="cases", left=(("cases", "reopened"),)),
)
Row = tuple[str, str]
"""A table and a code in it."""
Pair = tuple[str, str]
"""The codes of an office and a category."""
Counted = Mapping[Pair, Mapping[str, int]]


@dataclass(frozen=True)
class AnswerLine:
    """An office or a category by its code; ``counts`` is None where the matters are withheld."""

    table: str
    code: str
    counts: AnswerCounts | None


@dataclass(frozen=True)
class QuarterTables:
    """What was released of the first answers of a quarter, as it stood on the day ``as_of``: offices, then categories.

    definition: what it was counted by, a code of `gongshi.figures.definitions`.
    """

    quarter: Quarter
    as_of: date
    threshold: int
    definition: str
    lines: tuple[AnswerLine, ...]

    def of(self, table: str) -> tuple[AnswerLine, ...]:
        """The rows of one table, in the order of codes."""
        return tuple(line for line in self.lines if line.table == table)

    @property
    def least(self) -> int:
        """From so many matters up a row is told of."""
        return max(LEAST, self.threshold)

    @property
    def by_count(self) -> bool:
        """Whether each count was withheld by itself; quarters that were released before stay as they were."""
        codes = [one.code for one in definitions()]
        return self.definition not in codes[: codes.index(COUNTS_WITHHELD)]


def quarter_tables(
    quarter: Quarter,
    as_of: date,
    threshold: int,
    counted: Counted,
    known: Sequence[Counted],
    *,
    closed: Collection[Row] = (),
) -> QuarterTables:
    """From true counts. known: what one reader or another may know of single matters, each at most ``counted``.

    closed: rows of which nothing is told, whatever they count. Whatever has to be withheld from any of the readers is
    withheld: withholding more never tells more.
    """
    cells = _cells(counted)
    shown = [disclosed(cells, COLUMNS, threshold, _cells(each)) for each in known or ({},)]
    least = max(LEAST, threshold)
    lines = [
        AnswerLine(
            *(row := (key[0], key[1][0])),
            None if row in closed else _told([each[key] for each in shown], least),
        )
        for key in sorted(shown[0], key=lambda key: (key[0] == CATEGORY, key[1]))
        if key[0] in (OFFICE, CATEGORY)
    ]
    return QuarterTables(quarter, as_of, threshold, newest().code, tuple(lines))


def _cells(counted: Counted) -> dict[tuple[str, str, str], Mapping[str, int]]:
    """There is no table of quarters by area: all are in one."""
    return {(*pair, ""): counts for pair, counts in counted.items() if any(counts.values())}


def _told(rows: Sequence[Mapping[str, int | None]], least: int) -> AnswerCounts | None:
    told = {name: None if any(row[name] is None for row in rows) else rows[0][name] for name in NAMES}
    cases = told.pop("cases")
    return None if cases is None or cases < least else AnswerCounts(cases, **told)
