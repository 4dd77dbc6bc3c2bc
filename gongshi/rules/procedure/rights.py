"""Proofs about stages and moves one by one: who may act, what the resident can always do, what closes a case.

Moves of the resident have no limits and no conditions, so what they can do depends on the stage alone, and looking at
each stage and each move is a complete proof.
"""

from collections.abc import Iterator
from itertools import pairwise

from gongshi.rules.procedure.effects import EFFECTS, FROM_ENDS, OWN_WAY
from gongshi.rules.procedure.faults import Fault, fault
from gongshi.rules.procedure.model import (
    NOBODY,
    OFFICE,
    RESIDENT,
    STAFF,
    SUPERIORS,
    SUPERVISOR,
    SYSTEM,
    ClockRule,
    Move,
    Procedure,
    Stage,
    levels_above,
)
from gongshi.rules.procedure.steps import needs_of

_WAYS_ON = frozenset({"escalate", "reopen"})
_MOST_HAND_OVERS = 2


def right_faults(procedure: Procedure) -> Iterator[Fault]:
    """Everything wrong with single stages and moves."""
    for stage in procedure.stages.values():
        yield from _stage_faults(procedure, stage)
    for move in procedure.moves.values():
        yield from _move_faults(procedure, move)
        yield from _closing_faults(procedure, move)
        yield from _target_faults(procedure, move)
        yield from _kept_rights(procedure, move)
        if move.effect == "hand_over":
            yield from _hand_over_faults(procedure, move)
    if procedure.subject == OFFICE:
        yield from _subject_faults(procedure)
    yield from _path_faults(procedure)


def residents_effects(procedure: Procedure, stage: str) -> frozenset[str]:
    """The effects of the moves that the resident can make in ``stage``."""
    return frozenset(move.effect for move in procedure.moves_from(stage) if RESIDENT in move.by)


def _stage_faults(procedure: Procedure, stage: Stage) -> Iterator[Fault]:
    where = f"stages.{stage.code}"
    open_to_resident = residents_effects(procedure, stage.code)
    if stage.holder in STAFF and stage.basis is None:
        yield fault("missing_basis", f"{where}.basis")
    if stage.end and stage.holder != NOBODY:
        yield fault("end_held", f"{where}.holder")
    if not stage.end and stage.holder == NOBODY:
        yield fault("open_unheld", f"{where}.holder")
    if "withdraw" not in open_to_resident and stage.outcome != "withdrawn":
        yield fault("cannot_withdraw", where, stage=stage.code)
    if stage.outcome == "withdrawn" and "restore" not in open_to_resident:
        yield fault("withdrawal_final", where, stage=stage.code)
    if stage.end and not stage.routes:
        yield fault("end_without_routes", where, stage=stage.code)
    if not stage.end and not stage.routes and "escalate" not in open_to_resident:
        yield fault("cannot_go_on", where, stage=stage.code)
    climbs = stage.holder in STAFF or "escalate" in open_to_resident
    if procedure.kind == "grievance" and climbs and "leave" not in open_to_resident:
        yield fault("left_to_nobody", where, stage=stage.code)


def _move_faults(procedure: Procedure, move: Move) -> Iterator[Fault]:
    where, effect = f"moves.{move.code}", EFFECTS[move.effect]
    if move.basis is None:
        yield fault("missing_basis", f"{where}.basis")
    for role in move.by:
        if role not in effect.by:
            known = ", ".join(sorted(effect.by))
            yield fault("wrong_mover", f"{where}.by", effect=move.effect, role=role, known=known)
    yield from _need_faults(move)
    if RESIDENT in move.by:
        for key in ("limit", "after", "then", "within"):
            if getattr(move, key):
                yield fault("limit_on_resident", f"{where}.{key}", key=key)
    if move.effect == "withdraw" and (
        move.needs or not move.to or procedure.stages[move.to].outcome != "withdrawn"
    ):
        yield fault("withdraw_burdened", where)
    undoes = all(procedure.stages[source].outcome == "withdrawn" for source in move.sources)
    if move.effect == "restore" and (move.needs or move.to or not undoes):
        yield fault("restore_burdened", where)
    if move.effect == "extend" and procedure.clocks[move.clock].extension is None:
        yield fault("extension_unbounded", f"clocks.{move.clock}.extension")


def _need_faults(move: Move) -> Iterator[Fault]:
    """What must come with a move and is not asked for. The system has no words: an effect asks only people."""
    where = f"moves.{move.code}.needs"
    if SYSTEM in move.by:
        if move.needs:
            yield fault("system_needs", where)
    elif move.effect == "extend" and "reason" not in move.needs:
        yield fault("extension_without_reason", where)
    else:
        for need in needs_of(move):
            if need not in move.needs:
                yield fault("need_missing", where, effect=move.effect, need=need)


def _closing_faults(procedure: Procedure, move: Move) -> Iterator[Fault]:
    """What leads to an end, and what starts from one."""
    where = f"moves.{move.code}"
    outcome = procedure.stages[move.to].outcome if move.to else ""
    if outcome and outcome not in EFFECTS[move.effect].outcomes:
        known = ", ".join(code for code, effect in EFFECTS.items() if outcome in effect.outcomes)
        yield fault("closes_by_forwarding", f"{where}.to", effect=move.effect, outcome=outcome, known=known)
    if move.effect not in FROM_ENDS:
        for stage in sorted(move.sources):
            if procedure.stages[stage].end:
                yield fault("moves_the_dead", f"{where}.from", stage=stage, effect=move.effect)


def _target_faults(procedure: Procedure, move: Move) -> Iterator[Fault]:
    """An answer goes to the resident, a promise to a clock, an escalation upwards."""
    where, target = f"moves.{move.code}.to", procedure.stages.get(move.to)
    if move.effect in ("answer", "report_done", "decline") and (target is None or target.holder in STAFF):
        yield fault("answer_unread", where, move=move.code, target=move.to)
    if move.effect == "escalate" and (target is None or target.holder not in SUPERIORS):
        yield fault("escalates_nowhere", where, move=move.code)
    if move.effect == "promise" and not any(
        clock.days == "given" and move.code in clock.starts_on for clock in procedure.clocks.values()
    ):
        yield fault("promise_undated", f"moves.{move.code}", move=move.code)
    if move.after and not procedure.moves[move.after].limit:
        why = {"zh": f"“{move.after}”没有写 limit", "en": f"'{move.after}' has no limit"}
        yield fault("needless_key", f"moves.{move.code}.after", key="after", why=why)


def _kept_rights(procedure: Procedure, move: Move) -> Iterator[Fault]:
    """An answer, a consent, a settlement, a decision: none may take away what the resident could do before."""
    if move.effect in OWN_WAY or not move.to:
        return
    where, target = f"moves.{move.code}.to", procedure.stages[move.to]
    after = residents_effects(procedure, move.to)
    for source in sorted(move.sources):
        lower = _height(procedure, source) > _height(procedure, move.to)
        if lower or (residents_effects(procedure, source) & _WAYS_ON and not after & _WAYS_ON):
            yield fault("right_removed", where, move=move.code, source=source, target=move.to)
        lost = [route for route in procedure.stages[source].routes if route not in target.routes]
        if lost:
            yield fault(
                "route_removed",
                where,
                move=move.code,
                source=source,
                target=move.to,
                routes=", ".join(lost),
            )


def _height(procedure: Procedure, stage: str) -> int:
    """How many levels up the resident can bring a case from ``stage`` by going on alone, one way after another."""
    todo, seen, highest = [stage], {stage}, 0
    while todo:
        at = todo.pop()
        for move in procedure.moves_from(at):
            target = move.target(at)
            if RESIDENT in move.by and move.effect in _WAYS_ON and target not in seen:
                seen.add(target)
                todo.append(target)
                holder = procedure.stages[target].holder
                highest = max(highest, 1 if holder == SUPERVISOR else levels_above(holder))
    return highest


def _hand_over_faults(procedure: Procedure, move: Move) -> Iterator[Fault]:
    where = f"moves.{move.code}"
    if not 1 <= move.limit <= _MOST_HAND_OVERS:
        yield fault("hand_over_without_limit", f"{where}.limit")
    decided = {
        source
        for refer in procedure.moves.values()
        if refer.effect == "refer" and refer.after == move.code and _decides(procedure, refer)
        for source in refer.sources
    }
    if not move.sources <= decided:
        yield fault("hand_over_without_decision", where, move=move.code)


def _decides(procedure: Procedure, refer: Move) -> bool:
    """Whether the move takes the case to a superior who can assign it."""
    if not refer.to or procedure.stages[refer.to].holder not in SUPERIORS:
        return False
    holder = procedure.stages[refer.to].holder
    return any(move.effect == "assign" and holder in move.by for move in procedure.moves_from(refer.to))


def _subject_faults(procedure: Procedure) -> Iterator[Fault]:
    """The office that a matter is about, and its own supervisors, neither hold it nor move it nor own its time."""
    barred = (OFFICE, SUPERVISOR)
    for stage in procedure.stages.values():
        if stage.holder in barred:
            yield fault("subject_acts", f"stages.{stage.code}.holder", role=stage.holder)
    for move in procedure.moves.values():
        for role in move.by:
            if role in barred:
                yield fault("subject_acts", f"moves.{move.code}.by", role=role)
    for clock in procedure.clocks.values():
        if clock.waits_for in barred:
            yield fault("subject_acts", f"clocks.{clock.code}.waits_for", role=clock.waits_for)


def _path_faults(procedure: Procedure) -> Iterator[Fault]:
    if not any(stage.end and stage.outcome != "withdrawn" for stage in procedure.stages.values()):
        yield fault("no_end", "stages")
    path = procedure.path
    if not path or path[0] != procedure.start:
        yield fault("path_broken", "path", stage=path[0] if path else procedure.start)
        return
    for before, after in pairwise(path):
        if not any(move.to == after and move.effect != "withdraw" for move in procedure.moves_from(before)):
            yield fault("path_broken", "path", stage=after)
    if not procedure.stages[path[-1]].end:
        yield fault("path_broken", "path", stage=path[-1])


def clock_faults(procedure: Procedure) -> Iterator[Fault]:
    """Everything wrong with single clocks."""
    for clock in procedure.clocks.values():
        yield from _limits(procedure, clock)
        yield from _given(procedure, clock)
        yield from _expiry(procedure, clock)
    if not any(clock.owes_answer for clock in procedure.clocks.values()):
        yield fault("no_owed_answer", "clocks")


def _limits(procedure: Procedure, clock: ClockRule) -> Iterator[Fault]:
    where = f"clocks.{clock.code}"
    if clock.basis is None:
        yield fault("missing_basis", f"{where}.basis")
    for stage in sorted(clock.runs_in | clock.paused_in):
        if procedure.stages[stage].end:
            yield fault("clock_in_end", where, stage=stage)
    if (clock.paused_in or clock.not_counted_from) and not clock.pause_limit_days:
        yield fault("pause_without_limit", f"{where}.pause_limit_days")
    if clock.extension and not (clock.extension.times and clock.extension.days):
        yield fault("extension_unbounded", f"{where}.extension")
    if clock.extension and clock.waits_for == RESIDENT:
        yield fault("extension_for_resident", f"{where}.extension")
    for key in ("starts_on", "restarts_on"):
        for code in sorted(getattr(clock, key)):
            move = procedure.moves[code]
            if not {move.target(source) for source in move.sources} <= clock.runs_in:
                yield fault("restart_elsewhere", f"{where}.{key}", move=code)


def _given(procedure: Procedure, clock: ClockRule) -> Iterator[Fault]:
    """A date that staff give is as far away as they like, unless it is bounded."""
    called = procedure.clocks.get(clock.not_counted_from)
    if called is not None and not called.announces:
        why = {"zh": f"“{called.code}”没有写 announces", "en": f"'{called.code}' does not announce a day"}
        key = "not_counted_from"
        yield fault("needless_key", f"clocks.{clock.code}.{key}", key=key, why=why)
    if clock.days != "given":
        if clock.announces:
            yield fault("given_without_date", f"clocks.{clock.code}.announces")
        return
    where = f"clocks.{clock.code}"
    if not clock.most_days:
        yield fault("given_unbounded", f"{where}.most_days")
    starting = [procedure.moves[code] for code in clock.starts_on | clock.restarts_on]
    if not clock.starts_on or any("date" not in move.needs for move in starting):
        yield fault("given_without_date", f"{where}.starts_on")
    if clock.paused_in or clock.extension:
        yield fault("given_changed", where)


def _expiry(procedure: Procedure, clock: ClockRule) -> Iterator[Fault]:
    where = f"clocks.{clock.code}"
    move = procedure.moves.get(clock.expiry_move)
    lapsing = [one for one in procedure.moves.values() if one.within == clock.code]
    if not clock.supervise and move is None and not (clock.lapse and lapsing):
        yield fault("no_consequence", f"{where}.on_expiry")
    if move is not None and SYSTEM not in move.by:
        yield fault("expiry_not_system", f"{where}.on_expiry", move=move.code)
    for stage in sorted(clock.runs_in if clock.supervise else ()):
        if all(one.effect != "press" for one in procedure.moves_from(stage)):
            yield fault("supervision_without_press", f"{where}.on_expiry", clock=clock.code, stage=stage)
    if clock.waits_for != RESIDENT:
        if move is not None and move.to and procedure.stages[move.to].holder not in STAFF:
            yield fault("lateness_closes", f"{where}.on_expiry", move=move.code)
        return
    for stage in sorted(clock.runs_in):
        holder = procedure.stages[stage].holder
        if holder != RESIDENT:
            yield fault("resident_clock_elsewhere", f"{where}.runs_in", stage=stage, holder=holder)
    if clock.supervise or clock.lapse or (move is not None and not _harmless(procedure, move)):
        yield fault("resident_harmed", f"{where}.on_expiry")


def _harmless(procedure: Procedure, move: Move) -> bool:
    """Whether the silence of a resident leads back to the staff, or to an unconfirmed end that can be reopened."""
    target = procedure.stages.get(move.to)
    if target is None:
        return False
    if move.effect == "resume":
        return target.holder in STAFF
    return move.effect == "close_silent" and bool(residents_effects(procedure, target.code) & _WAYS_ON)
