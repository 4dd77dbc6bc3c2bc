"""Moving a case: one place where a procedure's transition becomes rows, history, ledger leaves and notices."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Actor, StaffActor
from gongshi.accounts.queries import leads
from gongshi.cases import engine
from gongshi.cases.actions.public_state import refresh_public
from gongshi.cases.models import Case, Clock, JointOffice
from gongshi.cases.reading import key_of
from gongshi.cases.record import Record
from gongshi.cases.supervising import supervise
from gongshi.places.queries import calendar
from gongshi.rules.procedure import ClockState, Entry, Mover, Transition, perform
from gongshi.safekeeping.ids import new_id

NOTICES = {
    "case.accepted": "accepted",
    "case.declined": "answered",
    "case.handed_over": "moved",
    "case.assigned": "moved",
    "case.taken_over": "moved",
    "case.asked": "asked",
    "case.extended": "extended",
    "case.answered": "answered",
    "case.promised": "answered",
    "case.reported_done": "answered",
    "case.closed_unconfirmed": "closed",
    "case.directed": "supervised",
    "case.pressed": "supervised",
    "case.supervised": "late",
}
ANSWERS = frozenset({"case.answered", "case.promised", "case.reported_done", "case.declined"})
COLUMNS = (
    *("stage", "stage_on", "holder", "counts", "seq", "due_at", "due_on", "paused"),
    *("answered_at", "answered_on", "on_time", "closed_at", "closed_on", "outcome"),
    *("reopenings", "hand_overs", "office_id", "lead_id", "handler_id", "supervision_id"),
)

Also = Callable[[Record, bytes], None]


class Changed(Exception):
    """Somebody else was faster: the case is no longer as the actor saw it. Nothing was written."""


def make_move(
    case: Case,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    params: Mapping[str, Any] | None = None,
    seen: int | None = None,
    also: Also | None = None,
) -> Case:
    """Make one of the procedure's moves.

    ``params`` go by the names of the procedure's needs: ``office`` a UUID, ``date`` a local date, texts as they were
    written (the reason or instruction is sealed into history; other texts are only looked at for being there, and
    ``also`` stores them). ``seen`` is the case's ``seq`` when the actor last saw it. ``also`` runs inside the
    transaction and gets the record and the case's data key.

    Raises RefusedError (rules.procedure) with a code, Changed when somebody was faster, Erased without a key.
    """
    if seen is not None and seen != case.seq:
        raise Changed
    given = dict(params or {})
    if isinstance(given.get("office"), UUID):
        given["office"] = str(given["office"])
    key = key_of(case.id)
    clocks = list(Clock.objects.filter(case=case))
    transition = perform(
        engine.procedure_of(case),
        engine.state_of(case, clocks),
        move,
        Mover(engine.roles_in(case, actor)),
        on=engine.today(at),
        calendar=calendar(),
        params=given,
        recused=_recused(case),
    )
    reason = str(given.get("reason") or given.get("instruction") or "")
    return take(case, transition, clocks, actor=actor, at=at, key=key, reason=reason, also=also)


def take(
    case: Case,
    transition: Transition,
    clocks: list[Clock],
    *,
    actor: Actor,
    at: datetime,
    key: bytes,
    reason: str = "",
    also: Also | None = None,
) -> Case:
    """Write a transition: the case's columns, its clocks, history with ledger leaves, and notices. Raises Changed."""
    seen = case.seq
    record = Record(actor=actor, at=at)
    for number, entry in enumerate(transition.entries):
        case.seq += 1
        _columns(case, entry, transition, actor=actor, at=at)
        record.event(
            case,
            entry.code,
            by=entry.by,
            params=entry.params,
            reason="" if number else reason,
            key=key,
        )
        if entry.code in NOTICES:
            record.notice(case, NOTICES[entry.code], case.filing.notify)
    engine.take_state(case, transition.state)
    _rest(case, transition, at)
    with transaction.atomic():
        if transition.supervise:
            case.supervision = supervise(case, at=at)
        if not Case.objects.filter(pk=case.pk, seq=seen).update(**{c: getattr(case, c) for c in COLUMNS}):
            raise Changed
        _save_clocks(case, transition, clocks)
        _join_offices(case, transition, at)
        refresh_public(case)
        if also:
            also(record, key)
        record.store()
    return case


def _recused(case: Case) -> list[str]:
    return [str(case.subject_id)] if case.subject_id else []


def _columns(case: Case, entry: Entry, transition: Transition, *, actor: Actor, at: datetime) -> None:
    """What a history entry says of the case's own columns."""
    code = entry.code
    if code in ("case.handed_over", "case.assigned"):
        _give(case, UUID(entry.params["office"]))
        case.hand_overs += code == "case.handed_over"
    elif code == "case.taken_over" and isinstance(actor, StaffActor):
        _give(case, actor.office_id)
    elif code == "case.accepted" and isinstance(actor, StaffActor):
        case.handler_id = actor.staff_id
    elif code == "case.reopened":
        case.reopenings += 1
    if code in ANSWERS:
        kept = engine.answer_kept(engine.procedure_of(case), transition)
        case.answered_at, case.answered_on = at, engine.today(at)
        case.on_time = False if case.on_time is False else (kept if kept is not None else case.on_time)


def _give(case: Case, office: UUID) -> None:
    case.office_id, case.lead_id, case.handler_id = office, leads().get(office), None


def _rest(case: Case, transition: Transition, at: datetime) -> None:
    """Closing, waking up, and the office that a stage held by a level above gives the case to."""
    stage = engine.procedure_of(case).stages[transition.state.stage]
    if stage.end:
        case.closed_at, case.closed_on, case.outcome = at, engine.today(at), stage.outcome
    else:
        case.closed_at = case.closed_on = None
        case.outcome = ""
    upper = engine.office_for_holder(case, stage.holder)
    if upper is not None and upper != case.office_id:
        _give(case, upper)


def _join_offices(case: Case, transition: Transition, at: datetime) -> None:
    for entry in transition.entries:
        if entry.code == "case.office_invited":
            JointOffice.objects.update_or_create(
                case=case,
                office_id=UUID(entry.params["office"]),
                defaults={"until_on": None},
                create_defaults={"id": new_id(), "since_on": engine.today(at)},
            )


def _save_clocks(case: Case, transition: Transition, clocks: list[Clock]) -> None:
    known = {(row.code, row.run): row for row in clocks}
    changed: dict[tuple[str, int], ClockState] = {}
    for change in transition.changes:
        changed[change.clock, change.state.run] = change.state
    new = [
        engine.fill_clock(Clock(id=new_id(), case=case, code=place[0]), state)
        for place, state in changed.items()
        if place not in known
    ]
    old = [engine.fill_clock(known[place], state) for place, state in changed.items() if place in known]
    if new:
        Clock.objects.bulk_create(new)
    if old:
        names = [f.name for f in Clock._meta.concrete_fields if f.name not in ("id", "case", "code", "run")]
        Clock.objects.bulk_update(old, names)
