"""Recusal: an office or a member of staff that must not see a case is kept from it, by themselves or by others.

When it leaves nobody in the office to go on with the case, the next level above gets it that may know of it and has
somebody. The recused are told nothing: for them the case is no longer there.
"""

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.queries import offices_below
from gongshi.accounts.rights import require
from gongshi.cases import engine
from gongshi.cases.actions.glass import close_hidden
from gongshi.cases.actions.moves import give
from gongshi.cases.actions.public_state import refresh_public
from gongshi.cases.changing import COLUMNS, append, changing
from gongshi.cases.handing_on import handing_on
from gongshi.cases.models import Case, JointOffice, Recusal
from gongshi.cases.models.recusals import BY_OTHERS
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import key_for
from gongshi.cases.record import Record
from gongshi.cases.recusing import Whom, may_be_recused, may_undo
from gongshi.cases.sealed import seal_json
from gongshi.cases.sight import (
    WORKING,
    counted_from,
    deciders_over,
    is_hidden_from,
    kept_by,
    kept_from,
    levels_over,
    somebody_in,
)
from gongshi.cases.supervising import supervise
from gongshi.cases.texts import checked_text
from gongshi.places.queries import local_day
from gongshi.safekeeping.ids import new_id

LONGEST_REASON = 1_000


class NobodyLeft(Exception):
    """Without them no office here could go on with the case: nothing was written."""


def recuse_self(case: Case, reason: str, *, actor: StaffActor, at: datetime) -> None:
    """Step back from a case: from now on it does not exist for this member of staff, in whichever office they act.

    Raises NotFound, NotAllowed, TextRefused, NobodyLeft, Erased.
    """
    require(actor, "recusal.self")
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    _recuse(case, Whom("staff", actor.staff_id, actor.office_id), "self", reason, actor=actor, at=at)


def recuse(case: Case, whom: Whom, reason: str, *, actor: StaffActor | Resident, at: datetime) -> None:
    """Keep an office or a member of staff from a case: by a superior, or by whoever filed.

    Raises NotFound for somebody whom the actor cannot name here (`recusing.may_be_recused`), TextRefused, NobodyLeft,
    Erased.
    """
    hidden = isinstance(actor, StaffActor) and not cases_visible_to(actor).filter(pk=case.pk).exists()
    if hidden or whom not in may_be_recused(case, actor):
        raise NotFound
    by = "resident" if isinstance(actor, Resident) else "superior"
    _recuse(case, whom, by, reason, actor=actor, at=at)


def undo_recusal(recusal_id: UUID, reason: str, *, actor: StaffActor, at: datetime) -> Case:
    """Let them see the case again, by a superior who sees it. Raises NotFound, TextRefused, Erased."""
    row = Recusal.objects.filter(pk=recusal_id, undone_at=None).select_related("case__filing").first()
    if row is None or not may_undo(row, actor) or not cases_visible_to(actor).filter(pk=row.case_id).exists():
        raise NotFound
    case, text = row.case, checked_text(reason, LONGEST_REASON)
    key = key_for(case.id, actor)
    record = Record(actor=actor, at=at)
    with handing_on(case, actor, key, at=at) as now, changing(case):
        append(case)
        if not Recusal.objects.filter(pk=row.pk, undone_at=None).update(undone_at=at):
            raise NotFound
        case.recused = Recusal.objects.filter(case=case, undone_at=None).exists()
        record.event(case, "case.recusal_undone", params=_params(row), reason=text, key=key)
        _save(case, at)
        record.store()
        now()
    return case


def _params(row: Recusal) -> dict[str, UUID]:
    named = {"office": row.office_id, "staff": row.staff_id}
    return {name: value for name, value in named.items() if value}


def _recuse(
    case: Case, whom: Whom, by: str, reason: str, *, actor: StaffActor | Resident, at: datetime
) -> None:
    """The row, what it makes of the case, history and leaves. Somebody who is kept from it already stays so."""
    text = checked_text(reason, LONGEST_REASON)
    key = key_for(case.id, actor)
    row = Recusal(id=new_id(), case=case, by=by, at=at, **whom.as_columns())
    row.reason = seal_json(key, text, row=row.id, field="reason")
    record = Record(actor=actor, at=at)
    there = Recusal.objects.filter(case=case, undone_at=None, **whom.as_columns())
    standing = there.exclude(by=BY_OTHERS)
    if standing.exists():
        return
    try:
        with handing_on(case, actor, key, at=at) as now, changing(case):
            append(case)
            _in_place_of(there.filter(by=BY_OTHERS), at)
            row.save(force_insert=True)
            case.recused, led_by = True, case.lead_id
            record.event(
                case,
                f"case.{whom.kind}_recused",
                params={**_params(row), "office": whom.office},
                reason=text,
                key=key,
            )
            _part(case, at)
            if _takes_last_level(case, row):
                raise NobodyLeft
            _hand_up(case, record)
            record.new_lead(led_by, case)
            close_hidden(case, record, at)
            if case.supervision and case.supervision.decided_at is None:
                # It waited with others for one decision, which others may now have to take.
                case.supervision = supervise(case, at=at)
            _save(case, at)
            record.store()
            now()
    except IntegrityError:
        # Pressed twice at once: the other press did it.
        with contextlib.suppress(Recusal.DoesNotExist):
            standing.get()
            return
        raise


def _in_place_of(rows: QuerySet[Recusal], at: datetime) -> None:
    """Whom a joint case was kept from is named here now, as if there had been no such row; who is beneath stays so."""
    for row in rows:
        below = offices_below(row.office_id) if row.beneath and row.office_id else ()
        known = set(Recusal.objects.filter(case=row.case_id, undone_at=None).values_list("office", flat=True))
        Recusal.objects.bulk_create(
            Recusal(id=new_id(), case_id=row.case_id, office_id=office, by=BY_OTHERS, at=at)
            for office in below
            if office not in known
        )
    rows.delete()


def go_past_kept(case: Case, record: Record, at: datetime) -> None:
    """A case that was taken over (unsaved) goes past those who are kept from it. Raises NobodyLeft."""
    led_by = case.lead_id
    _part(case, at)
    _hand_up(case, record)
    record.new_lead(led_by, case)


def _part(case: Case, at: datetime) -> None:
    """Nobody who is kept from the case has a part in it any more."""
    theirs = JointOffice.objects.filter(case=case, office__in=kept_from(case).offices, until_on=None)
    theirs.update(until_on=local_day(at))
    for part in ("lead_id", "stand_in_id", "handler_id"):
        staff = getattr(case, part)
        if staff and is_hidden_from(case, StaffActor(staff, case.office_id, frozenset())):
            setattr(case, part, None)


def _takes_last_level(case: Case, row: Recusal) -> bool:
    """Whether whoever filed could go to a level above before this recusal, and to none with it."""
    climbs = any(stage.holder.startswith("above") for stage in engine.procedure_of(case).stages.values())
    base = counted_from(case)
    if not climbs or levels_over(case, base):
        return False
    before = kept_by(Recusal.objects.filter(case=case, undone_at=None).exclude(pk=row.pk))
    return bool(levels_over(case, base, kept=before))


def _hand_up(case: Case, record: Record) -> None:
    """Give the case to the next level that can go on with it, if its own office no longer can. Raises NobodyLeft."""
    rights = WORKING if case.subject_id else ("case.work",)
    if not somebody_in(case, case.office_id, rights):
        upper = next(iter(levels_over(case, case.office_id, rights=rights)), None)
        if upper is None:
            raise NobodyLeft
        give(case, upper)
        case.seq += 1
        record.event(case, "case.handed_up", by="system", params={"office": upper})
        record.notice(case, "moved", case.filing.notify)
    if case.holder == "supervisor" and not deciders_over(case):
        raise NobodyLeft


def _save(case: Case, at: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(**{name: getattr(case, name) for name in COLUMNS})
    refresh_public(case, at)
