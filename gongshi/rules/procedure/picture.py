"""Where is my case, by when, and then what: a procedure as a short list of steps, for people.

The main way (`path`) is always told in order. A case that is beside it (waiting for the resident, with a superior, at
another end) gets its own step between what lies behind and what comes next. What is only possible comes last.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Literal

from gongshi.rules.procedure.effects import OWN_WAY
from gongshi.rules.procedure.model import Move, Procedure, Words
from gongshi.rules.procedure.state import CaseState, ClockState
from gongshi.rules.procedure.steps import binding

Standing = Literal["done", "here", "next", "later", "possible"]

# Moves that do not lead along the main way: they are the resident's choice, or send the case aside.
_ASIDE = frozenset({"withdraw", "leave", "escalate", "refer"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the picture.

    status: "done", "here", "next" (the next on the main way), "later" (after that) or "possible" (beside the way, one
    move from here). by_when: the last day of the clock that binds whoever must act, with ``clock`` its code and
    ``promised`` False when it is an internal target only; ``late`` when that day is over; ``paused`` while it waits.
    then: what happens when that day passes, in the clock's own words; where it passed and more follows by itself, what
    that is.
    """

    code: str
    name: Words
    says: Words
    status: Standing
    holder: str
    by_when: date | None = None
    clock: str = ""
    late: bool = False
    paused: bool = False
    promised: bool = True
    then: Words | None = None


def picture(
    procedure: Procedure, state: CaseState, *, on: date | None = None, visited: Collection[str] | None = None
) -> list[Step]:
    """The steps of a case in ``state``, in the order to be shown; exactly one is "here".

    on: today, for ``late``. visited: the stages that the case's history names; without them, every stage of the main
    way before the present one counts as done.
    """
    path, here = procedure.path, state.stage
    if here in path:
        before, after = path[: path.index(here)], path[path.index(here) + 1 :]
    else:
        before, after = _around(procedure, here, visited)
    if visited is not None:
        before = tuple(code for code in before if code in visited)
    steps = [_step(procedure, code, "done") for code in before]
    steps.append(_here(procedure, state, on))
    if not procedure.stages[here].end:
        steps += [_step(procedure, code, "later" if place else "next") for place, code in enumerate(after)]
        steps += [_step(procedure, code, "possible") for code in _beside(procedure, here)]
    return steps


def due_clock(procedure: Procedure, state: CaseState) -> tuple[str, ClockState] | None:
    """The clock that counts for whoever must act now: the first to run out of those that bind them.

    When none binds the holder (the resident is waited for without a limit), the first of all clocks under way.
    """
    holder = procedure.stages[state.stage].holder
    under_way = [
        (procedure.clocks[code].waits_for != holder, clock.due_on, code)
        for code, clock in state.clocks.items()
        if clock.active and not procedure.clocks[code].announces
    ]
    if not under_way:
        return None
    code = min(under_way)[2]
    return code, state.clocks[code]


def _step(procedure: Procedure, code: str, status: Standing) -> Step:
    stage = procedure.stages[code]
    return Step(code, stage.name, stage.says, status, stage.holder)


def _here(procedure: Procedure, state: CaseState, on: date | None) -> Step:
    stage, due = procedure.stages[state.stage], due_clock(procedure, state)
    if due is None:
        return _step(procedure, stage.code, "here")
    code, clock = due
    rule = procedure.clocks[code]
    return Step(
        stage.code,
        stage.name,
        stage.says,
        "here",
        stage.holder,
        by_when=clock.due_on,
        clock=code,
        late=clock.expired_on is not None
        or (on is not None and clock.paused_on is None and on > clock.due_on),
        paused=clock.paused_on is not None,
        promised=rule.days != "promise" or state.promise is not None,
        then=_then(procedure, state, code),
    )


def _then(procedure: Procedure, state: CaseState, code: str) -> Words | None:
    """What follows by itself from the clock, or after it; None where it ran out, and the resident's way out is next."""
    rule, clock = procedure.clocks[code], state.clocks[code]
    if clock.expired_on is None:
        return rule.says
    pending = [
        (other.due_on, procedure.clocks[name].says)
        for name, other in state.clocks.items()
        if other.active and other.expired_on is None and binding(procedure, name, rule.waits_for)
    ]
    if pending:
        return min(pending, key=itemgetter(0))[1]
    leaving = any(move.effect == "leave" for move in procedure.moves_from(state.stage))
    return None if leaving else rule.says


def _around(
    procedure: Procedure, here: str, visited: Collection[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What lies behind and ahead of a stage beside the main way."""
    path = procedure.path
    if procedure.stages[here].end:
        if visited is not None:
            return path, ()
        entries = [at for at, code in enumerate(path) if here in _ahead(procedure, code)]
        return path[: max(entries, default=0) + 1], ()
    onward = _onward(procedure, here)
    at = path.index(onward) if onward else len(path)
    return path[:at], path[at:]


def _onward(procedure: Procedure, here: str) -> str:
    """The stage of the main way to which a stage beside it leads: by the holder's moves first, then by others."""
    holder = procedure.stages[here].holder
    moves = [move for move in procedure.moves_from(here) if move.to in procedure.path]
    own = [move for move in moves if holder in move.by and move.effect not in _ASIDE]
    other = [move for move in moves if move.effect not in _ASIDE]
    return next((move.to for move in (*own, *other)), "")


def _ahead(procedure: Procedure, code: str) -> list[str]:
    """Where the moves of a stage lead, leaving out what can be done from everywhere."""
    return [move.to for move in procedure.moves_from(code) if move.to and move.effect not in OWN_WAY]


def _beside(procedure: Procedure, here: str) -> list[str]:
    """The open stages beside the main way that one move reaches from here."""
    found: dict[str, Move] = {}
    for move in procedure.moves_from(here):
        target = procedure.stages.get(move.to)
        if target and not target.end and move.to not in procedure.path and move.to != here:
            found.setdefault(move.to, move)
    return list(found)
