"""An office's notices of outages and works: the list, the form, what is over, and what became of each."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.bulletin.actions import disruptions as actions
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.disruptions import (
    band_of,
    disruption_of,
    disruptions_of,
    is_overdue,
    newest_words,
    state_of,
)
from gongshi.bulletin.drafts import PageRefused
from gongshi.bulletin.labels import DISRUPTION_CHANGES, DISRUPTION_STATES
from gongshi.bulletin.models import Disruption
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.disruption_forms import DisruptionForm, OverForm, SeenOnly, initial_of
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import say

MOST_LISTED = 50
SAID = {
    "announce": say("通知已经发出。", "The notice is out."),
    "change": say("已经改好，居民马上看到。", "Changed: residents read it at once."),
    "over": say(
        "已经写明恢复。两分钟后告诉留了联系方式的人，在那以前可以撤销。",
        "It says that it is over. Whoever asked is told in two minutes; until then you can undo it.",
    ),
    "resume": say("已经撤销：还没有恢复。", "Undone: it is not over."),
    "withdraw": say(
        "已经撤下，留下的联系方式也已销毁。", "Withdrawn, and every contact left with it destroyed."
    ),
}


@staff_page("GET")
def listed(request: DeskRequest) -> HttpResponse:
    """The notices of the office: what is not over first."""
    require(request.actor, "disruption.announce")
    at = timezone.now()
    found = list(disruptions_of(request.actor)[:MOST_LISTED])
    words = newest_words(found)
    rows = [
        {
            "row": row,
            "title": words[row.id].title,
            "state": DISRUPTION_STATES[state_of(row, at)],
            "overdue": is_overdue(row, at),
        }
        for row in found
    ]
    return render(request, "desk/disruptions.html", {"rows": rows, **desk(request)})


@staff_page("GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    """A notice that is not there yet."""
    require(request.actor, "disruption.announce")
    if request.method != "POST":
        at = timezone.now().replace(second=0, microsecond=0)
        return _page(request, None, DisruptionForm(initial={"begins_at": at}))
    form = DisruptionForm(request.POST)
    if form.is_valid():
        try:
            row = actions.announce(form.draft(), actor=request.actor, at=timezone.now())
        except PageRefused as refused:
            form.tell(refused.faults)
        else:
            messages.success(request, SAID["announce"])
            return redirect("desk:disruption", row.code)
    return _page(request, None, form, status=UNTAKEN)


@staff_page("GET", "POST")
def edit(request: DeskRequest, code: str) -> HttpResponse:
    """One notice: its words and times, ending it, taking that back, withdrawing it."""
    row = disruption_of(code, request.actor)
    if request.method != "POST":
        return _page(request, row)
    act = request.POST.get("act", "change")
    if act in ("resume", "withdraw"):
        return _pressed(request, row, act)
    return _over(request, row) if act == "over" else _changed(request, row)


def _changed(request: DeskRequest, row: Disruption) -> HttpResponse:
    form = DisruptionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=UNTAKEN)
    try:
        actions.change(row, form.draft(), seen=form.last_seen(), actor=request.actor, at=timezone.now())
    except PageRefused as refused:
        form.tell(refused.faults)
        return _page(request, row, form, status=UNTAKEN)
    except PageChanged:
        fresh = disruption_of(row.code, request.actor)
        form.seen_at(fresh.number)
        return _page(request, fresh, form, status=CONFLICT)
    return _done(request, row, "change")


def _over(request: DeskRequest, row: Disruption) -> HttpResponse:
    at = timezone.now()
    over = OverForm(request.POST)
    if not over.is_valid():
        return _page(request, row, over=over, status=UNTAKEN)
    when = over.cleaned_data["over_at"] or at
    try:
        actions.end(row, when, seen=over.last_seen(), actor=request.actor, at=at)
    except PageRefused as refused:
        over.tell(refused.faults)
        return _page(request, row, over=over, status=UNTAKEN)
    except PageChanged:
        return _conflict(request, row)
    return _done(request, row, "over")


def _pressed(request: DeskRequest, row: Disruption, act: str) -> HttpResponse:
    """A button that needs nothing but which revision was on the page."""
    do = {"resume": actions.resume, "withdraw": actions.withdraw}[act]
    try:
        do(row, seen=SeenOnly(request.POST).number(), actor=request.actor, at=timezone.now())
    except PageChanged:
        return _conflict(request, row)
    return _done(request, row, act)


def _done(request: DeskRequest, row: Disruption, said: str) -> HttpResponse:
    messages.success(request, SAID[said])
    return redirect("desk:disruption", row.code)


def _conflict(request: DeskRequest, row: Disruption) -> HttpResponse:
    """Somebody else was faster: the notice as it is now."""
    return _page(request, disruption_of(row.code, request.actor), status=CONFLICT)


def _page(
    request: DeskRequest,
    row: Disruption | None,
    form: DisruptionForm | None = None,
    *,
    over: OverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    history = list(row.revisions.select_related("by").order_by("-number")) if row else []
    form = form or DisruptionForm(initial=initial_of(row, history[0]) if row else None)
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "over": over or (OverForm(initial={"seen": row.number}) if row else None),
        "forms": [form, over] if over else [form],
        "history": [(one, DISRUPTION_CHANGES[one.change], one.by.name) for one in history],
        "newest": history[0] if history else None,
        "changed": status == CONFLICT,
        **(_state(row, at) if row else {}),
        **desk(request),
    }
    return render(request, "desk/disruption.html", context, status=status)


def _state(row: Disruption, at: datetime) -> dict[str, Any]:
    state = state_of(row, at)
    # Once they are forgotten there is nothing to count.
    least, most = band_of(row) if row.forgotten_at is None else (0, 0)
    return {
        "state": state,
        "state_words": DISRUPTION_STATES[state],
        "overdue": is_overdue(row, at),
        "is_open": state in ("scheduled", "planned", "running"),
        "may_undo": state == "over" and row.told_at is None,
        "least": least,
        "most": most,
        "forgotten": row.forgotten_at is not None,
    }
