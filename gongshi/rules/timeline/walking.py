"""The invented case on its way, and what happens where staff let a last day pass."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from gongshi.rules.calendar import Calendar, add_working_days, is_provisional
from gongshi.rules.deadlines import Deadline, due, due_on
from gongshi.rules.procedure import (
    RESIDENT,
    STAFF,
    SYSTEM,
    CaseState,
    ClockRule,
    ClockState,
    Move,
    Mover,
    Procedure,
    Promise,
    RefusedError,
    allowed_moves,
    expire,
    expiries,
    needs_of,
    opening,
    perform,
)
from gongshi.rules.timeline.model import Beside, Span, Timeline

_DAY = timedelta(days=1)
_OFF_THE_WAY = frozenset({"withdraw", "restore"})
# The proofs bound every chain of consequences; this bounds one of a procedure that was never proved.
_MOST_CONSEQUENCES = 50


def timeline(
    procedure: Procedure, *, filed_on: date, calendar: Calendar, promise: Promise | None = None
) -> Timeline:
    """Every deadline of a case of ``procedure`` that begins on the local day ``filed_on``.

    promise: what the place promised for the category; without one a clock of promised days is an internal target.
    Raises OverflowError beyond the year 9999.
    """
    plain = _Way(procedure, calendar, promise, extend=False)
    plain.go(filed_on)
    longest = _Way(procedure, calendar, promise, extend=True)
    longest.go(filed_on)
    latest = {(span.clock.code, span.run): span for span in longest.way}
    way = []
    for span in plain.way:
        last = latest.get((span.clock.code, span.run), span)
        way.append(replace(span, latest_on=last.due_on, provisional=span.provisional or last.provisional))
    told = {span.clock.code for span in (*way, *plain.passed)}
    beside = tuple(
        _beside(procedure, clock, promise) for code, clock in procedure.clocks.items() if code not in told
    )
    return Timeline(procedure, filed_on, promise, tuple(way), tuple(plain.passed), beside, plain.state.stage)


def _beside(procedure: Procedure, clock: ClockRule, promise: Promise | None) -> Beside:
    days, counting = clock.length(promise)
    known = clock.runs_in | clock.paused_in
    starting = clock.starts_on or {
        move.code
        for move in procedure.moves.values()
        if move.to in clock.runs_in and move.effect not in _OFF_THE_WAY and move.sources - known
    }
    moves = tuple(move for code, move in procedure.moves.items() if code in starting)
    return Beside(clock, days, counting, _promised(clock, promise), moves)


def _promised(clock: ClockRule, promise: Promise | None) -> bool:
    return clock.days != "promise" or promise is not None


class _Way:
    """One walk along the main way. extend: whether every extension is used, each on the last day."""

    state: CaseState

    def __init__(
        self, procedure: Procedure, calendar: Calendar, promise: Promise | None, *, extend: bool
    ) -> None:
        self._procedure, self._calendar, self._promise = procedure, calendar, promise
        self._extend = extend
        self._shaken = False  # whether the day that the next clocks count from may itself still change
        self._found: dict[tuple[str, int], Span] = {}
        self.passed: list[Span] = []

    @property
    def way(self) -> list[Span]:
        """The clocks that started, in that order."""
        return list(self._found.values())

    def go(self, filed_on: date) -> None:
        """From the first stage to the end of the way, or to where it goes no further."""
        self.state = opening(
            self._procedure, on=filed_on, calendar=self._calendar, promise=self._promise
        ).state
        self._note()
        on = filed_on
        for _, target in pairwise(self._procedure.path):
            move = self._onward(target)
            if move is None:
                return
            on = self._last_day(move, on)
            self._shaken |= any(span.provisional and span.due_on == on for span in self._found.values())
            if self._procedure.stages[self.state.stage].holder in STAFF:
                self.passed += self._let_pass(on)
            if not self._made(move, on):
                return
            self._note()

    def _onward(self, target: str) -> Move | None:
        """The move along the way: of whoever must act, else of anybody, last of the system."""
        holder = self._procedure.stages[self.state.stage].holder
        moves = [
            move
            for move in self._procedure.moves_from(self.state.stage)
            if move.target(self.state.stage) == target and move.effect not in _OFF_THE_WAY
        ]
        return min(moves, key=lambda move: (holder not in move.by, move.by == (SYSTEM,)), default=None)

    def _last_day(self, move: Move, on: date) -> date:
        """The last day for ``move`` on which nobody is late, extensions used where they are to be."""
        while True:
            day = max(on, min(self._ends(move), default=on))
            extension = self._extension(day) if self._extend else None
            if extension is None:
                return day
            self._perform(extension, day)
            self._note()

    def _ends(self, move: Move) -> list[date]:
        """The last days of the clocks that bind whoever must act here."""
        holder = self._procedure.stages[self.state.stage].holder
        return [
            clock.due_on
            for code, clock in self.state.clocks.items()
            if clock.active
            and clock.paused_on is None
            and (self._procedure.clocks[code].waits_for == RESIDENT) == (holder == RESIDENT)
            and (not self._procedure.clocks[code].lapse or move.within == code)
        ]

    def _extension(self, day: date) -> Move | None:
        """An extension of a clock whose last day this is."""
        staff = Mover(STAFF)
        for move in allowed_moves(self._procedure, self.state, staff, on=day):
            if move.effect == "extend" and self.state.clocks[move.clock].due_on == day:
                return move
        return None

    def _made(self, move: Move, on: date) -> bool:
        """Make the move, or let the system make it the day after; False where it cannot be made."""
        try:
            if move.by == (SYSTEM,):
                clock = next(
                    one.code for one in self._procedure.clocks.values() if one.expiry_move == move.code
                )
                later = on + _DAY
                self.state = expire(
                    self._procedure, self.state, clock, on=later, calendar=self._calendar
                ).state
            else:
                self._perform(move, on)
        except (RefusedError, StopIteration):
            return False
        return True

    def _perform(self, move: Move, on: date) -> None:
        mover = Mover(frozenset(move.by) - {SYSTEM})
        given = self._given(move, on)
        self.state = perform(
            self._procedure, self.state, move, mover, on=on, calendar=self._calendar, params=given
        ).state

    def _given(self, move: Move, on: date) -> dict[str, Any]:
        """What comes with an invented move; a date is given as far ahead as it may be."""
        given: dict[str, Any] = dict.fromkeys(needs_of(move), "-")
        if "date" in given:
            starting = (one for one in self._procedure.clocks.values() if move.code in one.starts_on)
            clock = next((one for one in starting if one.days == "given"), None)
            given["date"] = on + _DAY
            if clock is not None:
                given["date"] = due_on(
                    start_on=on, days=clock.most_days, counting=clock.counting, calendar=self._calendar
                )
        return given

    def _note(self) -> None:
        """Take down what started, and the last day of what was made longer."""
        for code, clock in self.state.clocks.items():
            key = (code, clock.run)
            known = self._found.get(key)
            if clock.active and known is None:
                self._found[key] = self._span(code, clock)
            elif clock.active and known is not None and known.due_on != clock.due_on:
                self._found[key] = self._span(code, clock, stage=known.stage)

    def _span(self, code: str, clock: ClockState, *, stage: str = "", after: str = "") -> Span:
        rule = self._procedure.clocks[code]
        days, counting = rule.length(self._promise)
        longer = rule.extension.days * clock.extended if rule.extension else 0
        period = Deadline(start_on=clock.started_on, days=days, counting=counting, extension=longer)
        if rule.days == "given":
            unsure = is_provisional(self._calendar, clock.due_on)
        else:
            unsure = due(period, self._calendar, as_of=clock.started_on).provisional
        return Span(
            clock=rule,
            run=clock.run,
            stage=stage or self.state.stage,
            starts_on=clock.started_on,
            first_on=self._first(clock.started_on, counting),
            due_on=clock.due_on,
            latest_on=clock.due_on,
            days=days,
            counting=counting,
            promised=_promised(rule, self._promise),
            provisional=unsure or self._shaken,
            after=after,
        )

    def _first(self, start: date, counting: str) -> date:
        return add_working_days(self._calendar, start, 1) if counting == "working" else start + _DAY

    def _let_pass(self, on: date) -> list[Span]:
        """The clocks that start by themselves when staff let ``on`` pass, and what follows from theirs.

        Until the case has gone up: what is told of the level above is told where it stands on the way, or beside it.
        """
        kept, found = self.state, list[Span]()
        followed = {code for code, clock in kept.clocks.items() if clock.active and clock.due_on == on}
        for _ in range(_MOST_CONSEQUENCES):
            late = [code for code in expiries(self.state, on + _DAY) if code in followed]
            if not late:
                break
            new = list(self._run_out(late[0], on + _DAY))
            found += new
            if self.state.stage != kept.stage:
                break
            followed |= {span.clock.code for span in new}
            waiting = [
                clock.due_on
                for code, clock in self.state.clocks.items()
                if code in followed and clock.active and clock.paused_on is None and clock.expired_on is None
            ]
            on = max(on, min(waiting, default=on))
        self.state = kept
        return found

    def _run_out(self, code: str, on: date) -> Iterator[Span]:
        """One clock runs out; gives those of staff that start by it and still run."""
        before = self.state
        try:
            self.state = expire(self._procedure, self.state, code, on=on, calendar=self._calendar).state
        except RefusedError:
            return
        for each, clock in self.state.clocks.items():
            new = each not in before.clocks or before.clocks[each].run != clock.run
            if new and clock.active and self._procedure.clocks[each].waits_for != RESIDENT:
                yield self._span(each, clock, after=code)
