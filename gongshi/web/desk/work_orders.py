"""Work orders: the cases that a crew is to see to, on paper, street by street, with a sheet to report back.

On paper stand place, category, what is wrong and by when; never how to reach whoever filed it. Printing is a look
that the resident reads.
"""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.cases import one_cause
from gongshi.cases.actions.looks import open_together
from gongshi.cases.models import Case
from gongshi.web.desk import shown
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.moves import UNTAKEN
from gongshi.web.desk.queue import Filters

WORK_ORDER = "work_order"


@staff_page("GET", "POST")
def show(request: DeskRequest) -> HttpResponse:
    """The office's open cases with a box each, by the queue's filters; by POST those ticked as a page to be printed."""
    require(request.actor, "case.work")
    if request.method == "POST":
        chosen = _chosen(request)
        return _paper(request, chosen) if chosen else _choice(request, nothing=True)
    return _choice(request)


def _choice(request: DeskRequest, *, nothing: bool = False) -> HttpResponse:
    at, form = timezone.now(), Filters(request.GET)
    for name in ("kind", "turn"):
        del form.fields[name]
    cases, more = one_cause.ordinary_cases(request.actor, form.wanted(), at=at)
    context = {
        "form": form,
        "rows": list(zip(cases, shown.rows(cases, at), strict=True)),
        "most": one_cause.MOST if more else 0,
        "nothing": nothing,
        **desk(request),
    }
    return render(request, "desk/work_orders.html", context, status=UNTAKEN if nothing else 200)


def _chosen(request: DeskRequest) -> list[Case]:
    """The cases that the form names, as far as they may be printed; at most `one_cause.MOST`."""
    named = filter(None, map(one_cause.place_of, request.POST.getlist("case")[: one_cause.MOST]))
    return list(one_cause.cases_named(request.actor, named, at=timezone.now()).values())


def _paper(request: DeskRequest, cases: list[Case]) -> HttpResponse:
    at = timezone.now()
    words = open_together(cases, request.actor, what=WORK_ORDER, at=at)
    orders = [_order(case, words[case.id]) for case in cases if case.id in words]
    orders.sort(
        key=lambda order: (not order["area"], order["area"], order["place"], str(order["due_on"] or "9"))
    )
    streets = [(area, list(some)) for area, some in groupby(orders, key=lambda order: order["area"])]
    node = shown.office_name(request.actor.office_id)
    context = {"streets": streets, "orders": orders, "office": node, "at": at, **desk(request)}
    return render(request, "desk/work_orders_paper.html", context)


def _order(case: Case, words: Any) -> dict[str, Any]:
    return {
        "reference": shown.reference_of(case),
        "category": shown.category_name(case),
        "area": shown.area_words(case.area_id),
        "place": words.place,
        "text": words.text,
        "wish": words.wish,
        "due_on": case.due_on,
    }
