"""Who is away and who stands in: read at every list, and so kept at hand (`places.snapshots`).

A substitute finds the absent colleague's cases among their own; they get no right that their own roles do not carry,
and what is hidden from them stays hidden. Clocks never stop for an absence.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Absence, DutyDay
from gongshi.accounts.queries import acting_in
from gongshi.accounts.rights import may
from gongshi.places.snapshots import Snapshot


@dataclass(frozen=True)
class Away:
    """One absence that stands. ``from_on`` and ``until_on`` are its first and last day."""

    id: UUID
    staff: UUID
    office: UUID
    substitute: UUID
    from_on: date
    until_on: date


def _build_away() -> list[Away]:
    rows = Absence.objects.filter(ended_at=None).order_by("from_on", "id")
    columns = ("id", "staff_id", "office_id", "substitute_id", "from_on", "until_on")
    return [Away(*row) for row in rows.values_list(*columns)]


_away = Snapshot(_build_away)


def absences(office: UUID, *, on: date) -> list[Away]:
    """The absences of an office that last or are to come, the first to begin first."""
    return [one for one in _away() if one.office == office and one.until_on >= on]


def absence_of(staff: UUID, office: UUID, *, on: date) -> Away | None:
    """Somebody's absence from an office on a day; the one that lasts longest, where there are several."""
    found = [one for one in absences(office, on=on) if one.staff == staff and one.from_on <= on]
    return max(found, key=lambda one: one.until_on, default=None)


def substitute_of(staff: UUID | None, office: UUID, *, on: date) -> UUID | None:
    """Who stands in for somebody on a day: the substitute's own, where that one is away too. None: nobody is needed.

    Also None where all stand in for each other in a circle, or whoever would has left the office.
    """
    seen: set[UUID] = set()
    here = staff
    while here is not None and here not in seen:
        seen.add(here)
        away = absence_of(here, office, on=on)
        if away is None:
            return here if here != staff and here in _present(office) else None
        here = away.substitute
    return None


def _present(office: UUID) -> set[UUID]:
    return {one.staff_id for one in acting_in(office) if may(one, "case.work")}


def stood_in_for(actor: StaffActor, *, on: date) -> frozenset[UUID]:
    """Everybody for whom this member of staff stands in on a day, at the office they act for."""
    away = {one.staff for one in absences(actor.office_id, on=on) if one.from_on <= on}
    return frozenset(one for one in away if substitute_of(one, actor.office_id, on=on) == actor.staff_id)


def away_on(day: date) -> frozenset[UUID]:
    """Everybody who is away from any office on a day."""
    return frozenset(one.staff for one in _away() if one.from_on <= day <= one.until_on)


def duty_days(office: UUID, *, since: date, until: date) -> dict[date, UUID]:
    """Who is on duty on which day, both ends included. One statement."""
    rows = DutyDay.objects.filter(office=office, on__gte=since, on__lte=until)
    return dict(rows.values_list("on", "staff_id"))
