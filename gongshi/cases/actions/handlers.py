"""Naming who works on a case, or who answers for it, when whoever did must not any more or never began."""

from datetime import datetime
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import acting_in
from gongshi.accounts.rights import may, require
from gongshi.cases.changing import Changed, append, changing
from gongshi.cases.leads import LEAD_NAMED
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import key_for
from gongshi.cases.record import Record
from gongshi.cases.sight import is_hidden_from, kept_from
from gongshi.cases.texts import checked_text
from gongshi.cases.undo_points import keep, point_for, standing


def handlers_for(case: Case) -> list[UUID]:
    """Who in the office that has the case may work on it, by sign-in name: nobody from whom it is hidden."""
    kept = kept_from(case)
    return [
        one.staff_id
        for one in acting_in(case.office_id)
        if may(one, "case.work") and not is_hidden_from(case, one, kept)
    ]


def name_handler(case: Case, staff: UUID, *, actor: StaffActor, at: datetime) -> Case:
    """Let ``staff`` work on the case from now on. Raises NotFound, also for a closed case, and NotAllowed."""
    require(actor, "case.name_handler")
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        if case.closed_at is not None or staff not in handlers_for(case):
            raise NotFound
        before = standing(case, None, actor, at)
        case.handler_id = staff
        Case.objects.filter(pk=case.pk).update(handler_id=staff)
        record.event(case, "case.handler_named", params={"staff": staff})
        point = point_for(case, before, record, move="")
        record.store()
        if point:
            keep(point)
    return case


def name_lead(case: Case, staff: UUID, why: str, *, actor: StaffActor, at: datetime) -> Case:
    """Let ``staff`` answer for the case from now on; whoever filed reads from whom to whom, and why.

    Raises NotFound, also for a closed case and for whoever is its lead already; NotAllowed, TextRefused, KeyClosed and
    Changed.
    """
    require(actor, "case.name_handler")
    reason = checked_text(why)
    if not cases_visible_to(actor).filter(pk=case.pk).exists():
        raise NotFound
    if case.closed_at is not None or staff == case.lead_id or staff not in handlers_for(case):
        raise NotFound
    key = key_for(case.id, actor)
    record, before = Record(actor=actor, at=at), standing(case, None, actor, at)
    params, seen = {"staff": staff, "from": case.lead_id}, case.seq
    with changing(case):
        case.lead_id, case.stand_in_id, case.seq = staff, None, seen + 1
        free = Case.objects.filter(pk=case.pk, seq=seen, erased_at=None)
        if not free.update(lead_id=staff, stand_in_id=None, seq=case.seq):
            raise Changed
        record.event(case, LEAD_NAMED, params=params, reason=reason, key=key)
        point = point_for(case, before, record, move="")
        record.store()
        if point:
            keep(point)
    return case
