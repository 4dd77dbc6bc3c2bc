"""Grouping late cases by their cause, so that a storm makes one decision and not 160."""

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.cases.models import Case, Supervision
from gongshi.cases.sight import pressing_over
from gongshi.places.queries import areas
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.ids import new_id

NEIGHBOURHOOD_STEPS = 1
ATTEMPTS = 5


def cause_of(case: Case) -> str:
    """Cases of one cause share it: office, category, neighbourhood and the week in which they were filed.

    A matter about an office is a cause of its own: who may decide it depends on the office, and complaints about
    one are never counted together. So is every other sealed one, and one that somebody was recused from.
    """
    if case.subject_id is not None or case.recused or is_sealed(case.kind):
        return f"case:{case.id}"
    year, week, _ = case.opened_on.isocalendar()
    return f"{case.office_id}:{case.category_id}:{neighbourhood(case.area_id)}:{year}-{week:02}"


def neighbourhood(area: UUID | None) -> UUID | None:
    """The area that holds the case's smallest one: the street's quarter rather than the single grid."""
    node = areas().everything.get(area) if area else None
    if node is None:
        return None
    return node.path[min(NEIGHBOURHOOD_STEPS, len(node.path) - 1)]


def supervise(case: Case, *, at: datetime) -> Supervision:
    """The open supervision of this cause, begun now if there is none. Inside the caller's transaction.

    It is locked, so that nobody decides it while the case joins: a case that joined a decided one would wait forever.
    """
    cause = cause_of(case)
    for _attempt in range(ATTEMPTS):
        found = Supervision.objects.select_for_update().filter(cause=cause, decided_at=None).first()
        if found is not None:
            return found
        begun = Supervision(
            id=new_id(),
            cause=cause,
            office_id=case.office_id,
            supervisor_id=next(iter(pressing_over(case)), None),
            category_id=case.category_id,
            area_id=neighbourhood(case.area_id),
            opened_at=at,
        )
        with contextlib.suppress(IntegrityError), transaction.atomic():
            begun.save(force_insert=True)
            return begun
    raise RuntimeError("a supervision was begun and decided by others five times in a row")
