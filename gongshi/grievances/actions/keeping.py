"""Offices that a member names for their own matter: nobody sees it while it follows, and they do not afterwards.

The joint case is not kept from them: what stands in it is everybody's, and a spy could take it from its own office.
"""

from datetime import datetime
from uuid import UUID

from gongshi.accounts.actors import Resident
from gongshi.accounts.queries import offices
from gongshi.cases.changing import append, changing
from gongshi.cases.drafts import KeepOff
from gongshi.cases.models import Case, Recusal
from gongshi.cases.naming import MOST_NAMED, recusals_named
from gongshi.cases.queries import NotFound
from gongshi.cases.record import Record
from gongshi.cases.recusing import recusals_of
from gongshi.grievances.queries import member_of
from gongshi.safekeeping.ids import new_id


class TooManyNamed(ValueError):
    """As many are named as one matter takes (`naming.MOST_NAMED`)."""


def keep_off(case: Case, office: UUID, *, actor: Resident, at: datetime) -> None:
    """Keep an office, with all beneath it, from one's own matter; it holds from going on alone. Twice is once.

    Raises NotFound, TooManyNamed.
    """
    _only_theirs(case, actor)
    if office not in offices():
        raise NotFound
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        there = recusals_of(case)
        if any(row.office_id == office for row in there):
            return
        if len(there) >= MOST_NAMED:
            raise TooManyNamed
        (row,) = recusals_named([KeepOff(office)])
        row.id, row.case, row.at = new_id(), case, at
        row.save(force_insert=True)
        record.event(case, "case.office_recused", params={"office": office})
        _store(case, record, recused=True)


def let_see(case: Case, recusal: UUID, *, actor: Resident, at: datetime) -> None:
    """Name an office no more. Raises NotFound."""
    _only_theirs(case, actor)
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        row = next((one for one in recusals_of(case) if one.id == recusal and one.by == "resident"), None)
        if row is None:
            raise NotFound
        Recusal.objects.filter(pk=row.pk).update(undone_at=at)
        params = {"office": row.office_id} if row.office_id else {}
        record.event(case, "case.recusal_undone", params=params)
        _store(case, record, recused=len(recusals_of(case)) > 0)


def _only_theirs(case: Case, actor: Resident) -> None:
    if member_of(case).filing_id != actor.filing_id:
        raise NotFound


def _store(case: Case, record: Record, *, recused: bool) -> None:
    case.recused = recused
    Case.objects.filter(pk=case.pk).update(recused=recused)
    record.store()
