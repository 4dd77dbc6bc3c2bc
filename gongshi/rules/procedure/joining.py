"""Cases that are one cause of many: a joint case goes on for all of them, until one of them goes on alone.

A case that joins ends where it stands, as one that is merged does (`merging`). Whoever goes on alone, at any time, goes
on from where the joint case stands: its stage, its clocks with the days that were counted, and how often each move was
made. So nobody gains a move or a day by it, and nobody loses one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gongshi.rules.procedure.model import Procedure
from gongshi.rules.procedure.state import (
    JOINED,
    CaseState,
    ClockChange,
    Entry,
    Transition,
    change_as_data,
    evolve,
)


def may_begin(procedure: Procedure, state: CaseState, *, answered: bool) -> bool:
    """Whether a case in this state can become a joint one: an answer is still owed, and not by whoever filed it."""
    stage = procedure.stages[state.stage]
    return not (answered or stage.end or stage.holder == "resident" or state.merged is not None)


def join(state: CaseState, *, by: str, on: date) -> Transition:
    """The case ends where it stands: the joint one goes on. Every clock of it stops."""
    on = max(on, state.latest_on)
    changes = [
        ClockChange(code, "stopped", replace(clock, paused_on=None, stopped_on=on))
        for code, clock in state.clocks.items()
        if clock.active
    ]
    told = [change_as_data(change, state.clocks[change.clock]) for change in changes]
    params = {"on": on.isoformat(), "stage": state.stage, "clocks": told}
    return _entered(state, Entry(JOINED, by, params), changes)


def take_over(state: CaseState, other: CaseState, code: str, *, by: str, on: date) -> Transition:
    """The case goes on from where ``other`` stands. ``code``: one of `state.TAKEN_OVER`.

    Each of the other's clocks becomes a new run here, whatever its number was there.
    """
    on = max(on, state.latest_on, other.latest_on)
    changes = []
    for name, clock in other.clocks.items():
        run = state.clocks[name].run + 1 if name in state.clocks else 1
        changes.append(ClockChange(name, "started", replace(clock, run=run)))
    params = {
        "on": on.isoformat(),
        "stage": other.stage,
        "since": other.entered_on.isoformat(),
        "counts": dict(other.counts),
        "clocks": [change_as_data(change, None) for change in changes],
    }
    return _entered(state, Entry(code, by, params), changes)


def _entered(state: CaseState, entry: Entry, changes: Iterable[ClockChange]) -> Transition:
    return Transition(evolve(state, entry), (entry,), tuple(changes))
