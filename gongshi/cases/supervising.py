"""Grouping late cases by their cause, so that a storm makes one decision and not 160."""

from datetime import datetime
from uuid import UUID

from gongshi.accounts.queries import offices
from gongshi.cases.models import Case, Supervision
from gongshi.places.queries import areas
from gongshi.safekeeping.ids import new_id

NEIGHBOURHOOD_STEPS = 1


def cause_of(case: Case) -> str:
    """Cases of one cause share it: office, category, neighbourhood and the week in which they were filed."""
    year, week, _ = case.opened_on.isocalendar()
    return f"{case.office_id}:{case.category_id}:{neighbourhood(case.area_id)}:{year}-{week:02}"


def neighbourhood(area: UUID | None) -> UUID | None:
    """The area that holds the case's smallest one: the street's quarter rather than the single grid."""
    node = areas().everything.get(area) if area else None
    if node is None:
        return None
    return node.path[min(NEIGHBOURHOOD_STEPS, len(node.path) - 1)]


def supervise(case: Case, *, at: datetime) -> Supervision:
    """The open supervision of this cause, begun now if there is none. Inside the caller's transaction."""
    above = offices()[case.office_id].above
    found, _ = Supervision.objects.get_or_create(
        cause=cause_of(case),
        decided_at=None,
        defaults={
            "id": new_id(),
            "office_id": case.office_id,
            "supervisor_id": above,
            "category_id": case.category_id,
            "area_id": neighbourhood(case.area_id),
            "opened_at": at,
        },
    )
    return found
