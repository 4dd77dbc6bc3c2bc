"""Who answers for a grievance while its lead is away: written into history when it begins and when it is over.

Clocks never stop for an absence, and nobody gets a right by it. Where the case is hidden from whoever would stand in,
nobody does, and nothing is written.
"""

from datetime import date, datetime

from django.db.models import Q

from gongshi.accounts.actors import System
from gongshi.accounts.cover import away_on
from gongshi.cases.changing import Changed, append, changing
from gongshi.cases.leads import LEAD_BACK, LEAD_COVERED, LED_KINDS
from gongshi.cases.models import Case
from gongshi.cases.record import Record
from gongshi.cases.sight import stand_in_for
from gongshi.places.queries import local_day


def note_stand_ins(at: datetime) -> int:
    """Write into history who stands in for whom as of ``at``; how many cases were touched. Safe to run twice."""
    on, touched = local_day(at), 0
    led = Case.objects.filter(kind__in=LED_KINDS, closed_at=None, erased_at=None).exclude(lead=None)
    for case in led.filter(Q(lead__in=away_on(on)) | Q(stand_in__isnull=False)).order_by("id"):
        try:
            touched += _note(case, on, at)
        except Changed:
            continue
    return touched


def _note(case: Case, on: date, at: datetime) -> int:
    before, now = case.stand_in_id, stand_in_for(case, case.lead_id, on=on)
    if now == before:
        return 0
    record = Record(actor=System("worker"), at=at)
    with changing(case):
        append(case)
        case.stand_in_id = now
        # Whoever named another lead meanwhile has said who answers.
        same = Case.objects.filter(pk=case.pk, lead_id=case.lead_id, office_id=case.office_id)
        if not same.update(stand_in_id=now):
            raise Changed
        if now is None:
            record.event(case, LEAD_BACK, params={"staff": case.lead_id, "from": before})
        else:
            record.event(case, LEAD_COVERED, params={"staff": now, "from": before or case.lead_id})
        record.store()
    return 1
