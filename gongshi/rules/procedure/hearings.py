"""Another day for a hearing that is announced, and what becomes of one while the case lies withdrawn."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gongshi.rules.calendar import Calendar
from gongshi.rules.deadlines import due_on
from gongshi.rules.procedure.asking import RefusedError
from gongshi.rules.procedure.model import Procedure
from gongshi.rules.procedure.state import (
    HEARING_MOVED,
    CaseState,
    ClockChange,
    Entry,
    Transition,
    Withdrawal,
    change_as_data,
    evolve,
)
from gongshi.rules.procedure.steps import given_back


def announced_clock(procedure: Procedure, state: CaseState) -> str:
    """The clock whose last day is the one that a hearing is announced for; "" where none is."""
    running = (code for code, clock in state.clocks.items() if clock.active)
    return next((code for code in running if procedure.clocks[code].announces), "")


def reannounce(
    procedure: Procedure, state: CaseState, *, day: date, by: str, on: date, calendar: Calendar
) -> Transition:
    """A hearing that is announced takes place on ``day`` instead; no time limit moves with it.

    Raises RefusedError "no_hearing", "date_not_ahead" and "date_too_far": the days are counted from the first
    announcement, so moving it again and again leads no further.
    """
    code = announced_clock(procedure, state)
    if not code:
        raise RefusedError("no_hearing")
    rule, clock, on = procedure.clocks[code], state.clocks[code], max(on, state.latest_on)
    latest = due_on(start_on=clock.started_on, days=rule.most_days, counting=rule.counting, calendar=calendar)
    if day <= on:
        raise RefusedError("date_not_ahead", date=day)
    if day > latest:
        raise RefusedError("date_too_far", date=day, latest=latest)
    change = ClockChange(code, "reannounced", replace(clock, due_on=day))
    told = {
        "on": on.isoformat(),
        "stage": state.stage,
        "date": day.isoformat(),
        "clocks": [change_as_data(change, clock)],
    }
    entry = Entry(HEARING_MOVED, by, told)
    return Transition(evolve(state, entry), (entry,), (change,))


def hearing_on_return(
    procedure: Procedure, state: CaseState, changes: Iterable[ClockChange], back: Withdrawal, *, on: date
) -> tuple[str, list[str]]:
    """Of a case that is restored on the day ``on``: the day that a hearing is announced for, as ISO ("" where none is).

    And the moves that call one again, where that day passed in the withdrawal. Whoever goes on with the case is told
    which day was announced, and that it is still that day.
    """
    for one in changes:
        day = one.state.due_on
        if procedure.clocks[one.clock].announces:
            passed = back.on <= day < on
            return day.isoformat(), given_back(procedure, one.clock, state.counts) if passed else []
    return "", []
