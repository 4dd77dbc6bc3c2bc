"""Cover: who is away and who stands in, and who is there on days on which the office is closed."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.cover import Away, absences, duty_days
from gongshi.accounts.covering import (
    CoverRefused,
    end_absence,
    may_be_covered,
    note_absence,
    set_roster,
    substitutes,
)
from gongshi.accounts.queries import staff_in
from gongshi.accounts.rights import may, require
from gongshi.cases.queries import NotFound
from gongshi.places.queries import calendar, local_day
from gongshi.rules.calendar import is_provisional, is_working_day
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import MISSING, date_field
from gongshi.web.desk.moves import UNTAKEN
from gongshi.web.templatetags.gongshi import day
from gongshi.words import pair, say

ROSTER_DAYS = 45
WEEKDAYS = [
    pair(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
]
CHOOSE = ("", say("请选择", "Choose one"))
FAULTS: dict[str, tuple[str, Any]] = {
    "order": ("until_on", say("最后一天不能早于第一天。", "The last day cannot be before the first.")),
    "past": ("until_on", say("这些日子已经过去。", "These days are over.")),
    "too_long": ("until_on", say("最多一年。", "A year at most.")),
    "substitute": (
        "substitute",
        say("要由另一位办件的同事代。", "It must be a colleague who works on cases."),
    ),
    "overlap": (
        "from_on",
        say("这些日子已登记过，请先结束那一条。", "Noted already; end that entry first."),
    ),
}


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who stands in."""

    staff = forms.ChoiceField(label=say("谁不在", "Who is away"), error_messages={"required": MISSING})
    from_on = date_field(say("第一天", "First day"))
    until_on = date_field(say("最后一天", "Last day"))
    substitute = forms.ChoiceField(label=say("由谁代", "Who stands in"), error_messages={"required": MISSING})

    def __init__(self, request: DeskRequest, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"staff": str(request.actor.staff_id)})
        _offer(self.fields["staff"], may_be_covered(request.actor), first=())
        _offer(self.fields["substitute"], substitutes(request.actor.office_id), first=(CHOOSE,))


def _offer(field: forms.Field, people: list[UUID], *, first: tuple[Any, ...]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*first, *((str(one), shown.person(one)) for one in people)]


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """Who is away, now and later; by POST ``act`` "note", "end" or "roster"."""
    require(request.actor, "cover.note")
    at = timezone.now()
    form = AbsenceForm(request)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "roster":
            return _roster(request, at)
        if act == "end":
            return _end(request, at)
        form = AbsenceForm(request, request.POST)
        if _noted(request, form, at):
            messages.success(request, say("已登记。时限照常走。", "Noted. The clocks run on."))
            return redirect("desk:cover")
    return _page(request, form, at, status=UNTAKEN if form.is_bound else 200)


def _noted(request: DeskRequest, form: AbsenceForm, at: datetime) -> bool:
    if not form.is_valid():
        return False
    typed = form.cleaned_data
    try:
        note_absence(
            UUID(typed["staff"]),
            UUID(typed["substitute"]),
            from_on=typed["from_on"],
            until_on=typed["until_on"],
            actor=request.actor,
            today=local_day(at),
            at=at,
        )
    except CoverRefused as refused:
        form.add_error(*FAULTS[refused.code])
        return False
    return True


def _end(request: DeskRequest, at: datetime) -> HttpResponse:
    try:
        ended = end_absence(UUID(request.POST.get("absence", "")), actor=request.actor, at=at)
    except ValueError as wrong:
        raise NotFound from wrong
    if not ended:
        raise NotFound
    messages.success(
        request, say("已结束，事项回到本人名下。", "It is ended; the cases are their own again.")
    )
    return redirect("desk:cover")


def _closed_days(today: date) -> list[date]:
    days = (today + timedelta(days=n) for n in range(ROSTER_DAYS))
    return [one for one in days if not is_working_day(calendar(), one)]


def _roster(request: DeskRequest, at: datetime) -> HttpResponse:
    people = {str(one.id): one.id for one in staff_in(request.actor.office_id)}
    chosen = {on: people.get(request.POST.get(f"on-{on}", "")) for on in _closed_days(local_day(at))}
    set_roster(chosen, actor=request.actor)
    messages.success(request, say("值班表已存。", "The roster is kept."))
    return redirect("desk:cover")


def _page(request: DeskRequest, form: AbsenceForm, at: datetime, *, status: int) -> HttpResponse:
    office, today = request.actor.office_id, local_day(at)
    mine = set(may_be_covered(request.actor))
    closed = _closed_days(today)
    on_duty = duty_days(office, since=today, until=today + timedelta(days=ROSTER_DAYS))
    context = {
        "form": form,
        "away": [_told(one, today, mine) for one in absences(office, on=today)],
        "arranges": may(request.actor, "cover.arrange"),
        "people": [(str(one.id), shown.person(one.id)) for one in staff_in(office)],
        "roster": [
            {
                "on": on,
                "weekday": WEEKDAYS[on.weekday()],
                "name": f"on-{on}",
                "staff": str(on_duty.get(on, "")),
                "who": shown.person(on_duty.get(on)),
                "provisional": is_provisional(calendar(), on),
            }
            for on in closed
        ],
        **desk(request),
    }
    return render(request, "desk/cover.html", context, status=status)


def _told(one: Away, today: date, mine: set[UUID]) -> dict[str, Any]:
    return {
        "id": one.id,
        "who": shown.person(one.staff),
        "other": shown.person(one.substitute),
        "days": f"{day(one.from_on)} – {day(one.until_on)}"
        if one.from_on != one.until_on
        else day(one.from_on),
        "now": one.from_on <= today,
        "mine": one.staff in mine,
    }
