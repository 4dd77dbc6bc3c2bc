"""How good the answers of a quarter were, as plain values: what is kept of it, and what its file says.

From true counts to what is released of them: pure. Either all counts of a group are told, or none (docs/figures.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gongshi.figures.definitions import newest
from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Quarter
from gongshi.figures.two_tables import withheld_together
from gongshi.rules.disclosure import CATEGORY, OFFICE


class AnswerCounts(NamedTuple):
    """What is counted of a group of first answers, as in `gongshi.figures.metrics.AnswerTally`."""

    cases: int
    all_parts: int
    some_parts: int
    promised: int
    kept: int
    not_kept: int
    reopened: int


NAMES = AnswerCounts._fields
_Pair = tuple[str, str]


@dataclass(frozen=True)
class AnswerLine:
    """An office or a category by its code; ``counts`` is None where they are withheld."""

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


def quarter_tables(
    quarter: Quarter,
    as_of: date,
    threshold: int,
    tallies: Mapping[_Pair, AnswerTally],
    known: Mapping[_Pair, int],
) -> QuarterTables:
    """From tallies by codes of office and category, and how many of each everybody can count (published cases)."""
    cells = {pair: tally.cases for pair, tally in tallies.items()}
    shown = withheld_together(cells, threshold, known)
    lines = [
        AnswerLine(table, code, None if cell.value is None else _sum(tallies, side, code))
        for side, table in enumerate((OFFICE, CATEGORY))
        for code, cell in sorted(shown[side].items())
    ]
    return QuarterTables(quarter, as_of, threshold, newest().code, tuple(lines))


def _sum(tallies: Mapping[_Pair, AnswerTally], side: int, code: str) -> AnswerCounts:
    total = AnswerTally()
    for pair, tally in tallies.items():
        if pair[side] == code:
            total += tally
    return AnswerCounts(*(getattr(total, name) for name in NAMES))
