"""Where one case is, and how history entries make it so.

A state is never written by hand: every change is an `Entry`, and `evolve` folds an entry into a state. The interpreter
uses it for what it decides, `replay` for what was stored, so both agree. Entries hold codes, dates and numbers only,
ready for JSON; the words that came with a move are kept elsewhere, sealed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from gongshi.rules.procedure.effects import EFFECTS
from gongshi.rules.procedure.model import ClockRule, Move, Procedure, Promise
from gongshi.rules.procedure.steps import Status

OPENED = "case.opened"
IMPORTED = "case.imported"
SUPERVISED = "case.supervised"
# A time ran out, and nobody here stands above whoever let it.
OVERDUE = "case.overdue"
WARNED = "clock.warned"
UNDONE = "move.undone"
MERGED, MERGED_IN = "case.merged", "case.merged_in"
JOINED = "case.joined"
# A case that takes over where another stands: the joint one that of who began it, a member's own that of the joint one.
MADE_COLLECTIVE, WENT_ALONE = "case.made_collective", "case.went_alone"
TAKEN_OVER = frozenset({MADE_COLLECTIVE, WENT_ALONE})
# In `CaseState.merged`: no matter of the same filing goes on in its place, but a joint one.
COLLECTIVE = 0
LAPSED = "clock.lapsed"
HEARING_MOVED = "case.hearing_moved"
_OTHERS = frozenset({OPENED, SUPERVISED, OVERDUE, WARNED, LAPSED, MERGED, MERGED_IN, JOINED, HEARING_MOVED})
HISTORY_CODES = _OTHERS | TAKEN_OVER | {effect.history for effect in EFFECTS.values()}


class ReplayError(ValueError):
    """Entries that do not make up the history of one case under this procedure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """One run of one clock. Days are local dates; ``due_on`` counts in full.

    run: 1, 2, ... each time it starts afresh; paused_days: days that pauses took so far, in the clock's own counting;
    extended: how often it was extended in this run; withdrawn_days: days that the case lay withdrawn, as paused_days.
    """

    run: int
    started_on: date
    due_on: date
    warn_on: date | None = None
    paused_on: date | None = None
    paused_days: int = 0
    extended: int = 0
    withdrawn_days: int = 0
    warned_on: date | None = None
    expired_on: date | None = None
    stopped_on: date | None = None

    @property
    def active(self) -> bool:
        """Whether it runs or is paused."""
        return self.stopped_on is None

    def status(self, on: date | None = None) -> Status:
        """Its status, as a move made on the day ``on`` sees it."""
        if self.stopped_on is not None:
            return Status.OFF
        if self.paused_on is not None:
            return Status.PAUSED
        late = self.expired_on is not None or (on is not None and on > self.due_on)
        return Status.LATE if late else Status.RUNNING

    @property
    def kept(self) -> bool | None:
        """Whether it was stopped in time; None while it runs or waits."""
        return None if self.stopped_on is None else self.stopped_on <= self.due_on


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Where a withdrawn case stood: its stage, the day it was withdrawn, and the clocks that were stopped by it."""

    stage: str
    on: date
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The day on which a move that was undone first started a run of a clock."""

    run: int
    on: date


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case is: its stage since when, its clocks (the last run of each), how often each move was made.

    withdrawn: where it stood, while it lies withdrawn. first_starts: by clock, what an undone move started first.
    merged: the number of the matter that goes on in its place; `COLLECTIVE` where a joint case does.
    """

    stage: str
    entered_on: date
    opened_on: date
    promise: Promise | None = None
    clocks: Mapping[str, ClockState] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    withdrawn: Withdrawal | None = None
    first_starts: Mapping[str, FirstStart] = field(default_factory=dict)
    merged: int | None = None

    @property
    def latest_on(self) -> date:
        """The last day on which something happened, as far as the state tells."""
        days = [self.entered_on, self.opened_on]
        for clock in self.clocks.values():
            days += [
                clock.started_on,
                clock.paused_on or clock.started_on,
                clock.stopped_on or clock.started_on,
            ]
        return max(days)


@dataclass(frozen=True, slots=True)
class Entry:
    """One history entry: a dotted code, who made it (a role), and parameters ready for JSON."""

    code: str
    by: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What happened to one clock, and the clock after it.

    kind: "started", "paused", "resumed", "not_counted", "extended", "stopped", "expired" or "warned".
    """

    clock: str
    kind: str
    state: ClockState


@dataclass(frozen=True, slots=True)
class Transition:
    """What one act made of a case: the new state, what happened to clocks, and the history to store, in order.

    effects: of the moves made, in order; supervise: clocks that ran out and call for supervision.
    """

    state: CaseState
    entries: tuple[Entry, ...]
    changes: tuple[ClockChange, ...]
    effects: tuple[str, ...] = ()
    supervise: tuple[str, ...] = ()


_DATES = frozenset(one.name for one in fields(ClockState) if one.name.endswith("_on"))


def change_as_data(change: ClockChange, before: ClockState | None) -> dict[str, Any]:
    """A clock change for history: what differs from ``before``, as JSON. A run that starts is told in full."""
    told: dict[str, Any] = {"clock": change.clock, "change": change.kind}
    for one in fields(ClockState):
        value = getattr(change.state, one.name)
        old = one.default if before is None else getattr(before, one.name)
        if value != old:
            told[one.name] = value.isoformat() if isinstance(value, date) else value
    return told


def _changed(clocks: dict[str, ClockState], told: Mapping[str, Any]) -> None:
    """Fold one clock change of an entry into ``clocks``."""
    values: dict[str, Any] = {
        key: date.fromisoformat(value) if key in _DATES and value is not None else value
        for key, value in told.items()
        if key not in ("clock", "change")
    }
    code = told["clock"]
    if told["change"] == "started":
        clocks[code] = ClockState(**values)
    else:
        clocks[code] = replace(clocks[code], **values)


def evolve(state: CaseState | None, entry: Entry) -> CaseState:
    """The state after ``entry``; before the opening there is none. Entries that move nothing change nothing.

    Raises ReplayError for an entry that does not fit.
    """
    params = entry.params
    try:
        if state is None:
            state = _opened(entry)
        if entry.code not in HISTORY_CODES or "stage" not in params:
            return state
        clocks, counts = dict(state.clocks), dict(state.counts)
        for told in params.get("clocks", ()):
            _changed(clocks, told)
        if "move" in params:
            counts[params["move"]] = counts.get(params["move"], 0) + 1
        for code in params.get("renewed", ()):
            counts.pop(code, None)
        moved = params["stage"] != state.stage
        if entry.code in TAKEN_OVER:
            return _taken_over(state, params, clocks)
        return replace(
            state,
            stage=params["stage"],
            entered_on=date.fromisoformat(params["on"]) if moved else state.entered_on,
            clocks=clocks,
            counts=counts,
            withdrawn=_withdrawal(state, entry) if moved else state.withdrawn,
            merged=_merged(state, entry),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ReplayError(f"entry {entry.code} does not fit: {problem}") from problem


def _merged(state: CaseState, entry: Entry) -> int | None:
    if entry.code == JOINED:
        return COLLECTIVE
    return entry.params["other"] if entry.code == MERGED else state.merged


def _taken_over(state: CaseState, params: Mapping[str, Any], clocks: Mapping[str, ClockState]) -> CaseState:
    """Where the other case stood; the day on which this one was opened stays its own."""
    return CaseState(
        params["stage"],
        date.fromisoformat(params["since"]),
        state.opened_on,
        state.promise,
        clocks,
        dict(params["counts"]),
    )


def _withdrawal(state: CaseState, entry: Entry) -> Withdrawal | None:
    """Where the case stood, when ``entry`` withdraws it; None when it leads anywhere else."""
    if entry.code != EFFECTS["withdraw"].history:
        return None
    stopped = (told["clock"] for told in entry.params.get("clocks", ()) if told["change"] == "stopped")
    on = date.fromisoformat(entry.params["on"])
    return state.withdrawn or Withdrawal(state.stage, on, tuple(sorted(stopped)))


def _opened(entry: Entry) -> CaseState:
    """The first state. A case brought in from elsewhere may have been in its stage ``since`` a later day."""
    if entry.code not in (OPENED, IMPORTED):
        raise ReplayError(f"a history begins with {OPENED} or {IMPORTED}, not {entry.code}")
    on, promise = entry.params["on"], entry.params.get("promise")
    since = date.fromisoformat(entry.params.get("since", on))
    return CaseState(
        entry.params["stage"], since, date.fromisoformat(on), Promise(**promise) if promise else None
    )


def replay(procedure: Procedure, entries: Iterable[Entry]) -> CaseState:
    """The state that a stored history makes, entry by entry in the order of its numbers.

    Entries of other kinds (a note, a look) may lie between. An entry that undoes others names them by those numbers.
    Raises ReplayError for a history that is empty, belongs to another procedure or version, or names stages, moves or
    clocks that this one does not have.
    """
    state: CaseState | None = None
    states: list[CaseState] = []
    for entry in entries:
        if state is None and (entry.params.get("procedure"), entry.params.get("version")) != (
            procedure.code,
            procedure.version,
        ):
            raise ReplayError(f"this history is not one of {procedure.code}, version {procedure.version}")
        state = _undone(states, entry) if entry.code == UNDONE else evolve(state, entry)
        states.append(state)
        if state.stage not in procedure.stages or not set(state.clocks) <= set(procedure.clocks):
            raise ReplayError(f"entry {entry.code} names what {procedure.code} does not have")
    if state is None:
        raise ReplayError("there is no history")
    return state


def _undone(states: list[CaseState], entry: Entry) -> CaseState:
    """The state that an undo goes back to: the one before the first entry that it names."""
    first = min(entry.params.get("undoes") or [0])
    if not 2 <= first <= len(states):
        raise ReplayError(f"entry {entry.code} undoes what is not there")
    return taken_back(states[-1], states[first - 2])


def taken_back(state: CaseState, before: CaseState) -> CaseState:
    """``before`` again, after ``state``, which remembers on which days clocks were started in between."""
    started = {
        code: FirstStart(clock.run, clock.started_on)
        for code, clock in state.clocks.items()
        if code not in before.clocks or clock.run > before.clocks[code].run
    }
    return replace(before, first_starts={**before.first_starts, **started})


def clock_status(state: CaseState, on: date | None = None) -> dict[str, tuple[Status, int]]:
    """Status and number of extensions of each clock that ever ran, as a move made on ``on`` sees them."""
    return {code: (clock.status(on), clock.extended) for code, clock in state.clocks.items()}


def rests_on_promise(clock: ClockRule, state: CaseState) -> bool:
    """Whether the clock keeps a promise or the law; False for an internal target, which counts as "no promise"."""
    return clock.days != "promise" or state.promise is not None


def announced(procedure: Procedure, state: CaseState) -> list[date]:
    """The days that hearings are announced for and that have not come yet, or not been taken note of."""
    return [
        clock.due_on
        for code, clock in state.clocks.items()
        if clock.active and procedure.clocks[code].announces
    ]


def records_too_early(procedure: Procedure, state: CaseState, move: Move, on: date) -> bool:
    """Whether the move would record a hearing whose day has not come."""
    return move.effect == "record" and any(day > on for day in announced(procedure, state))


def expiries(state: CaseState, on: date) -> list[str]:
    """The clocks that have run out by the day ``on`` and whose consequence is still to come, the oldest first."""
    late = [
        (clock.due_on, code)
        for code, clock in state.clocks.items()
        if clock.active and clock.paused_on is None and clock.expired_on is None and on > clock.due_on
    ]
    return [code for _, code in sorted(late)]


def warnings_due(state: CaseState, on: date) -> list[str]:
    """The clocks whose office is to be warned by ``on`` and has not been."""
    return [
        code
        for code, clock in state.clocks.items()
        if clock.status(on) is Status.RUNNING
        and clock.warned_on is None
        and clock.warn_on is not None
        and on >= clock.warn_on
    ]
