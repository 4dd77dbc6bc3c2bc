"""One case on its way through a procedure, for tests: days in, state out, and the history as a database keeps it."""

import json
from datetime import date, timedelta
from typing import Any

from gongshi.rules.calendar import Calendar
from gongshi.rules.procedure import (
    CaseState,
    Entry,
    Mover,
    Procedure,
    Promise,
    Transition,
    expire,
    expiries,
    opening,
    perform,
    replay,
    warn,
    warnings_due,
)
from tests.rules.calendars import PLAIN

RESIDENT = Mover.of("resident")
CLERK = Mover.of("office")
SUPERVISOR = Mover.of("supervisor")
CAST = {role: Mover.of(role) for role in ("resident", "office", "supervisor", "above", "above_2", "above_3")}

GIVEN: dict[str, Any] = {
    "reason": "an elm fell on it",
    "office": "water",
    "question": "which lamp",
    "reply": "the third",
    "answer": "mended",
    "verdict": "kept",
    "instruction": "mend it this week",
    "minutes": "both came",
}


def day(text: str) -> date:
    """A day of 2026, as "03-02"."""
    return date.fromisoformat(f"2026-{text}")


class Numbered:
    """A history entry with its number, as a database gives it."""

    def __init__(self, seq: int, entry: Entry) -> None:
        self.seq, self.code, self.params = seq, entry.code, entry.params


class Journey:
    """A case and everything that happened to it. ``state`` is the case now."""

    def __init__(
        self,
        procedure: Procedure,
        on: date,
        *,
        calendar: Calendar = PLAIN,
        promise: Promise | None = None,
        **opened: Any,
    ) -> None:
        self.procedure, self.calendar = procedure, calendar
        self.history: list[str] = []
        self.last = opening(procedure, on=on, calendar=calendar, promise=promise, **opened)
        self.state: CaseState = self.last.state
        self._keep(self.last)

    def _keep(self, transition: Transition) -> None:
        self.last, self.state = transition, transition.state
        for entry in transition.entries:
            self.history.append(json.dumps([entry.code, entry.by, entry.params]))

    def make(self, move: str, mover: Mover, on: date, recused: Any = (), **given: Any) -> CaseState:
        """One move; what its needs ask for is there unless it is given as something else."""
        params = {**GIVEN, "date": on + timedelta(days=20), **given}
        self._keep(
            perform(
                self.procedure,
                self.state,
                move,
                mover,
                on=on,
                calendar=self.calendar,
                params=params,
                recused=recused,
            )
        )
        return self.state

    def pass_time(self, on: date) -> list[str]:
        """Let every clock that has run out by ``on`` have its consequence; gives their codes."""
        done = []
        while late := expiries(self.state, on):
            done.append(late[0])
            self._keep(expire(self.procedure, self.state, late[0], on=on, calendar=self.calendar))
        return done

    def warn_all(self, on: date) -> list[str]:
        """Give every warning that is due; gives their clocks."""
        due = warnings_due(self.state, on)
        for clock in due:
            self._keep(warn(self.procedure, self.state, clock, on=on, calendar=self.calendar))
        return due

    def stored(self) -> list[Entry]:
        """The history as it comes back from a database."""
        return [Entry(code, by, params) for code, by, params in map(json.loads, self.history)]

    def replayed(self) -> CaseState:
        """The state that the stored history makes."""
        return replay(self.procedure, self.stored())
