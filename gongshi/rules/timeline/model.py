"""What a timeline is made of: plain frozen data."""

from dataclasses import dataclass
from datetime import date

from gongshi.rules.procedure import RESIDENT, ClockRule, Move, Procedure, Promise
from gongshi.rules.procedure.model import Counting


@dataclass(frozen=True, slots=True)
class Span:
    """One run of one clock at its full length.

    stage: where it starts; after: the clock whose end starts it, "" on the way. starts_on: the day of what starts it,
    itself not counted; first_on: the first day that counts; due_on: the last one, which counts in full; latest_on: the
    last one where every extension up to here is used. days, counting: its length (of a date that is given: how far
    ahead it may lie). promised: False for an internal target. provisional: an unpublished year could change a day.
    """

    clock: ClockRule
    run: int
    stage: str
    starts_on: date
    first_on: date
    due_on: date
    latest_on: date
    days: int
    counting: Counting
    promised: bool
    provisional: bool
    after: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the resident's own time: a right, and no duty."""
        return self.clock.waits_for == RESIDENT

    @property
    def extended_on(self) -> date | None:
        """The last day with every extension, None where none changes anything."""
        return self.latest_on if self.latest_on != self.due_on else None


@dataclass(frozen=True, slots=True)
class Beside:
    """A clock that only starts if something happens: how long it is, and the moves that start it."""

    clock: ClockRule
    days: int
    counting: Counting
    promised: bool
    starts_with: tuple[Move, ...]

    @property
    def own(self) -> bool:
        """Whether it is the resident's own time."""
        return self.clock.waits_for == RESIDENT


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every deadline of a case of ``procedure`` that begins on ``filed_on``.

    way: along the main way, in order; passed: what starts by itself if staff let a last day pass; beside: the others.
    ends_in: the stage where the way comes to; its routes are open after it.
    """

    procedure: Procedure
    filed_on: date
    promise: Promise | None
    way: tuple[Span, ...]
    passed: tuple[Span, ...]
    beside: tuple[Beside, ...]
    ends_in: str

    @property
    def spans(self) -> tuple[Span, ...]:
        """Everything that has days."""
        return (*self.way, *self.passed)

    @property
    def provisional(self) -> bool:
        """Whether any day may still change."""
        return any(span.provisional for span in self.spans)
