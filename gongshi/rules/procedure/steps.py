"""How a move and the clocks act on each other: one meaning, used alike by the interpreter and by the proofs."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from gongshi.rules.procedure.effects import BETWEEN, EFFECTS
from gongshi.rules.procedure.model import (
    ABOVE,
    EVERYBODY,
    RESIDENT,
    STAFF,
    SUPERVISOR,
    SYSTEM,
    Above,
    ClockRule,
    Move,
    Procedure,
)


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
# What takes a case from one office to a level above; by any other step it stays with whoever has it.
_UPWARDS = frozenset({"escalate", "reopen", "refer"})
# Moves that are limited by how long the case stays where they can be made, and not in the whole case.
_COUNTED = frozenset({"press", "hear"})
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
    above: Above = EVERYBODY,
    system: bool = False,
) -> str:
    """Why ``move`` cannot be made now, whoever asks: a code, or "" when it can.

    counts: how often each move was made; clocks: status and extensions so far; withdrawn: whether a withdrawal can be
    undone; merged: whether another matter goes on in its place; above: who is there; system: whether the program makes
    it. Codes: "merged", "not_here", "limit_reached", "not_yet" (another move must be used up first), "lapsed" (the time
    for it is over), "nobody_above", "somebody_above", "clock_not_running", "already_late", "no_extension_left".
    """
    elsewhere = merged and move.effect not in AFTER_MERGING
    if elsewhere or stage not in move.sources or (move.effect == "restore" and not withdrawn):
        return "merged" if elsewhere else "not_here"
    used_up = _used_up(procedure, move, counts, clocks)
    if used_up:
        return used_up
    if move.effect == "leave":
        return "" if _left_alone(procedure, stage, counts, clocks, above) else "somebody_above"
    nobody = leads_to_nobody(procedure, move, stage, above, system=system)
    if nobody or move.effect != "extend":
        return "nobody_above" if nobody else ""
    return _extension_obstacle(procedure.clocks[move.clock], *clocks.get(move.clock, (Status.OFF, 0)))


def _used_up(
    procedure: Procedure,
    move: Move,
    counts: Mapping[str, int],
    clocks: Mapping[str, tuple[Status, int]],
) -> str:
    """What the procedure itself sets against the move: how often, after what, until when."""
    if move.limit and counts.get(move.code, 0) >= move.limit:
        return "limit_reached"
    if move.after and counts.get(move.after, 0) < procedure.moves[move.after].limit:
        return "not_yet"
    if move.within and clocks.get(move.within, (Status.OFF, 0))[0] not in _IN_TIME:
        return "lapsed"
    return ""


def goes_up(move: Move, holder: str) -> bool:
    """Whether the move can take a case to another office above, where ``holder`` has it then. All others leave it."""
    return holder == SUPERVISOR or (holder in ABOVE and move.effect in _UPWARDS)


def leads_to_nobody(
    procedure: Procedure, move: Move, stage: str, above: Above, *, system: bool = False
) -> bool:
    """Whether the move presses where nobody can, or leaves the case with a level that is not there.

    Nobody reviews what they decided themselves. What the program leaves to a supervisor where none is above, whoever
    has the case decides.
    """
    if move.effect == "press":
        return not above.pressing
    target = move.target(stage)
    holder = procedure.stages[target].holder
    if target == stage or not goes_up(move, holder):
        return False
    if holder == SUPERVISOR:
        return not above.pressing and not system
    return holder not in (above.asked if move.effect == "escalate" and not system else above.levels)


def binding(procedure: Procedure, clock: str, holder: str) -> bool:
    """Whether it is by this clock that ``holder`` is bound: not by one that only takes a move of theirs away."""
    rule = procedure.clocks[clock]
    return rule.waits_for == holder and not (rule.lapse or rule.announces)


def still_pressed(
    procedure: Procedure, stage: str, counts: Mapping[str, int], own: Collection[Status]
) -> bool:
    """Whether more pressing follows in ``stage``, where the clocks of whoever has the case stand as in ``own``.

    What the program presses with comes when a clock runs out: with none left to run, it comes no more.
    """
    presses = [move for move in procedure.moves_from(stage) if move.effect == "press"]
    left = [one for one in presses if not one.limit or counts.get(one.code, 0) < one.limit]
    by_itself = bool(left) and not {Status.RUNNING, Status.PAUSED}.isdisjoint(own)
    return not presses or by_itself or any(SYSTEM not in one.by for one in left)


def begun_anew(procedure: Procedure, move: Move, stage: str, counts: Mapping[str, int]) -> list[str]:
    """The presses and hearings that are counted from the beginning again, once ``move`` led to ``stage``.

    They are counted while the case stays in the stages that they start from: whoever gets it next, or again, is pressed
    as often as anybody, and hears as often. A hearing itself lies between, and so do a question to the resident and a
    withdrawal that is undone.
    """
    if move.effect in BETWEEN:
        return []
    counted = (one for one in procedure.moves.values() if one.effect in _COUNTED and counts.get(one.code))
    return [one.code for one in counted if stage not in _counted_in(procedure, one)]


def _counted_in(procedure: Procedure, counted: Move) -> frozenset[str]:
    if counted.effect != "hear":
        return counted.sources
    records = (one for one in procedure.moves.values() if one.effect == "record")
    return counted.sources.union(*(one.sources for one in records if one.to in counted.sources))


def given_back(procedure: Procedure, clock: str, counts: Mapping[str, int]) -> list[str]:
    """The hearings that can be called again, where the day that ``clock`` announces passed in a withdrawal.

    Whoever changes their mind finds what they had: nobody could have come on that day.
    """
    announced = procedure.clocks[clock]
    return [
        one.code
        for one in procedure.moves.values()
        if announced.announces
        and one.effect == "hear"
        and one.to in announced.runs_in
        and counts.get(one.code)
    ]


def _left_alone(
    procedure: Procedure,
    stage: str,
    counts: Mapping[str, int],
    clocks: Mapping[str, tuple[Status, int]],
    above: Above,
) -> bool:
    """Whether nobody here is left to turn to: a way up leads to nobody, or who must act is late and nobody presses.

    Nor does anybody where every press was made, and brought the case no further.
    """
    holder = procedure.stages[stage].holder
    if holder in STAFF:
        own = {status for code, (status, _) in clocks.items() if binding(procedure, code, holder)}
        pressed = above.pressing and still_pressed(procedure, stage, counts, own)
        return Status.LATE in own and not pressed
    return any(
        one.effect == "escalate" and RESIDENT in one.by and leads_to_nobody(procedure, one, stage, above)
        for one in procedure.moves_from(stage)
    )


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
