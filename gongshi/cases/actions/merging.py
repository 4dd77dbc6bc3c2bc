"""Two matters of one filing that are one: one ends as merged, the other goes on, and the earlier day counts.

Never across filings, and never sealed kinds. Nothing is moved: each keeps its words, its history and its looks.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import Actor, Resident, StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.moves import close_merged, save_clocks
from gongshi.cases.actions.public_state import refresh_public
from gongshi.cases.actions.splitting import LONGEST_REASON, check_worker, may_split, split_off
from gongshi.cases.changing import COLUMNS, Changed, restored_on_failure
from gongshi.cases.models import Case, Clock
from gongshi.cases.queries import NotFound, case_of, cases_visible_to
from gongshi.cases.reading import key_for
from gongshi.cases.record import Record, role_of
from gongshi.cases.texts import checked_text
from gongshi.cases.undo_points import keep, point_for, standing
from gongshi.places.queries import calendar
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import Transition, end_in, owed_clock, take_in

MOVE = "merge"


def cases_to_merge_into(case: Case, actor: StaffActor) -> list[Case]:
    """Other matters of the filing that the actor's office works on too and that go on. One statement."""
    found = cases_visible_to(actor).filter(filing=case.filing_id, closed_at=None).exclude(pk=case.pk)
    rows = found.select_related("filing", "supervision", "promise").order_by("number")
    return [row for row in rows if may_split(row, actor)]


def merge_cases(
    case: Case, into: UUID, reason: str, *, actor: StaffActor, at: datetime, seen: int | None = None
) -> Case:
    """Let ``case`` end in another matter of its filing; returns the one that goes on. It can be undone for a while.

    Raises NotFound, NotAllowed, RefusedError ("not_divisible", "not_mergeable"), TextRefused, Changed, Erased.
    """
    check_worker(case, actor)
    other = next((one for one in cases_to_merge_into(case, actor) if one.id == into), None)
    if other is None:
        raise NotFound
    if seen is not None and seen != case.seq:
        raise Changed
    text = checked_text(reason, LONGEST_REASON)
    _merge(case, other, actor=actor, at=at, reason=text, keys=(key_for(case.id, actor), key_for(into, actor)))
    return other


def keep_as_one(case: Case, *, actor: Resident, at: datetime) -> Case:
    """Whoever filed has what was split off put back: it ends in the matter that it came from. Returns that one.

    Raises NotFound, RefusedError, Changed.
    """
    number = split_off(case)
    if actor.filing_id != case.filing_id or number is None:
        raise NotFound
    other = case_of(case.filing, number)
    if is_sealed(case.kind) or is_sealed(other.kind):
        raise NotFound
    _merge(case, other, actor=actor, at=at)
    return other


def end_quietly(case: Case, other: int, *, actor: StaffActor, at: datetime) -> None:
    """What was split off ends in matter number ``other`` again, as its splitting is undone: nobody was told of it yet.

    Inside the caller's transaction. Raises RefusedError ("not_mergeable"), Changed.
    """
    clocks, record = list(Clock.objects.filter(case=case)), Record(actor=actor, at=at)
    procedure, state = engine.procedure_of(case), engine.state_of(case, clocks)
    ends = end_in(procedure, state, other, by=role_of(actor, case), on=engine.today(at))
    _enter(case, ends, record, at=at)
    save_clocks(case, ends, clocks)
    record.store()


def _merge(
    case: Case,
    other: Case,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    keys: tuple[bytes | None, bytes | None] = (None, None),
) -> None:
    clocks, theirs = list(Clock.objects.filter(case=case)), list(Clock.objects.filter(case=other))
    by = role_of(actor, case), role_of(actor, other)
    ends, goes_on = _transitions((case, clocks), (other, theirs), by, at)
    with restored_on_failure(case), restored_on_failure(other), transaction.atomic():
        for one, transition, rows, key, twin in (
            (case, ends, clocks, keys[0], other),
            (other, goes_on, theirs, keys[1], case),
        ):
            before = standing(one, rows, actor, at) if isinstance(actor, StaffActor) else None
            record = Record(actor=actor, at=at)
            _enter(one, transition, record, reason=reason, key=key, at=at)
            if one.merged_into is not None:
                record.notice(one, "moved", one.filing.notify)
            point = point_for(one, before, record, move=MOVE, twin=twin.id) if before else None
            save_clocks(one, transition, rows)
            refresh_public(one, at)
            record.store()
            if point:
                keep(point)


def _transitions(
    ending: tuple[Case, list[Clock]], going_on: tuple[Case, list[Clock]], by: tuple[str, str], at: datetime
) -> tuple[Transition, Transition]:
    """What the rules make of both. Raises RefusedError."""
    (case, _), (other, _), on = ending, going_on, engine.today(at)
    procedure, state = engine.procedure_of(case), engine.state_of(*ending)
    due = state.clocks[owed_clock(procedure, state)].due_on
    goes_on = take_in(
        engine.procedure_of(other),
        engine.state_of(*going_on),
        case.number,
        due,
        by=by[1],
        on=on,
        calendar=calendar(),
    )
    return end_in(procedure, state, other.number, by=by[0], on=on), goes_on


def _enter(
    case: Case,
    transition: Transition,
    record: Record,
    *,
    reason: str = "",
    key: bytes | None = None,
    at: datetime,
) -> None:
    """History and columns of one of the two. In the transaction."""
    seen, (entry,) = case.seq, transition.entries
    case.seq += 1
    record.event(case, entry.code, by=entry.by, params=entry.params, reason=reason, key=key)
    engine.take_state(case, transition.state)
    if transition.state.merged is not None:
        close_merged(case, transition, at)
    free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
    if not free.update(**{name: getattr(case, name) for name in COLUMNS}):
        raise Changed
