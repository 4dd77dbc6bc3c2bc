"""What is counted, and what each number means. Definitions in words, for whoever recomputes them: docs/figures.md.

Plain values: nothing here reads the database, and nothing here is fit for publication (see `board`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import timedelta

from gongshi.rules.intervals import wilson
from gongshi.rules.survival import Wait, median_wait


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of`` cases, with the Wilson interval of 95 % (``gongshi.rules.intervals``)."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.count / self.of


def share_of(count: int, of: int) -> Share | None:
    """None where there is nothing to be a share of."""
    return Share(count, of, *wilson(count, of)) if of else None


@dataclass
class Tally:
    """The cases of one office, or of all, that were filed in a period.

    cases: those that the figures are about; the last three are counted apart and are in no other number.
    answered: an answer was sent. asked: answered, and the resident could say whether it is settled. due: the promise
    has fallen due or was answered. waits: (calendar days, answered) -> cases.
    """

    cases: int = 0
    answered: int = 0
    asked: int = 0
    due: int = 0
    on_time: int = 0
    confirmed: int = 0
    reopened: int = 0
    not_confirmed: int = 0
    withdrawn: int = 0
    staff_logged: int = 0
    without_promise: int = 0
    forwarded: int = 0
    waits: Counter[tuple[int, bool]] = field(default_factory=Counter)

    @property
    def filed(self) -> int:
        """Every case, the ones counted apart too."""
        return self.cases + self.staff_logged + self.without_promise + self.forwarded

    @property
    def median_days(self) -> int | None:
        """Calendar days until half of the cases were answered, open ones counted; None while fewer are answered."""
        return median_wait(Wait(days, answered, cases) for (days, answered), cases in self.waits.items())

    def numbers(self) -> dict[str, int]:
        """Every count by its name."""
        return {name: getattr(self, name) for name in COUNTS}

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.waits.update(other.waits)
        return self


COUNTS = tuple(one.name for one in fields(Tally) if one.name != "waits")
APART = ("staff_logged", "without_promise", "forwarded")
# Each share's name: what is counted, and of which cases.
SHARES = {
    "on_time": ("on_time", "due"),
    "confirmed": ("confirmed", "asked"),
    "reopened": ("reopened", "asked"),
    "not_confirmed": ("not_confirmed", "asked"),
    "withdrawn": ("withdrawn", "cases"),
}


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum. Medians come anew from all waits: they cannot be added."""
    total = Tally()
    for tally in tallies:
        total += tally
    return total


@dataclass
class AnswerTally:
    """What became of matters that were first answered in a period, by an office or in a category.

    all_parts, some_parts: the resident said that every point was answered, or that not every one was; the rest said
    nothing. promised: a dated promise has come due; of these kept and not_kept, as the resident said. reopened: by the
    resident, within `REOPENED_WITHIN` of the first answer.
    """

    cases: int = 0
    all_parts: int = 0
    some_parts: int = 0
    promised: int = 0
    kept: int = 0
    not_kept: int = 0
    reopened: int = 0

    def __iadd__(self, other: "AnswerTally") -> "AnswerTally":
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


REOPENED_WITHIN = timedelta(days=60)
