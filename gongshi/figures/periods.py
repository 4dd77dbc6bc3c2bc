"""Months and quarters: figures are about whole ones, from the first day of one to before the first of another."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Month:
    """One month of the place's calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """``2026-10``. Raises ValueError for anything else."""
        found = _MONTH.fullmatch(text)
        if found is None or not 1 <= int(found[1]) <= 9998:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        """The month before it."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)


def last_complete(on: date) -> Month:
    """The last month that was over on the day before ``on``."""
    return Month.of(on).before


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of the place's calendar: three whole months."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """``2026-Q3``. Raises ValueError for anything else."""
        found = _QUARTER.fullmatch(text)
        if found is None or not 1 <= int(found[1]) <= 9998:
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


P = TypeVar("P", Month, Quarter)


def lacking(first: P, last: P, most: int, *, done: Iterable[P]) -> list[P]:
    """Periods not yet ``done``, newest first: of ``most`` up to ``last`` those from ``first`` on."""
    had, found = set(done), list[P]()
    for _ in range(most):
        if last < first:
            break
        if last not in had:
            found.append(last)
        last = last.before
    return found
