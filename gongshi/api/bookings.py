"""Times of reception days by program: booked, looked up and given back, with a code and without a name.

As on the page: nothing of the visit is kept, the code is in no address, and nothing tells what others booked but that a
time could not be had. Bookings and wrong codes are counted in the page's numbers, so this is no second door for either.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import P, PathEx, Router, Schema
from pydantic import Field

from gongshi.api.bulletin import ReceptionOut, reception_out
from gongshi.api.filing import receipt_of
from gongshi.api.own.doing import fault
from gongshi.api.own.reading import OPENING, TRIED_TOO_FAST
from gongshi.api.problems import Problem, Refusal
from gongshi.bulletin.actions.receptions import NotBookable, NothingFree, book, give_back
from gongshi.bulletin.queries import PageNotFound
from gongshi.bulletin.receptions import Booked, Day, booked_with, day_shown, hours_of
from gongshi.places.queries import the_place
from gongshi.rules import receptions as rules
from gongshi.safekeeping.booking_codes import booking_code_of
from gongshi.safekeeping.limits import Attempt, attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED

router = Router(tags=["bulletin"])
REFUSALS = dict.fromkeys((400, 404, 409, 413, 415, 422, 429), Problem)
CLOSED = ("现在不能预约这一天了", "times of this day can no longer be booked")
HOUR_FULL = (
    "这个时候约满了。请选别的时候，或者直接来：有时段留给没有预约的人。",
    "nothing is left in that hour: choose another, or come without a booking, some times are kept for that",
)
FULL = (
    "这一天约满了。可以直接来：有时段留给没有预约的人，约了没来的也会让出来。",
    "everything is booked: come all the same, some times are kept for whoever has no booking",
)
NO_BOOKING = ("没有这个预约", "there is no such booking")


class BookIn(Schema):
    """``draft``: of ``/drafts`` with ``form`` "booking": it holds the code, in every retry. ``hour``: null is any."""

    draft: str = Field(max_length=400)
    hour: int | None = None


class BookingCodeIn(Schema):
    """A booking code, as it was written down."""

    code: str


class BookedOut(Schema):
    """A time that somebody has a code for, as its day stands now: it may have been moved or called off."""

    begins_at: datetime
    ends_at: datetime
    reception: ReceptionOut


class BookedNowOut(BookedOut):
    """``code``: what to say at the door, and what looks it up. It is told to whoever has the draft alone."""

    code: str


class GivenBackOut(BookedOut):
    """The time is nobody's again."""

    given_back: bool


@router.post("/receptions/{reception}/bookings", response={200: BookedNowOut, **REFUSALS}, url_name="booking")
def booking(request: HttpRequest, reception: PathEx[UUID, P()], wanted: BookIn) -> dict[str, Any]:
    """Book a time in an hour, drawn by lot. The same draft again is the same time, and is not counted."""
    at = timezone.now()
    code = booking_code_of(receipt_of(wanted.draft, at, form="booking"))
    try:
        day = day_shown(reception, at)
    except PageNotFound:
        raise Http404 from None
    hours = hours_of(day.row)
    if wanted.hour is None:
        booked = _taken(request, day, rules.bookable(day.row.slots), code, at, full=FULL)
    elif wanted.hour in hours:
        booked = _taken(request, day, hours[wanted.hour], code, at, full=HOUR_FULL)
    else:
        raise fault("hour", "unknown", "请选一个时间", "choose one of its hours")
    return {**_booked(booked, at), "code": code}


def _taken(
    request: HttpRequest,
    day: Day,
    positions: Iterable[int],
    code: str,
    at: datetime,
    *,
    full: tuple[str, str],
) -> Booked:
    attempt = attempt_at("booking", request.META) if booked_with(code, at) is None else Attempt(0)
    if attempt.wait:
        raise Refusal("约得太快，请稍等", "too fast: please wait", 429, wait=attempt.wait)
    try:
        return book(day.row, positions, code, at=at)
    except NotBookable:
        attempt.take_back()
        raise Refusal(*CLOSED, 409) from None
    except NothingFree:  # This is an answer, and stays counted.
        raise Refusal(*full, 409) from None


@router.post("/bookings/reading", response={200: BookedOut, **OPENING}, url_name="booked")
def booked(request: HttpRequest, typed: BookingCodeIn) -> dict[str, Any]:
    """What a code opens. Whatever is wrong with one, the refusal is one and the same."""
    at = timezone.now()
    return _booked(_found(request, typed.code, at), at)


@router.post("/bookings/giving-back", response={200: GivenBackOut, **OPENING}, url_name="giving_back")
def giving_back(request: HttpRequest, typed: BookingCodeIn) -> dict[str, Any]:
    """Give a time back. Nobody knows that it was booked; the code opens nothing any more."""
    at = timezone.now()
    found = _booked(_found(request, typed.code, at), at)
    give_back(typed.code[: MAX_TYPED + 1], at=at)
    return {**found, "given_back": True}


def _found(request: HttpRequest, code: str, at: datetime) -> Booked:
    attempt = attempt_at("booked", request.META)
    found = booked_with(code[: MAX_TYPED + 1], at)
    if found is None:
        if attempt.wait:
            raise Refusal(*TRIED_TOO_FAST, 429, wait=attempt.wait)
        raise Refusal(*NO_BOOKING, 403)
    attempt.take_back()
    return found


def _booked(booked: Booked, at: datetime) -> dict[str, Any]:
    begins, zone = booked.begins_at, the_place().zone
    return {
        "begins_at": begins.astimezone(zone),
        "ends_at": (begins + timedelta(minutes=booked.reception.minutes)).astimezone(zone),
        "reception": reception_out(day_shown(booked.reception.id, at), at),
    }
