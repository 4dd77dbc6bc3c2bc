"""Two matters of one filing that are one: one ends, the other goes on, and the earlier day counts.

Only while both still owe an answer: what was answered is for whoever filed to judge (decision 0015).
"""

from dataclasses import replace
from datetime import date, timedelta

from gongshi.rules.calendar import Calendar
from gongshi.rules.deadlines import Counting, due_on, warning_on
from gongshi.rules.procedure.asking import RefusedError
from gongshi.rules.procedure.model import ClockRule, Procedure
from gongshi.rules.procedure.state import (
    MERGED,
    MERGED_IN,
    CaseState,
    ClockChange,
    ClockState,
    Entry,
    Transition,
    change_as_data,
    evolve,
)


def owed_clock(procedure: Procedure, state: CaseState) -> str:
    """The clock of the answer that is still owed. Raises RefusedError ("not_mergeable") where none is."""
    for code, clock in state.clocks.items():
        if clock.active and procedure.clocks[code].owes_answer and state.merged is None:
            return code
    raise RefusedError("not_mergeable")


def end_in(procedure: Procedure, state: CaseState, other: int, *, by: str, on: date) -> Transition:
    """A matter ends where it stands: matter number ``other`` goes on. Every clock of it stops. Raises RefusedError."""
    owed_clock(procedure, state)
    on = max(on, state.latest_on)
    changes = [
        ClockChange(code, "stopped", replace(clock, paused_on=None, stopped_on=on))
        for code, clock in state.clocks.items()
        if clock.active
    ]
    return _entered(state, MERGED, other, changes, by=by, on=on)


def take_in(
    procedure: Procedure, state: CaseState, other: int, due: date, *, by: str, on: date, calendar: Calendar
) -> Transition:
    """The matter that goes on takes in number ``other``, whose answer was due on ``due``. Raises RefusedError."""
    code = owed_clock(procedure, state)
    on, clock = max(on, state.latest_on), state.clocks[code]
    changes = []
    if due < clock.due_on:
        sooner = _sooner(procedure.clocks[code], clock, due, state, calendar)
        changes.append(ClockChange(code, "brought_forward", sooner))
    return _entered(state, MERGED_IN, other, changes, by=by, on=on)


def _sooner(
    rule: ClockRule, clock: ClockState, due: date, state: CaseState, calendar: Calendar
) -> ClockState:
    """The clock as if it had begun so much earlier that it ends by ``due``: later pauses lengthen it from there."""
    days, counting = _length(rule, state)
    extra = clock.paused_days + clock.withdrawn_days
    days += extra + (rule.extension.days * clock.extended if rule.extension else 0)
    start, ends = clock.started_on, clock.due_on
    while ends > due:
        start -= timedelta(days=1)
        ends = due_on(start_on=start, days=days, counting=counting, calendar=calendar)
    warn = (
        warning_on(ends, days=rule.warn_days, calendar=calendar, start_on=start) if rule.warn_days else None
    )
    return replace(clock, started_on=start, due_on=ends, warn_on=warn)


def _length(rule: ClockRule, state: CaseState) -> tuple[int, Counting]:
    if rule.days == "promise" and state.promise:
        return state.promise.days, state.promise.counting
    return (rule.days, rule.counting) if isinstance(rule.days, int) else (rule.default_days, rule.counting)


def _entered(
    state: CaseState, code: str, other: int, changes: list[ClockChange], *, by: str, on: date
) -> Transition:
    told = [change_as_data(change, state.clocks[change.clock]) for change in changes]
    entry = Entry(code, by, {"on": on.isoformat(), "stage": state.stage, "other": other, "clocks": told})
    return Transition(evolve(state, entry), (entry,), tuple(changes))
