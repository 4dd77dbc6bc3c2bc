"""What a procedure makes of a case, day by day: the program's own rules are asked, and what they said is kept.

Two cases of a day that go the same way have the same steps, so most are worked out once for many.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from gongshi.places.queries import calendar
from gongshi.routing.queries import procedure_versions
from gongshi.rules.calendar import next_working_day
from gongshi.rules.procedure import (
    CaseState,
    Mover,
    Procedure,
    Promise,
    Transition,
    expire,
    opening,
    perform,
    warn,
)
from gongshi.rules.procedure.state import expiries, warnings_due

OFFICE, RESIDENT, SYSTEM = "office", "resident", "system"
_WORDS = dict.fromkeys(("answer", "reason", "question", "reply"), "…")
# Days that a story can take to an answer: a few dozen, so that many cases go the same way.
STEPS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 35, 42, 50, 60, 75, 90, 120, 150, 180)


@dataclass(frozen=True)
class Plan:
    """How long everything takes, in days after the step before. ``said``: what the resident does with the answer.

    "confirm" or "reopen", after ``says`` days; "" for nothing. A reopened case is answered again after ``again`` days.
    """

    accept: int
    answer: int
    said: str = ""
    says: int = 0
    again: int = 0


@dataclass(frozen=True)
class Step:
    """One act: who, on which day, what came of it. ``effect`` is the move's, "" for what the program does by itself."""

    by: str
    on: date
    effect: str
    made: Transition


@dataclass(frozen=True)
class Story:
    """All steps up to a day, and where the case stands then."""

    steps: tuple[Step, ...]
    state: CaseState


@lru_cache(maxsize=200_000)
def told(procedure: UUID, promise: Promise | None, opened_on: date, plan: Plan, until: date) -> Story:
    """The story of a case of this procedure that was filed on a day, up to and with the day ``until``.

    What calls for a supervisor at the end is left to the program's own clocks, which see to it afterwards.
    """
    rules = procedure_versions()[procedure].procedure
    begun = opening(rules, on=opened_on, calendar=calendar(), promise=promise)
    teller = _Teller(rules, begun.state, until, [Step(SYSTEM, opened_on, "", begun)])
    teller.move(OFFICE, "accept", plan.accept)
    teller.move(OFFICE, "answer", plan.answer)
    if plan.said:
        teller.move(RESIDENT, plan.said, plan.says)
    if plan.said == "reopen":
        teller.move(OFFICE, "answer", plan.again)
    teller.wait(until, to_the_end=True)
    return Story(tuple(teller.steps), teller.state)


class _Teller:
    def __init__(self, rules: Procedure, state: CaseState, until: date, steps: list[Step]) -> None:
        self._rules, self.state, self._until, self.steps = rules, state, until, steps
        self._over = False

    def move(self, by: str, effect: str, after: int) -> None:
        """The move of this effect, so many days after the last step, where there is one and its day has come."""
        move = next(
            (m for m in self._rules.moves_from(self.state.stage) if m.effect == effect and by in m.by), None
        )
        if self._over or move is None:
            return
        on = max(self.steps[-1].on, self._came()) + timedelta(days=after)
        on = next_working_day(calendar(), on) if by == OFFICE else on
        if on > self._until:
            self._over = True
            return
        self.wait(on)
        if move not in self._rules.moves_from(self.state.stage):
            return  # the program closed it meanwhile
        given: dict[str, Any] = {name: _WORDS[name] for name in move.needs if name in _WORDS}
        if by == RESIDENT:
            given["verdict"] = "yes" if effect == "confirm" else "no"
        made = perform(
            self._rules,
            self.state,
            move,
            Mover(frozenset({by}), turn=True),
            on=on,
            calendar=calendar(),
            params=given,
        )
        self._take(by, on, effect, made)

    def wait(self, until: date, *, to_the_end: bool = False) -> None:
        """What clocks do by themselves up to a day, in order."""
        while due := self._next(until):
            on, code, late = due
            what = expire if late else warn
            made = what(self._rules, self.state, code, on=on, calendar=calendar())
            if to_the_end and made.supervise:
                return
            self._take(SYSTEM, on, "", made)

    def _next(self, until: date) -> tuple[date, str, bool] | None:
        late = [
            (self.state.clocks[c].due_on + timedelta(days=1), c, True) for c in expiries(self.state, until)
        ]
        soon = [
            (day, c, False)
            for c in warnings_due(self.state, until)
            if (day := self.state.clocks[c].warn_on) is not None
        ]
        return min(late + soon, default=None)

    def _came(self) -> date:
        return self.steps[0].on

    def _take(self, by: str, on: date, effect: str, made: Transition) -> None:
        self.state = made.state
        self.steps.append(Step(by, max(on, self.steps[-1].on), effect, made))
