"""An office's reception days: announcing, changing, calling off; on the day its list, and the door to a filing.

Nothing on these pages says before the day which times are taken, or how many.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import may, require
from gongshi.bulletin.actions import receptions as actions
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.drafts import PageRefused
from gongshi.bulletin.labels import RECEPTION_CHANGES, TIME_USES
from gongshi.bulletin.queries import PageNotFound
from gongshi.bulletin.receptions import (
    Day,
    booked_with,
    day_of,
    days_of,
    is_behind,
    is_bookable,
    is_today,
    may_see_receptions,
    times_of_today,
)
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.receipts import MAX_TYPED
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.web.desk.reception_forms import CallOffForm, ReceptionForm, initial_of, tell, words_of
from gongshi.web.limits import too_many
from gongshi.words import say

SAID = {
    "announce": say("已经公布，居民马上可以约。", "Announced: residents can book at once."),
    "change": say("已经改好，原因写在公开的页上。", "Changed: the reason stands on the public page."),
    "off": say("已经取消，原因写在公开的页上。", "Called off: the reason stands on the public page."),
}


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """The days of the office, the latest first."""
    if not may_see_receptions(request.actor):
        raise PageNotFound
    at = timezone.now()
    rows = [
        {"day": day, "today": is_today(day.row, at), "behind": is_behind(day.row, at)}
        for day in days_of(request.actor)
    ]
    context = {"rows": rows, "may_arrange": may(request.actor, "reception.arrange"), **desk(request)}
    return render(request, "desk/receptions.html", context)


@staff_page("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    """A day that is not announced yet."""
    require(request.actor, "reception.arrange")
    if request.method != "POST":
        return _new(request, ReceptionForm(initial={"minutes": 15, "slots": 12}, new=True))
    form = ReceptionForm(request.POST, new=True)
    if form.is_valid():
        try:
            row = actions.announce_reception(form.draft(), actor=request.actor, at=timezone.now())
        except PageRefused as refused:
            form.tell(refused.faults)
        else:
            messages.success(request, SAID["announce"])
            return redirect("desk:reception", row.id)
    return _new(request, form, status=UNTAKEN)


def _new(request: DeskRequest, form: ReceptionForm, *, status: int = 200) -> HttpResponse:
    return render(request, "desk/reception_new.html", {"form": form, **desk(request)}, status=status)


@staff_page("GET", "POST")
def edit(request: DeskRequest, reception: UUID) -> HttpResponse:
    """One day: its words, changing it and calling it off; on the day its list and the check of a code."""
    day = day_of(reception, request.actor)
    if request.method != "POST":
        return _page(request, day)
    act = request.POST.get("act")
    if act == "check":
        return _checked(request, day)
    return _called_off(request, day) if act == "off" else _changed(request, day)


def _changed(request: DeskRequest, day: Day) -> HttpResponse:
    form = ReceptionForm(request.POST, new=False)
    if not form.is_valid():
        return _page(request, day, form=form, status=UNTAKEN)
    seen, at = form.last_seen(), timezone.now()
    try:
        actions.change_reception(day.row, form.draft(), seen=seen, actor=request.actor, at=at)
    except PageRefused as refused:
        form.tell(refused.faults)
        return _page(request, day, form=form, status=UNTAKEN)
    except PageChanged:
        fresh = day_of(day.row.id, request.actor)
        form.seen_at(fresh.row.number)
        return _page(request, fresh, form=form, status=CONFLICT)
    return _done(request, day, "change")


def _called_off(request: DeskRequest, day: Day) -> HttpResponse:
    form = CallOffForm(request.POST)
    if not form.is_valid():
        return _page(request, day, off=form, status=UNTAKEN)
    reason = words_of(form.cleaned_data, "reason")
    try:
        actions.call_off(day.row, reason, seen=form.last_seen(), actor=request.actor, at=timezone.now())
    except PageRefused as refused:
        tell(form, refused.faults)
        return _page(request, day, off=form, status=UNTAKEN)
    except PageChanged:
        fresh = day_of(day.row.id, request.actor)
        form.seen_at(fresh.row.number)
        return _page(request, fresh, off=form, status=CONFLICT)
    return _done(request, day, "off")


def _checked(request: DeskRequest, day: Day) -> HttpResponse:
    """Whether a code that somebody says at the door is of this day. On the day alone."""
    require(request.actor, "reception.receive")
    at = timezone.now()
    if not is_today(day.row, at):
        raise PageNotFound
    attempt = attempt_at("booked", request.META)
    booked = booked_with((request.POST.get("code") or "")[: MAX_TYPED + 1], at)
    if booked is None or booked.reception.id != day.row.id:
        return too_many(request, attempt.wait) if attempt.wait else _page(request, day, checked="none")
    attempt.take_back()
    return _page(request, day, checked="right", booked_at=booked.begins_at)


def _done(request: DeskRequest, day: Day, said: str) -> HttpResponse:
    messages.success(request, SAID[said])
    return redirect("desk:reception", day.row.id)


def _page(
    request: DeskRequest,
    day: Day,
    *,
    form: ReceptionForm | None = None,
    off: CallOffForm | None = None,
    status: int = 200,
    **checked: Any,
) -> HttpResponse:
    at = timezone.now()
    still = day.row.called_off_at is None and not is_behind(day.row, at)
    may_change = still and may(request.actor, "reception.arrange")
    context: dict[str, Any] = {
        "day": day,
        "still": still,
        "form": form or ReceptionForm(initial=initial_of(day), new=False),
        "off": off or CallOffForm(initial={"seen": day.row.number}),
        "forms": [one for one in (form, off) if one],
        "may_change": may_change,
        "may_call_off": may_change and is_bookable(day.row, at),
        "history": [(one, RECEPTION_CHANGES[one.change]) for one in day.revisions],
        "changed": status == CONFLICT,
        **_today(request, day, at),
        **checked,
        **desk(request),
    }
    return render(request, "desk/reception.html", context, status=status)


def _today(request: DeskRequest, day: Day, at: datetime) -> dict[str, Any]:
    """What the day itself has: the door to a filing, and the list; on any other nothing."""
    actor = request.actor
    if not is_today(day.row, at):
        return {"today": False}
    off = day.row.called_off_at is not None
    found: dict[str, Any] = {
        "today": True,
        "may_take_down": may(actor, "call.take") or (may(actor, "visitor.take") and not off),
    }
    if may(actor, "reception.receive"):
        times = times_of_today(day.row, actor=actor, at=at)
        found |= {"may_check": True, "times": [(one, TIME_USES[one.use]) for one in times]}
    return found
