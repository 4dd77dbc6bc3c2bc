"""Every write of absences and of the roster."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Absence, DutyDay
from gongshi.accounts.queries import acting_in
from gongshi.accounts.rights import NotAllowed, may, require
from gongshi.places.snapshots import bump_revision

LONGEST = timedelta(days=366)
KEPT = timedelta(days=60)


class CoverRefused(ValueError):
    """An absence that cannot be. ``code``: "order", "past", "too_long", "substitute" or "overlap"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_be_covered(actor: StaffActor) -> list[UUID]:
    """Whose absence this member of staff may note: their own; a lead or supervisor, everybody's there."""
    if may(actor, "cover.arrange"):
        return [one.staff_id for one in acting_in(actor.office_id)]
    return [actor.staff_id] if may(actor, "cover.note") else []


def substitutes(office: UUID) -> list[UUID]:
    """Who in the office can stand in: whoever works on cases there, by sign-in name."""
    return [one.staff_id for one in acting_in(office) if may(one, "case.work")]


def note_absence(
    staff: UUID,
    substitute: UUID,
    *,
    from_on: date,
    until_on: date,
    actor: StaffActor,
    today: date,
    at: datetime,
) -> Absence:
    """Somebody of the actor's office is away and ``substitute`` stands in. Raises NotAllowed, CoverRefused."""
    if staff not in may_be_covered(actor):
        raise NotAllowed("cover.arrange")
    if until_on < from_on:
        raise CoverRefused("order")
    if until_on < today:
        raise CoverRefused("past")
    if until_on - from_on > LONGEST or from_on - today > LONGEST:
        raise CoverRefused("too_long")
    if substitute == staff or substitute not in substitutes(actor.office_id):
        raise CoverRefused("substitute")
    with transaction.atomic():
        standing = Absence.objects.filter(staff=staff, office=actor.office_id, ended_at=None)
        if standing.filter(from_on__lte=until_on, until_on__gte=from_on).exists():
            raise CoverRefused("overlap")
        row = Absence.objects.create(
            staff_id=staff,
            office_id=actor.office_id,
            substitute_id=substitute,
            from_on=from_on,
            until_on=until_on,
            noted_by=actor.staff_id,
            noted_at=at,
        )
        bump_revision()
    return row


def end_absence(absence: UUID, *, actor: StaffActor, at: datetime) -> bool:
    """Take an absence back, or end it early; False where there is none that the actor may end."""
    standing = Absence.objects.filter(pk=absence, office=actor.office_id, ended_at=None)
    with transaction.atomic():
        ended = standing.filter(staff__in=may_be_covered(actor)).update(ended_at=at)
        if ended:
            bump_revision()
    return bool(ended)


def set_roster(days: Mapping[date, UUID | None], *, actor: StaffActor) -> None:
    """Who is on duty at the actor's office on these days; None for nobody. Raises NotAllowed, CoverRefused."""
    require(actor, "cover.arrange")
    there = {one.staff_id for one in acting_in(actor.office_id)}
    if any(staff not in there for staff in days.values() if staff):
        raise CoverRefused("substitute")
    with transaction.atomic():
        DutyDay.objects.filter(office=actor.office_id, on__in=list(days)).delete()
        DutyDay.objects.bulk_create(
            [DutyDay(office_id=actor.office_id, on=on, staff_id=staff) for on, staff in days.items() if staff]
        )


def sweep_cover(at: datetime) -> int:
    """Absences and duty days that were over long ago are nobody's business any more. Returns how many were removed."""
    before = (at - KEPT).date()
    return (
        Absence.objects.filter(until_on__lt=before).delete()[0]
        + DutyDay.objects.filter(on__lt=before).delete()[0]
    )
