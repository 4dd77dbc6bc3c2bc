"""Whether a move may be made: who asks, what stands in the way, and what has to come with it."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongshi.rules.procedure.model import SYSTEM, Above, Move, Procedure
from gongshi.rules.procedure.state import CaseState, clock_status, records_too_early
from gongshi.rules.procedure.steps import Status, needs_of, obstacle


class RefusedError(Exception):
    """A move that is not made. ``code`` says why, ``details`` with what; the caller puts it into words.

    unknown_move; not_here (wrong stage); not_allowed (not this mover's); limit_reached; not_yet (details: after, the
    move to be used up first); lapsed (within, the clock that ran out); clock_not_running, already_late,
    no_extension_left (of an extension); nobody_above, somebody_above; needs_missing (needs);
    date_unreadable, date_not_ahead, date_too_far (latest); office_recused; hearing_ahead (of the record of a hearing
    that is still to come); head_only (of a move that the head of the office makes); not_due (a clock that has not run
    out, or whose consequence has come).
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code.replace("_", " "))
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Mover:
    """In which roles somebody acts on one case: "resident", "office", "supervisor", "above", "above_2", ...

    One person may have several (an office of three people); history keeps the one that the move was made in.
    head: whether they are the head of the office that they act for; made: moves that each office makes once and this
    one has made; turn: whether it is for their own office to act, so that it is not they who press.
    """

    roles: frozenset[str]
    head: bool = True
    made: frozenset[str] = frozenset()
    turn: bool = False

    @classmethod
    def of(cls, *roles: str) -> "Mover":
        """The mover with these roles."""
        return cls(frozenset(roles))


def role_of(move: Move, mover: Mover, stage: str) -> str:
    """The role in which the move is made: the first of the move's own list that the mover has."""
    if stage not in move.sources:
        raise RefusedError("not_here", move=move.code, stage=stage)
    role = next((role for role in move.by if role in mover.roles and role != SYSTEM), None)
    hindered = not_theirs(move, mover, set(move.by) - {SYSTEM})
    if role is None or hindered:
        raise RefusedError(hindered or "not_allowed", move=move.code)
    return role


def not_theirs(move: Move, mover: Mover, whose: AbstractSet[str]) -> str:
    """Why the move is not this mover's: a code, or "" when it is."""
    if not mover.roles & whose or (move.effect == "press" and mover.turn):
        return "not_allowed"
    return "head_only" if move.head_only and not mover.head else ""


def obstacle_now(
    procedure: Procedure,
    move: Move,
    state: CaseState,
    clocks: Mapping[str, tuple[Status, int]],
    above: Above,
    *,
    system: bool = False,
    on: date | None = None,
) -> str:
    """What keeps the move from being made in this state, whoever asks: a code of `steps.obstacle`, or "".

    On a day ``on`` before that of a hearing: "hearing_ahead" for its record.
    Leaving waits for what follows from a clock that ran out: perhaps somebody is pressed the same night.
    """
    if move.effect == "leave":
        clocks = clock_status(state)
    found = obstacle(
        procedure,
        move,
        state.stage,
        state.counts,
        clocks,
        withdrawn=state.withdrawn is not None,
        merged=state.merged is not None,
        above=above,
        system=system,
    )
    return found or ("hearing_ahead" if on and records_too_early(procedure, state, move, on) else "")


def check(
    procedure: Procedure, state: CaseState, move: Move, on: date, above: Above, *, system: bool = False
) -> None:
    """Raise RefusedError for a move that cannot be made now."""
    code = obstacle_now(procedure, move, state, clock_status(state, on), above, system=system, on=on)
    if code:
        raise RefusedError(code, move=move.code, after=move.after, within=move.within)


def check_needs(move: Move, given: Mapping[str, Any], recused: Collection[Any]) -> None:
    """Raise RefusedError where what must come with the move is missing or cannot be."""
    missing = [
        need
        for need in needs_of(move)
        if given.get(need) is None or (isinstance(given[need], str) and not given[need].strip())
    ]
    if missing:
        raise RefusedError("needs_missing", move=move.code, needs=tuple(missing))
    if given.get("date") is not None and type(given["date"]) is not date:
        raise RefusedError("date_unreadable", move=move.code)
    if given.get("office") is not None and given["office"] in recused:
        raise RefusedError("office_recused", move=move.code)
