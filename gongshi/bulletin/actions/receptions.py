"""Every write of reception days: announcing, changing and calling off one, booking a time and giving it back."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import require
from gongshi.bulletin.actions.numbering import take_number
from gongshi.bulletin.drafts import LANGUAGES, Fault, PageRefused, tidy_words
from gongshi.bulletin.models import Reception, ReceptionRevision, ReceptionSheet
from gongshi.bulletin.queries import PageNotFound
from gongshi.bulletin.receptions import Booked, booked_with, is_behind, is_bookable, position_of
from gongshi.places.queries import local_day
from gongshi.rules import receptions as rules
from gongshi.safekeeping.booking_codes import (
    FREE,
    HELD,
    booking_hash,
    booking_hashes,
    opened_sheet,
    sealed_sheet,
)
from gongshi.words import Words

# How far ahead a day may be announced, or put off to.
FARTHEST = timedelta(days=731)
_lot = secrets.SystemRandom()


class NothingFree(Exception):
    """No time is left among those that were asked for."""


class NotBookable(Exception):
    """The day has begun, is over or was called off."""


@dataclass(frozen=True)
class ReceptionDraft:
    """What is said of a reception day. ``minutes`` and ``slots`` hold for good; ``reason`` is for a change."""

    receiver: Words = field(default_factory=dict)
    place: Words = field(default_factory=dict)
    begins_at: datetime | None = None
    minutes: int = 0
    slots: int = 0
    reason: Words = field(default_factory=dict)


def announce_reception(draft: ReceptionDraft, *, actor: StaffActor, at: datetime) -> Reception:
    """A reception day of one's own office, tomorrow at the earliest. Raises NotAllowed, PageRefused."""
    require(actor, "reception.arrange")
    words, wrong = _tidied(draft, "receiver", "place")
    wrong += _timing(draft, at)
    begins = draft.begins_at
    if wrong or begins is None:
        raise PageRefused(wrong)
    row = Reception(office_id=actor.office_id, begins_at=begins, minutes=draft.minutes, slots=draft.slots)
    with transaction.atomic():
        row.save(force_insert=True)
        _revise(row, "announced", words, seen=0, actor=actor, at=at)
        ReceptionSheet.objects.create(reception=row, marks=sealed_sheet(row.id, _first_marks(row.slots)))
    return row


def _first_marks(slots: int) -> list[bytes]:
    """Every time free, but for those that are held back: how many, and which, is drawn by lot and told nobody."""
    chosen = _lot.sample(rules.bookable(slots), _lot.randint(0, rules.most_held(slots)))
    return [HELD if position in chosen else FREE for position in range(slots)]


def change_reception(
    row: Reception, draft: ReceptionDraft, *, seen: int, actor: StaffActor, at: datetime
) -> Reception:
    """Another beginning, place or receiver, with a reason that everybody reads.

    Bookings go along: the third stays the third. Never to an earlier day, as whoever has a booking may not hear of it
    in time. Raises NotAllowed, PageNotFound, PageRefused, PageChanged.
    """
    _own(row, actor, at)
    words, wrong = _tidied(draft, "receiver", "place", "reason")
    begins = draft.begins_at
    if begins is None:
        wrong.append(Fault("begins_at", "", "needed"))
    elif local_day(begins) < local_day(row.begins_at) or (begins != row.begins_at and begins <= at):
        wrong.append(Fault("begins_at", "", "earlier"))
    elif local_day(at) >= local_day(row.begins_at) != local_day(begins):
        # Whoever has seen the day's list must not put off those on it.
        wrong.append(Fault("begins_at", "", "on_the_day"))
    elif begins > at + FARTHEST:
        wrong.append(Fault("begins_at", "", "too_far"))
    elif _runs_over(begins, row.minutes, row.slots):
        wrong.append(Fault("begins_at", "", "next_day"))
    if wrong:
        raise PageRefused(wrong)
    with transaction.atomic():
        _revise(row, "changed", words, seen=seen, actor=actor, at=at, begins_at=begins)
    return row


def call_off(row: Reception, reason: Words, *, seen: int, actor: StaffActor, at: datetime) -> Reception:
    """It does not take place, with a reason that everybody reads. Never on the day: whoever has seen its list must not
    put off those on it, and who cannot receive is replaced. Raises as `change_reception` does.
    """
    _own(row, actor, at)
    words, wrong = _tidied(ReceptionDraft(reason=reason), "reason")
    if not is_bookable(row, at) and row.called_off_at is None:
        wrong.append(Fault("reason", LANGUAGES[0], "on_the_day"))
    if wrong:
        raise PageRefused(wrong)
    before = row.revisions.get(number=row.number)
    words |= {"receiver": before.receiver, "place": before.place}
    with transaction.atomic():
        _revise(row, "called_off", words, seen=seen, actor=actor, at=at, called_off_at=at)
    return row


def book(row: Reception, positions: Iterable[int], code: str, *, at: datetime) -> Booked:
    """Take a free time among ``positions``, drawn by lot, for whoever has the code; the one they have when sent again.

    By lot, as the first free one would tell how many were taken before. Raises NotBookable, NothingFree, and
    ReceiptError for what is no code.
    """
    if not is_bookable(row, at):
        raise NotBookable
    if (earlier := booked_with(code, at)) is not None:
        return earlier
    wanted, known = set(positions) & set(rules.bookable(row.slots)), booking_hashes(code)

    def take(marks: list[bytes]) -> int:
        mine = position_of(known, marks)  # the same form, sent twice at once
        if mine is not None:
            return mine
        free = [position for position in sorted(wanted) if marks[position] == FREE]
        if not free:
            raise NothingFree
        position = _lot.choice(free)
        marks[position] = booking_hash(code)
        return position

    return Booked(row, _rewritten(row, take))


def give_back(code: str, *, at: datetime) -> Booked | None:
    """The time that was booked with this code is nobody's again; it, or None when there was none.

    A coin says whether it can be booked once more before the day: who books all that is left, gives it back and does so
    again later must not read from the difference how many booked in between.
    """
    booked = booked_with(code, at)
    if booked is None:
        return None
    known = booking_hashes(code)

    def free(marks: list[bytes]) -> int:
        mine = position_of(known, marks)
        if mine is not None:
            marks[mine] = _lot.choice((FREE, HELD))
        return booked.position

    _rewritten(booked.reception, free)
    return booked


def _rewritten(row: Reception, change: Callable[[list[bytes]], int]) -> int:
    """Change the marks of a day, all of them sealed anew in one statement; what ``change`` says of it.

    Whoever changed them first wins, and the other looks again. Raises NotBookable, and what ``change`` raises.
    """
    standing = Exists(Reception.objects.filter(pk=row.pk, called_off_at=None))
    while True:
        sheet = ReceptionSheet.objects.filter(standing, reception=row).first()
        if sheet is None:
            raise NotBookable
        marks = opened_sheet(row.id, sheet.marks)
        position = change(marks)
        unchanged = ReceptionSheet.objects.filter(reception=row, marks=bytes(sheet.marks))
        if unchanged.update(marks=sealed_sheet(row.id, marks)):
            return position


def forget_bookings(at: datetime) -> int:
    """Delete what is left of the bookings of days that are over; of how many days."""
    over = [
        row.id
        for row in Reception.objects.filter(begins_at__lt=at, sheet__isnull=False)
        if is_behind(row, at)
    ]
    return ReceptionSheet.objects.filter(reception__in=over).delete()[0]


def _tidied(draft: ReceptionDraft, *parts: str) -> tuple[dict[str, Any], list[Fault]]:
    """The words that have to be there, in both languages as they are public at once, and what is wrong with them."""
    words, wrong = tidy_words({part: getattr(draft, part) for part in parts})
    wrong += [
        Fault(part, language, "needed")
        for part in parts
        for language in LANGUAGES
        if not words[part].get(language)
    ]
    return dict(words), wrong


def _timing(draft: ReceptionDraft, at: datetime) -> list[Fault]:
    found = []
    if draft.minutes not in rules.MINUTES:
        found.append(Fault("minutes", "", "needed"))
    if not rules.FEWEST <= draft.slots <= rules.MOST:
        found.append(Fault("slots", "", "out_of_range"))
    if draft.begins_at is None:
        found.append(Fault("begins_at", "", "needed"))
    elif local_day(draft.begins_at) <= local_day(at):
        found.append(Fault("begins_at", "", "too_soon"))
    elif draft.begins_at > at + FARTHEST:
        found.append(Fault("begins_at", "", "too_far"))
    elif not found and _runs_over(draft.begins_at, draft.minutes, draft.slots):
        found.append(Fault("slots", "", "next_day"))
    return found


def _runs_over(begins: datetime, minutes: int, slots: int) -> bool:
    return local_day(rules.begins_at(begins, minutes, slots)) > local_day(begins)


def _own(row: Reception, actor: StaffActor, at: datetime) -> None:
    require(actor, "reception.arrange")
    if row.office_id != actor.office_id or row.office_id not in offices() or is_behind(row, at):
        raise PageNotFound


def _revise(
    row: Reception,
    change: str,
    words: dict[str, Any],
    *,
    seen: int,
    actor: StaffActor,
    at: datetime,
    **values: Any,
) -> None:
    """The next revision of a day, whose columns become ``values``. Inside the caller's transaction.

    Raises PageChanged when it is no longer at the revision ``seen``, or was called off.
    """
    number = take_number(row, seen=seen, values=values, called_off_at=None)
    ReceptionRevision.objects.create(
        reception=row,
        number=number,
        change=change,
        begins_at=row.begins_at,
        by_id=actor.staff_id,
        at=at,
        **words,
    )
