"""Between rows and rules: a case's columns and clock rows as the procedure's state, and a transition as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Actor, Resident, StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import may
from gongshi.cases.models import Case, Clock, History
from gongshi.cases.sight import (
    WORKING,
    counted_from,
    decider_of,
    is_hidden_from,
    kept_from,
    levels_over,
    pressing_over,
    somebody_in,
)
from gongshi.places.queries import calendar, the_place
from gongshi.routing.queries import CategoryNode, procedure_for, procedure_versions
from gongshi.rules.deadlines import end_of_day
from gongshi.rules.procedure import (
    ABOVE,
    DECIDING,
    EFFECTS,
    UNDONE,
    Above,
    CaseState,
    ClockState,
    FirstStart,
    Move,
    Mover,
    Procedure,
    Promise,
    Transition,
    Withdrawal,
    allowed_moves,
    begins_question,
    deciders,
    explained_moves,
    levels_above,
    opening,
    rests_on_promise,
)
from gongshi.safekeeping.ids import new_id

# The effects of moves that send the resident an answer.
ANSWER_EFFECTS = frozenset({"answer", "promise", "report_done"})
_DECIDING_CODES = tuple(EFFECTS[effect].history for effect in sorted(DECIDING))
_CLOCK_COLUMNS = tuple(one.name for one in fields(ClockState) if one.name not in ("run",))


def procedure_of(case: Case) -> Procedure:
    """The version that the case began with."""
    return procedure_versions()[case.procedure_id].procedure


def roles_in(case: Case, actor: Actor) -> frozenset[str]:
    """The roles of the procedure that ``actor`` has towards this case.

    "office" owes the answer. "above", "above_2", ... are the levels over the office that a matter is about, or over
    the office that owes the first answer (`sight.counted_from`), a recused level passed over; whoever has a case that
    a level holds is that level.
    "supervisor" is any office over the one that has the case now; what waits for one at the topmost, that one decides
    itself. Whoever the case is hidden from (`sight`) has none, whatever else they are.
    """
    if isinstance(actor, Resident):
        return frozenset({"resident"}) if actor.filing_id == case.filing_id else frozenset()
    if not isinstance(actor, StaffActor):
        return frozenset({"system"})
    kept = kept_from(case)
    if is_hidden_from(case, actor, kept):
        return frozenset()
    roles: set[str] = set()
    base = offices()[counted_from(case)]
    if actor.office_id == base.id == case.office_id and case.subject_id is None and may(actor, "case.work"):
        roles.add("office")
    working = may(actor, "case.work") or may(actor, "case.supervise")
    levels = levels_over(case, base.id, kept=kept)
    if actor.office_id in levels and working:
        has_it = actor.office_id == case.office_id and case.holder in ABOVE
        roles.add(case.holder if has_it else ABOVE[levels.index(actor.office_id)])
    over = offices()[case.office_id].supervisors
    if case.holder == "supervisor" and not over:
        over = (case.office_id,)
    if may(actor, "case.supervise") and actor.office_id in over:
        roles.add("supervisor")
    return frozenset(roles)


def mover(case: Case, actor: Actor) -> Mover:
    """The actor as the rules see them: roles, whether head of their office, what it used up, whether it is its turn."""
    head = not isinstance(actor, StaffActor) or may(actor, "case.approve")
    turn = isinstance(actor, StaffActor) and whose_turn(case) == actor.office_id
    return Mover(roles_in(case, actor), head=head, made=_made_by_office(case, actor), turn=turn)


def _made_by_office(case: Case, actor: Actor) -> frozenset[str]:
    """Moves that each office makes once and the actor's has made. No statement where none was made at all."""
    moves = procedure_of(case).moves
    counted = {code for code, times in case.counts.items() if times and moves[code].once_per_office}
    if not counted or not isinstance(actor, StaffActor):
        return frozenset()
    made = History.objects.filter(case=case, office_id=actor.office_id).order_by("seq")
    codes = {EFFECTS[moves[code].effect].history for code in counted}
    undone = History.objects.filter(case=case, code=UNDONE).values_list("params", flat=True)
    taken_back = {seq for params in undone for seq in params.get("undoes", ())}
    found = made.filter(code__in=codes).values_list("seq", "params")
    return frozenset(params["move"] for seq, params in found if seq not in taken_back and "move" in params)


def promise_of(category: CategoryNode) -> Promise | None:
    """The category's promise as the rules want it."""
    node = category.promise
    return Promise(node.days, "working" if node.counting == "working" else "calendar") if node else None


def open_case(case: Case, category: CategoryNode) -> Transition:
    """Put a new case at the start of its procedure."""
    transition = opening(
        procedure_for(category).procedure,
        on=case.opened_on,
        calendar=calendar(),
        promise=promise_of(category),
    )
    take_state(case, transition.state)
    return transition


def state_of(case: Case, clocks: Iterable[Clock]) -> CaseState:
    """The case's state from its row and its clock rows (the latest run of each counts)."""
    latest = {row.code: row for row in sorted(clocks, key=lambda row: row.run)}
    promise = case.promise
    return CaseState(
        stage=case.stage,
        entered_on=case.stage_on,
        opened_on=case.opened_on,
        promise=Promise(promise.days, "working" if promise.counting == "working" else "calendar")
        if promise
        else None,
        clocks={code: clock_state(row) for code, row in latest.items()},
        counts=case.counts,
        withdrawn=_withdrawal(case.withdrawn_from),
        first_starts={
            code: FirstStart(run, date.fromisoformat(on))
            for code, (run, on) in (case.first_starts or {}).items()
        },
        merged=case.merged_into,
    )


def _withdrawal(stored: Mapping[str, Any] | None) -> Withdrawal | None:
    """Where a withdrawn case stood, from its row."""
    if not stored:
        return None
    return Withdrawal(stored["stage"], date.fromisoformat(stored["on"]), tuple(stored["clocks"]))


def clock_state(row: Clock) -> ClockState:
    """One clock row as the rules see it."""
    values = {name: getattr(row, name) for name in _CLOCK_COLUMNS}
    return ClockState(run=row.run, **values)


def take_state(case: Case, state: CaseState) -> None:
    """Write the state into the case's columns (unsaved)."""
    procedure = procedure_of(case)
    stage = procedure.stages[state.stage]
    case.stage, case.stage_on = state.stage, state.entered_on
    case.holder = stage.holder
    case.counts = dict(state.counts)
    stood = state.withdrawn
    case.withdrawn_from = (
        {"stage": stood.stage, "on": stood.on.isoformat(), "clocks": list(stood.clocks)} if stood else None
    )
    first = {code: [one.run, one.on.isoformat()] for code, one in state.first_starts.items()}
    case.first_starts, case.merged_into = first or None, state.merged
    owed = [
        (code, clock)
        for code, clock in state.clocks.items()
        if clock.active
        and procedure.clocks[code].waits_for != "resident"
        and not procedure.clocks[code].announces
    ]
    case.paused = any(clock.paused_on for _, clock in owed)
    running = [clock.due_on for _, clock in owed if not clock.paused_on]
    case.due_on = min(running, default=None)
    case.due_at = end_of_day(case.due_on, the_place().zone) if case.due_on else None


def clock_rows(case: Case, state: CaseState) -> list[Clock]:
    """All clocks of a newly opened case as rows, unsaved."""
    return [
        fill_clock(Clock(id=new_id(), case=case, code=code), clock) for code, clock in state.clocks.items()
    ]


def fill_clock(row: Clock, clock: ClockState) -> Clock:
    """Write one clock's state into its row (unsaved). Days become instants in the place's time zone."""
    zone = the_place().zone
    row.run = clock.run
    for name in _CLOCK_COLUMNS:
        setattr(row, name, getattr(clock, name))
    row.due_at = end_of_day(clock.due_on, zone)
    return row


def office_for_holder(case: Case, holder: str, base: UUID | None = None) -> UUID | None:
    """The office that a stage held by a level above gives the case to; None where there is none so high.

    A recused level is passed over: the topmost stands in for it.
    """
    if holder not in ABOVE:
        return None
    return _level(case, levels_over(case, base or counted_from(case)), holder)


def _level(case: Case, chain: Sequence[UUID], holder: str) -> UUID | None:
    """The office of this level among those over the first instance."""
    number = levels_above(holder)
    if number <= len(chain):
        return chain[number - 1]
    return chain[-1] if chain and case.recused else None


def above_of(case: Case) -> Above:
    """Who stands above in this case now. Nobody can be asked to look at a case that they decided themselves."""
    kept = kept_from(case)
    chain = levels_over(case, counted_from(case), kept=kept)
    held = {holder: _level(case, chain, holder) for holder in ABOVE[: procedure_of(case).levels_above]}
    there = {holder: office for holder, office in held.items() if office is not None}
    asking = (move for move in procedure_of(case).moves_from(case.stage) if move.effect == "escalate")
    asked = {there.get(procedure_of(case).stages[move.to].holder) for move in asking}
    # Only where levels were passed over, or moved, can one be asked a second time about the same question.
    decided = decided_by(case) if asked - {None} and (case.recused or case.office_id in asked) else ()
    return Above(
        frozenset(there),
        frozenset(holder for holder, office in there.items() if office not in decided),
        bool(pressing_over(case, kept)),
    )


def decided_by(case: Case, made: Move | None = None, office: UUID | None = None) -> frozenset[UUID]:
    """The offices that decided the question that the case is about now, or would be after ``office`` made ``made``.

    No statement for a first decision, with which a question begins.
    """
    procedure = procedure_of(case)
    now = frozenset({office} if office else ())
    if made is not None and begins_question(procedure, made):
        return now
    rows = History.objects.filter(case=case, code__in=(*_DECIDING_CODES, UNDONE)).order_by("seq")
    earlier = deciders(procedure, rows.only("seq", "code", "params", "office_id"))
    return earlier | now if made is not None and made.effect in DECIDING else earlier


def answers_first(case: Case, move: str) -> bool:
    """Whether the move is a first answer, whoever gives it: it leads to where the office's own answer leads.

    The level that gives one stands in the office's place, and is reviewed by the level above itself.
    """
    moves = procedure_of(case).moves
    own = (one for one in moves.values() if "office" in one.by and one.effect in ANSWER_EFFECTS)
    return any(one.to == moves[move].to for one in own)


def able_to_hold(case: Case, office: UUID) -> UUID:
    """The office itself, or the nearest level over it where it was retired or recused meanwhile."""
    if office in offices() and (not case.recused or somebody_in(case, office, WORKING)):
        return office
    return next(iter(levels_over(case, office)), office)


def whose_turn(case: Case) -> UUID | None:
    """The office that must act in the case's stage now; None while the resident has the word or nobody has to."""
    if case.holder == "supervisor":
        return decider_of(case)
    return case.office_id if case.holder == "office" or case.holder.startswith("above") else None


def answer_kept(procedure: Procedure, transition: Transition) -> bool | None:
    """Whether the answer that just went out came in time; None where nothing was promised or no such clock ran."""
    for change in transition.changes:
        rule = procedure.clocks[change.clock]
        if rule.owes_answer and change.kind == "stopped":
            return change.state.kept if rests_on_promise(rule, transition.state) else None
    return None


def today(at: datetime) -> date:
    """The place's day at ``at``."""
    return at.astimezone(the_place().zone).date()


def moves_for(case: Case, actor: Actor, at: datetime, clocks: Iterable[Clock] | None = None) -> list[Move]:
    """The moves that this actor may make now, in the procedure's order."""
    rows = Clock.objects.filter(case=case) if clocks is None else clocks
    who, state, above = mover(case, actor), state_of(case, rows), above_of(case)
    return allowed_moves(procedure_of(case), state, who, on=today(at), above=above)


def moves_explained(
    case: Case, actor: Actor, at: datetime, clocks: Iterable[Clock]
) -> list[tuple[Move, tuple[str, ...]]]:
    """Every move of the case's procedure with all that keeps this actor from it now: codes of `explained_moves`.
    Without any it is in `moves_for`.
    """
    who, state, above = mover(case, actor), state_of(case, clocks), above_of(case)
    return explained_moves(procedure_of(case), state, who, on=today(at), above=above)
