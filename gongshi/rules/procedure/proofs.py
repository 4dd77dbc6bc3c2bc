"""The proofs that a procedure must pass before it loads (DESIGN, part 3; docs/rules/procedures.md lists them).

Single stages, moves and clocks are proved by looking at each (`rights`); what depends on what happened before is
proved by walking every reachable state (`walk`): that offices are always bound by a running clock, that nobody but the
resident can renew or stop it, that pauses end, that every expiry can be carried out and every stage left.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from gongshi.rules.procedure.effects import ANSWERING, NOT_DONE, WAITING
from gongshi.rules.procedure.faults import Fault, fault
from gongshi.rules.procedure.letters import letter_faults
from gongshi.rules.procedure.lines import line_of, lines_of
from gongshi.rules.procedure.model import RESIDENT, STAFF, SYSTEM, Procedure
from gongshi.rules.procedure.parsing import parse
from gongshi.rules.procedure.rights import clock_faults, right_faults
from gongshi.rules.procedure.steps import Status, Step, binding
from gongshi.rules.procedure.walk import (
    MOST_STATES,
    ClockStep,
    Edge,
    TooLargeError,
    Walk,
    in_a_loop,
    loops,
    walk,
)

_ACTIVE = (Status.RUNNING, Status.LATE)
_WAYS_ON = frozenset({"escalate", "reopen", "leave"})
# Kinds of matter that there is nothing else to be brought as, once an office was late and pressed in vain.
_OWN_LADDER = frozenset({"grievance", "conduct"})


def load(text: str) -> tuple[Procedure | None, list[Fault]]:
    """The procedure in ``text`` when it is well written and proved, or None and every fault with its line."""
    procedure, found = _loaded(text)
    return procedure, list(found)


@lru_cache(maxsize=64)
def _loaded(text: str) -> tuple[Procedure | None, tuple[Fault, ...]]:
    """Proved once for each text: a change of settings checks the whole pack, and most of it is as it was."""
    procedure, found = parse(text)
    if procedure is not None:
        lines = lines_of(text)
        found = [replace(one, line=line_of(lines, one.where)) for one in faults(procedure)]
    return (None if found else procedure), tuple(found)


def faults(procedure: Procedure) -> list[Fault]:
    """Everything that forbids using ``procedure``; empty when it is proved."""
    found = [*right_faults(procedure), *clock_faults(procedure), *letter_faults(procedure)]
    try:
        walked = walk(procedure)
    except TooLargeError:
        return [*found, fault("too_large", "moves", most=MOST_STATES)]
    found += _walk_faults(walked)
    return list({(one.code, one.where, one.what["en"]): one for one in found}.values())


def _walk_faults(walked: Walk) -> Iterator[Fault]:
    yield from _unused(walked)
    yield from _no_way_to_end(walked)
    yield from _unbound(walked)
    yield from _in_vain(walked)
    yield from _stuck(walked)
    for broken in walked.broken.values():
        kind = "clocks" if broken.code == "expiry_impossible" else "moves"
        named = {"clock": broken.cause, "move": broken.move}
        if kind == "moves":
            named = {"move": broken.cause, "then": broken.move}
        yield fault(broken.code, f"{kind}.{broken.cause}", stage=broken.stage, **named)
    yield from _pauses(walked)
    yield from _restarts(walked)
    yield from _stops(walked)


def _unused(walked: Walk) -> Iterator[Fault]:
    """Stages, moves and clocks that no case will ever see."""
    procedure = walked.procedure
    seen = {state.stage for state in walked.states}
    for stage in procedure.stages:
        if stage not in seen:
            yield fault("stage_unreachable", f"stages.{stage}", stage=stage)
    made = {move.code for edge in walked.edges for move in edge.moves}
    for code, move in procedure.moves.items():
        if code not in made and move.sources & seen:
            yield fault("move_unreachable", f"moves.{code}", move=code)
    started = {
        code for state in walked.states for code, status in walked.running(state) if status != Status.OFF
    }
    for code, clock in procedure.clocks.items():
        if code not in started and clock.runs_in & seen:
            yield fault("clock_never_runs", f"clocks.{code}", clock=code)


def _no_way_to_end(walked: Walk) -> Iterator[Fault]:
    """Withdrawing and leaving do not count: a case must be able to come to its end by being dealt with."""
    coming: dict[int, list[int]] = defaultdict(list)
    for edge in walked.edges:
        if all(move.effect not in ("withdraw", "leave") for move in edge.moves):
            coming[edge.target].append(edge.source)
    todo = [at for at, state in enumerate(walked.states) if walked.procedure.stages[state.stage].end]
    leads_there = set(todo)
    while todo:
        for source in coming[todo.pop()]:
            if source not in leads_there:
                leads_there.add(source)
                todo.append(source)
    lost = {state.stage for at, state in enumerate(walked.states) if at not in leads_there}
    for stage in sorted(lost):
        yield fault("no_way_to_end", f"stages.{stage}", stage=stage)


def _unbound(walked: Walk) -> Iterator[Fault]:
    """Wherever staff must act, a clock that binds exactly them runs (or ran out, with its consequence)."""
    procedure = walked.procedure
    unbound = set()
    for state in walked.states:
        holder = procedure.stages[state.stage].holder
        if holder in STAFF and not any(
            status in _ACTIVE and binding(procedure, code, holder) for code, status in walked.running(state)
        ):
            unbound.add((state.stage, holder))
    for stage, holder in sorted(unbound):
        yield fault("office_without_clock", f"stages.{stage}", stage=stage, holder=holder)


def _in_vain(walked: Walk) -> Iterator[Fault]:
    """Where an office is late and nothing more will follow by itself, the resident has a way up, or out.

    What is neither about an office nor against a decision can become such a matter at any time: a named route is its
    way out.
    """
    procedure, buried = walked.procedure, set()
    by_moves = procedure.kind in _OWN_LADDER
    for at, state in enumerate(walked.states):
        holder = procedure.stages[state.stage].holder
        if procedure.stages[state.stage].routes and not by_moves:
            continue
        own = {status for code, status in walked.running(state) if binding(procedure, code, holder)}
        if holder not in STAFF or Status.LATE not in own or own & {Status.RUNNING, Status.PAUSED}:
            continue
        ways = (
            edge.places
            for edge in walked.outgoing[at]
            if edge.actor == RESIDENT and edge.moves[0].effect in _WAYS_ON
        )
        if not walked.places <= frozenset().union(*ways):
            buried.add((state.stage, holder))
    for stage, holder in sorted(buried):
        yield fault("pressed_in_vain", f"stages.{stage}", stage=stage, holder=holder)


def _stuck(walked: Walk) -> Iterator[Fault]:
    """Whoever must act can: some move of theirs takes the case out of the stage, whatever was used up before.

    Wherever it is, however few or many stand above.
    """
    procedure = walked.procedure
    stuck = set()
    for at, state in enumerate(walked.states):
        stage = procedure.stages[state.stage]
        ways_out = (
            edge.places
            for edge in walked.outgoing[at]
            if edge.moves
            and stage.holder in edge.moves[0].by
            and edge.moves[0].effect != "withdraw"
            and walked.states[edge.target].stage != state.stage
        )
        if not stage.end and not walked.places <= frozenset().union(*ways_out):
            stuck.add((stage.code, stage.holder))
    for code, holder in sorted(stuck):
        yield fault("holder_stuck", f"stages.{code}", stage=code, holder=holder)


def _pauses(walked: Walk) -> Iterator[Fault]:
    """While a clock is paused another one runs, on whose expiry the system leaves the pausing stages."""
    procedure = walked.procedure
    for code, clock in procedure.clocks.items():
        waiting = [
            at for at, state in enumerate(walked.states) if walked.status(state, code) is Status.PAUSED
        ]
        guards = set()
        for at in waiting:
            out = {
                guard
                for guard, status in walked.running(walked.states[at])
                if status is Status.RUNNING and _leads_out(procedure, guard, clock.paused_in)
            }
            guards |= out
            if not out:
                stage = walked.states[at].stage
                yield fault("pause_not_left", f"clocks.{code}.paused_in", clock=code, stage=stage)
        for edge in _repeatable(walked, set(waiting)):
            for done in edge.steps:
                if done.step is Step.START and done.clock in guards and done.move and edge.actor != SYSTEM:
                    named = {"move": done.move.code, "guard": done.clock, "clock": code}
                    yield fault("wait_renewed", f"moves.{done.move.code}", **named)


def _leads_out(procedure: Procedure, guard: str, stages: frozenset[str]) -> bool:
    clock = procedure.clocks[guard]
    move = None if clock.supervise else procedure.moves.get(clock.expiry_move)
    return move is not None and bool(move.to) and move.to not in stages


def _repeatable(walked: Walk, within: set[int] | None = None) -> Iterator[Edge]:
    """The edges that staff and the system can take again and again without the resident."""
    edges = [
        edge
        for edge in walked.edges
        if edge.actor != RESIDENT and (within is None or {edge.source, edge.target} <= within)
    ]
    following: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        following[edge.source].append(edge.target)
    part = loops(len(walked.states), following)
    return (edge for edge in edges if in_a_loop(edge, part))


def _restarts(walked: Walk) -> Iterator[Fault]:
    """No clock that binds staff is started again and again by staff."""
    for edge in _repeatable(walked):
        for done in edge.steps:
            if done.step is Step.START and done.move and _binds_staff(walked, done):
                yield fault("staff_restart", f"moves.{done.move.code}", clock=done.clock, move=done.move.code)


def _stops(walked: Walk) -> Iterator[Fault]:
    """What does not do the office's part stops none of its clocks; the answer's clock ends with an answer only."""
    for edge in walked.edges:
        for done in edge.steps:
            if done.move is None or not _binds_staff(walked, done):
                continue
            code = _stopped(walked, edge, done, done.move.effect)
            if code:
                named = {"clock": done.clock, "move": done.move.code, "stage": done.stage}
                yield fault(code, f"moves.{done.move.code}", **named)


def _stopped(walked: Walk, edge: Edge, done: ClockStep, effect: str) -> str:
    procedure = walked.procedure
    owed = procedure.clocks[done.clock].owes_answer
    if done.step is Step.STOP and effect in NOT_DONE:
        return "staff_stop"
    if done.step is Step.PAUSE and effect in NOT_DONE - WAITING:
        return "staff_stop"
    if done.step is Step.STOP and owed and effect not in ANSWERING:
        return "answer_clock_stopped"
    if done.step is Step.START and owed and done.before is not Status.OFF and edge.actor != RESIDENT:
        return "answer_clock_restarted"
    return ""


def _binds_staff(walked: Walk, done: ClockStep) -> bool:
    return walked.procedure.clocks[done.clock].waits_for != RESIDENT
