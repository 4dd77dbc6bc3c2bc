"""Every read of reception days: what everybody sees, what an office has, and the list of the day itself.

Before the day nobody is told which times are taken, or how many: nothing here says it but `times_of_today`, which
answers on the day alone, and `booked_with`, which answers whoever has the code.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import OfficeNode, offices
from gongshi.accounts.rights import may, require
from gongshi.bulletin.models import Reception, ReceptionRevision, ReceptionSheet
from gongshi.bulletin.queries import PageNotFound
from gongshi.places.queries import local_day, the_place
from gongshi.rules import receptions as rules
from gongshi.safekeeping.booking_codes import FREE, HELD, booking_hashes, opened_sheet
from gongshi.safekeeping.receipts import ReceiptError

MOST_SHOWN = 100
# A day may be behind by the clock of the place and ahead by another.
BEHIND = timedelta(days=2)


@dataclass(frozen=True)
class Day:
    """A reception day with everything that was said of it, the newest first."""

    row: Reception
    revisions: tuple[ReceptionRevision, ...]

    @property
    def words(self) -> ReceptionRevision:
        """What holds now."""
        return self.revisions[0]

    @property
    def office(self) -> OfficeNode | None:
        """Whose day it is."""
        return offices().get(self.row.office_id)

    @property
    def ends_at(self) -> datetime:
        """When its last time is over."""
        return rules.begins_at(self.row.begins_at, self.row.minutes, self.row.slots)

    @property
    def kept(self) -> int:
        """How many times wait for whoever comes without a booking."""
        return rules.kept(self.row.slots)

    @property
    def moved_from(self) -> datetime | None:
        """When it was to begin before it was moved."""
        earlier = (one.begins_at for one in self.revisions if one.begins_at != self.row.begins_at)
        return next(earlier, None)


def is_bookable(row: Reception, at: datetime) -> bool:
    """Whether times of it can be booked: until the day itself, as from then on its desk has the list."""
    return row.called_off_at is None and local_day(at) < local_day(row.begins_at)


def is_today(row: Reception, at: datetime) -> bool:
    """Whether it is its day, by the clock of the place."""
    return local_day(at) == local_day(row.begins_at)


def is_behind(row: Reception, at: datetime) -> bool:
    """Whether its day is over, and so nothing of its bookings is left."""
    return local_day(row.begins_at) < local_day(at)


def days_ahead(at: datetime) -> list[Day]:
    """What everybody reads: days that are not over, the next first, also those that were called off. Two statements."""
    rows = Reception.objects.filter(begins_at__gt=at - BEHIND, office__valid_to=None)
    listed = rows.order_by("begins_at", "id")[:MOST_SHOWN]
    return _with_words(row for row in listed if not is_behind(row, at))


def day_shown(reception: UUID, at: datetime) -> Day:
    """One of those. Raises PageNotFound."""
    row = Reception.objects.filter(pk=reception, office__valid_to=None).first()
    if row is None or is_behind(row, at):
        raise PageNotFound
    return _with_words([row])[0]


def may_see_receptions(actor: StaffActor) -> bool:
    """Whether a member of staff has to do with the reception days of the office they act for."""
    return any(may(actor, right) for right in ("reception.arrange", "reception.receive", "visitor.take"))


def receives_today(actor: StaffActor, at: datetime) -> bool:
    """Whether the office that the actor acts for holds a reception day now. One statement."""
    near = Reception.objects.filter(
        office=actor.office_id,
        called_off_at=None,
        begins_at__gt=at - BEHIND,
        begins_at__lt=at + BEHIND,
    )
    return any(is_today(row, at) for row in near)


def may_take_visitors(actor: StaffActor, at: datetime) -> bool:
    """Whether a member of staff may take down what a visitor says: operators any day, others on their office's own."""
    return may(actor, "call.take") or (may(actor, "visitor.take") and receives_today(actor, at))


def receptions_of(actor: StaffActor) -> QuerySet[Reception]:
    """The days of the office that the actor acts for, the latest first."""
    own = Reception.objects.filter(office=actor.office_id)
    return (own if may_see_receptions(actor) else own.none()).order_by("-begins_at", "id")


def days_of(actor: StaffActor) -> list[Day]:
    """The same with their words, as many as a list shows. Two statements."""
    return _with_words(receptions_of(actor)[:MOST_SHOWN])


def day_of(reception: UUID, actor: StaffActor) -> Day:
    """One day of the actor's own office. Raises PageNotFound."""
    row = receptions_of(actor).filter(pk=reception).first()
    if row is None:
        raise PageNotFound
    return _with_words([row])[0]


@dataclass(frozen=True)
class Time:
    """One time of a day at the desk: ``use`` is "taken", "free" or "kept" (for whoever comes without a booking)."""

    begins_at: datetime
    use: str


def times_of_today(row: Reception, *, actor: StaffActor, at: datetime) -> list[Time]:
    """The list at the desk, on the day alone: empty on every other, before and after. Raises NotAllowed."""
    require(actor, "reception.receive")
    if not is_today(row, at) or row.office_id != actor.office_id:
        return []
    sheet = ReceptionSheet.objects.filter(reception=row).first()
    marks = opened_sheet(row.id, sheet.marks) if sheet else []
    return [
        Time(rules.begins_at(row.begins_at, row.minutes, position), _use(mark, position, row))
        for position, mark in enumerate(marks)
    ]


def _use(mark: bytes, position: int, row: Reception) -> str:
    """What the desk reads of a time: one that was held back is as free as any."""
    if rules.is_kept(position, row.slots):
        return "kept"
    return "free" if mark in (FREE, HELD) else "taken"


@dataclass(frozen=True)
class Booked:
    """One time of a day that somebody has a code for."""

    reception: Reception
    position: int

    @property
    def begins_at(self) -> datetime:
        """When it begins, as the day stands now."""
        row = self.reception
        return rules.begins_at(row.begins_at, row.minutes, self.position)


def booked_with(code: str, at: datetime) -> Booked | None:
    """The time that was booked with a code, with its day; None when there is none, or no longer. One statement."""
    try:
        known = booking_hashes(code)
    except ReceiptError:
        return None
    sheets = ReceptionSheet.objects.filter(reception__begins_at__gt=at - BEHIND).select_related("reception")
    for sheet in sheets:
        position = position_of(known, opened_sheet(sheet.reception_id, sheet.marks))
        if position is not None and not is_behind(sheet.reception, at):
            return Booked(sheet.reception, position)
    return None


def position_of(known: Collection[bytes], marks: Sequence[bytes]) -> int | None:
    """Which time carries one of these hashes of a code."""
    return next((position for position, mark in enumerate(marks) if mark in known), None)


def hours_of(row: Reception) -> dict[int, list[int]]:
    """The positions that can be booked, taken or not, by the hour of the place's clock in which they begin."""
    zone = the_place().zone
    return rules.by_hour(
        (position, rules.begins_at(row.begins_at, row.minutes, position).astimezone(zone))
        for position in rules.bookable(row.slots)
    )


def _with_words(rows: Iterable[Reception]) -> list[Day]:
    found = list(rows)
    said: dict[UUID, list[ReceptionRevision]] = {row.id: [] for row in found}
    for one in ReceptionRevision.objects.filter(reception__in=said).select_related("by").order_by("-number"):
        said[one.reception_id].append(one)
    return [Day(row, tuple(said[row.id])) for row in found]
