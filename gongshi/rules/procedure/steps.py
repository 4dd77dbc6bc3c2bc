"""How a move and the clocks act on each other: one meaning, used alike by the interpreter and by the proofs."""

from collections.abc import Mapping
from enum import StrEnum

from gongshi.rules.procedure.effects import EFFECTS
from gongshi.rules.procedure.model import RESIDENT, SYSTEM, ClockRule, Move, Procedure


class Status(StrEnum):
    """A clock as a move sees it. LATE: it ran out, and still runs."""

    OFF = "off"
    RUNNING = "running"
    PAUSED = "paused"
    LATE = "late"


class Step(StrEnum):
    """What happens to a clock."""

    START = "started"
    PAUSE = "paused"
    RESUME = "resumed"
    STOP = "stopped"
    KEEP = "kept"


# What was merged into another matter can still be taken away by whoever filed it, and nothing else.
AFTER_MERGING = frozenset({"withdraw", "restore"})
_IN_TIME = (Status.RUNNING, Status.PAUSED)


def clock_step(clock: ClockRule, status: Status, move: Move | None, stage: str) -> Step:
    """What happens to ``clock`` when a case comes to (or stays in) ``stage`` by ``move``; no move at the opening.

    A clock starts when the case enters one of its stages, unless it starts on named moves only. It goes on through
    all of its stages, waits in those that pause it, and stops elsewhere. A late clock is past pausing.
    """
    named = move is not None and (move.code in clock.starts_on or move.code in clock.restarts_on)
    if stage in clock.runs_in:
        if named or (status is Status.OFF and not clock.starts_on):
            return Step.START
        return Step.RESUME if status is Status.PAUSED else Step.KEEP
    if stage in clock.paused_in:
        return Step.PAUSE if status is Status.RUNNING else Step.KEEP
    return Step.KEEP if status is Status.OFF else Step.STOP


def return_step(clock: ClockRule, status: Status, stage: str) -> Step:
    """What happens to ``clock``, ``status`` when the case was withdrawn, as the case goes back to ``stage``.

    The days between count for nobody: whoever had days left has them again, the resident their whole time (a clock of
    theirs starts afresh). What was late then is late now.
    """
    if status in (Status.OFF, Status.LATE):
        return Step.KEEP
    if clock.waits_for == RESIDENT and clock.days != "given":
        return Step.START
    return Step.PAUSE if stage in clock.paused_in else Step.RESUME


def obstacle(
    procedure: Procedure,
    move: Move,
    stage: str,
    counts: Mapping[str, int],
    clocks: Mapping[str, tuple[Status, int]],
    *,
    withdrawn: bool = False,
    merged: bool = False,
) -> str:
    """Why ``move`` cannot be made now, whoever asks: a code, or "" when it can.

    counts: how often each move was made; clocks: status and extensions so far; withdrawn: whether a withdrawal can be
    undone; merged: whether another matter goes on in its place. Codes: "merged", "not_here", "limit_reached", "not_yet"
    (another move must be used up first), "lapsed" (the time for it is over), "clock_not_running", "already_late",
    "no_extension_left".
    """
    elsewhere = merged and move.effect not in AFTER_MERGING
    if elsewhere or stage not in move.sources or (move.effect == "restore" and not withdrawn):
        return "merged" if elsewhere else "not_here"
    if move.limit and counts.get(move.code, 0) >= move.limit:
        return "limit_reached"
    if move.after and counts.get(move.after, 0) < procedure.moves[move.after].limit:
        return "not_yet"
    if move.within and clocks.get(move.within, (Status.OFF, 0))[0] not in _IN_TIME:
        return "lapsed"
    if move.effect == "extend":
        return _extension_obstacle(procedure.clocks[move.clock], *clocks.get(move.clock, (Status.OFF, 0)))
    return ""


def _extension_obstacle(clock: ClockRule, status: Status, extended: int) -> str:
    if status is Status.LATE:
        return "already_late"
    if status is not Status.RUNNING:
        return "clock_not_running"
    if clock.extension is None or extended >= clock.extension.times:
        return "no_extension_left"
    return ""


def needs_of(move: Move) -> tuple[str, ...]:
    """What must come with the move: what its effect asks of people, and what the procedure adds."""
    if move.by == (SYSTEM,):
        return move.needs
    return tuple(dict.fromkeys((*EFFECTS[move.effect].needs, *move.needs)))
