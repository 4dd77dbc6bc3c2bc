"""Reception days for everybody: the list, one day with its form, and what a booking code opens.

A page before the day is the same whether a time is taken or not: who comes is nobody's to know, so nobody can be kept
from coming. Nothing of the visit is kept; the code comes with the form, so that a form sent again has the same one.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongshi.bulletin.actions.receptions import NotBookable, NothingFree, book, give_back
from gongshi.bulletin.queries import PageNotFound
from gongshi.bulletin.receptions import (
    Booked,
    Day,
    booked_with,
    day_shown,
    days_ahead,
    hours_of,
    is_bookable,
    is_today,
)
from gongshi.rules import receptions as rules
from gongshi.safekeeping.booking_codes import booking_code_of
from gongshi.safekeeping.limits import Attempt, attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED, new_receipt
from gongshi.safekeeping.tokens import TokenError, draft_token, receipt_from_draft
from gongshi.web.limits import later, too_many, within
from gongshi.web.public.boxes import Box, Choice, secret_box
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import say

REFUSED, UNTAKEN, CONFLICT = 403, 422, 409
ANY = "any"


@for_everybody
def listed(request: HttpRequest) -> HttpResponse:
    """The days ahead, by office, the next first."""
    at = timezone.now()
    offices: dict[UUID, list[dict[str, Any]]] = {}
    for day in days_ahead(at):
        offices.setdefault(day.row.office_id, []).append(shown(day, at))
    return render(request, "openly/receptions.html", {"offices": list(offices.values())})


def shown(day: Day, at: datetime) -> dict[str, Any]:
    """One day ready to be shown: alike whether anything is booked or not."""
    return {
        "day": day,
        "bookable": is_bookable(day.row, at),
        "today": is_today(day.row, at),
        "off": day.row.called_off_at is not None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, reception: UUID) -> HttpResponse:
    """One day and its form; POST books a time in the hour that was chosen and shows the code, once."""
    at = timezone.now()
    day = _day(reception, at)
    if request.method != "POST":
        return _form(request, day, at)
    hours = {str(hour): positions for hour, positions in hours_of(day.row).items()}
    hours[ANY] = rules.bookable(day.row.slots)
    try:
        code = booking_code_of(receipt_from_draft(request.POST.get("form") or "", form="booking", at=at))
    except TokenError:
        return _form(request, day, at, wrong="again", status=REFUSED)
    if (request.POST.get("hour") or "") not in hours:
        return _form(request, day, at, wrong="choose", status=UNTAKEN)
    return _taken(request, day, hours, code, at)


def _taken(
    request: HttpRequest, day: Day, hours: dict[str, list[int]], code: str, at: datetime
) -> HttpResponse:
    """Book a time and show its code. Only now it counts; a form that is sent again is no second booking."""
    attempt = attempt_at("booking", request.META) if booked_with(code, at) is None else Attempt(0)
    if attempt.wait:
        return too_many(request, attempt.wait)
    chosen = request.POST["hour"]
    try:
        booked = book(day.row, hours[chosen], code, at=at)
    except NotBookable:
        attempt.take_back()
        return _form(request, day, at, wrong="closed", status=CONFLICT)
    except NothingFree:  # This is an answer, and stays counted.
        full = "full" if chosen == ANY else "hour_full"
        return _form(request, day, at, wrong=full, status=CONFLICT)
    return render(request, "public/booked.html", {**_booked(booked, at), "code": code, "fresh": True})


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """What a code opens: when and where, whether that changed, and giving it back. It is never in an address."""
    at = timezone.now()
    if request.method != "POST":
        return _ask(request)
    typed = (request.POST.get("code") or "")[: MAX_TYPED + 1]
    attempt = attempt_at("booked", request.META)
    booked = booked_with(typed, at)
    if booked is None:
        if attempt.wait:
            return later(_ask(request, wait=attempt.wait), attempt.wait)
        return _ask(request, refused=True, status=REFUSED)
    attempt.take_back()
    context = _booked(booked, at)
    if request.POST.get("act") == "give_back":
        give_back(typed, at=at)
        return render(request, "public/booked.html", {**context, "given_back": True})
    return render(request, "public/booked.html", {**context, "code": typed})


def _day(reception: UUID, at: datetime) -> Day:
    try:
        return day_shown(reception, at)
    except PageNotFound as error:
        raise Http404 from error


def _form(
    request: HttpRequest, day: Day, at: datetime, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The day with its hours, every one of them: whether a time in it is free is found out by asking for one."""
    chosen = (request.POST.get("hour") or ANY) if wrong != "hour_full" else ANY
    brought = request.POST.get("form") or ""
    context = {
        **shown(day, at),
        "wrong": wrong,
        "token": brought
        if brought and wrong != "again"
        else draft_token(new_receipt(), form="booking", at=at),
        "hours": Box(
            "hour",
            say("什么时候来？", "When would you like to come?"),
            kind="choice",
            optional=False,
            wrong=(say("请选一个。", "Choose one."),) if wrong == "choose" else (),
            choices=(
                Choice(ANY, say("都可以", "Any time"), chosen=chosen == ANY),
                *(
                    Choice(str(hour), f"{hour:02}:00–{hour + 1:02}:00", chosen=chosen == str(hour))
                    for hour in hours_of(day.row)
                ),
            ),
        ),
    }
    return render(request, "public/reception.html", context, status=status)


def _booked(booked: Booked, at: datetime) -> dict[str, Any]:
    begins = booked.begins_at
    return {
        **shown(day_shown(booked.reception.id, at), at),
        "begins_at": begins,
        "ends_at": begins + timedelta(minutes=booked.reception.minutes),
    }


def _ask(request: HttpRequest, *, refused: bool = False, wait: int = 0, status: int = 200) -> HttpResponse:
    box = secret_box(
        "code",
        say("预约码", "Booking code"),
        limit=MAX_TYPED,
        hint=say(
            "8个字母和数字。大小写、空格都没关系。",
            "8 letters and digits. Capitals and spaces do not matter.",
        ),
    )
    context = {"box": box, "refused": refused, "wait": within(wait) if wait else ""}
    return render(request, "public/booking_code.html", context, status=status)
