"""The tables of a released month as plain values: what the database keeps, and what the files of open data say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from gongshi.figures.periods import Month

Counts = Mapping[str, int | None]
"""Each column by its name; None: withheld."""


class Bin(NamedTuple):
    """Cases by whole days from filing to the latest answer: from ``first`` to ``last``, None for "or never".

    ``answered`` within these days; ``unanswered``: seen without an answer for longer, all of them in the last bin.
    """

    first: int
    last: int | None
    answered: int
    unanswered: int


@dataclass(frozen=True)
class Line:
    """One row of one table, by codes; "" for what the table is not about, or for cases without any place.

    waits: none where they are withheld, and in the table by office and category.
    """

    table: str
    office: str
    category: str
    area: str
    counts: Counts
    waits: tuple[Bin, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is found by."""
        return self.table, self.office, self.category, self.area


@dataclass(frozen=True)
class Tables:
    """What was released of one month, as it stood on the day ``as_of``.

    definition: what it was counted by, a code of `gongshi.figures.definitions`.
    """

    month: Month
    as_of: date
    threshold: int
    lines: tuple[Line, ...] = field(repr=False)
    definition: str = "first"

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str, str], Line]:
        return {line.key: line for line in self.lines}

    def line(self, table: str, *, office: str = "", category: str = "", area: str = "") -> Line | None:
        """One row, or None."""
        return self._by_key.get((table, office, category, area))

    def of(self, table: str) -> tuple[Line, ...]:
        """The rows of one table, in the order of codes."""
        return tuple(line for line in self.lines if line.table == table)
