"""Each published case on a page of its own, and the board of figures."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS

from gongshi.cases.companions import bands_of
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.likeness import is_joinable
from gongshi.figures.board import board
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import quality_board
from gongshi.places.queries import NoPlace, areas, local_day, the_place
from gongshi.rules.redaction import MARK
from gongshi.web.public.openly import reading
from gongshi.web.public.openly.clustered import Cluster
from gongshi.web.public.openly.doors import for_everybody
from gongshi.web.public.openly.maps import case_map
from gongshi.web.templatetags.gongshi import day


@for_everybody
def published_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One published case. What was taken back is not there, like what never was."""
    case = reading.published_case(public_id)
    if case is None:
        raise Http404
    area = areas().get(case.area_id) if case.area_id else None
    spots = []
    if case.latitude is not None and case.longitude is not None:
        spots = [Cluster(case.latitude, case.longitude, 1)]
    context = {
        "case": case,
        "state": PUBLIC_STATES[case.state],
        "answered": day(case.answered_on),
        "area": area,
        "group": reading.group_of(case),
        "is_masked": any(MARK in text for text in (case.title, case.text, case.answer)),
        "map": case_map({}, spots, area) if spots or area else None,
        "joinable": is_joinable(case),
        "band": bands_of([case.id]).get(case.id),
        "snap_metres": the_place().snap_metres if spots else None,
        "mark": MARK,
    }
    return render(request, "openly/case.html", context)


@for_everybody
def figures(request: HttpRequest) -> HttpResponse:
    """The board of one month and the quality of one quarter's answers, each the newest that is complete.

    ``?month=2026-10`` and ``?quarter=2026-Q3`` choose others.
    """
    month, quarter = request.GET.get("month", ""), request.GET.get("quarter", "")
    try:
        today = local_day(timezone.now())
        shown = board(today, Month.parse(month) if month else None)
        quality = quality_board(today, Quarter.parse(quarter) if quarter else None)
    except (LookupError, ValueError) as error:
        if isinstance(error, NoPlace):
            shown = quality = None
        else:
            raise Http404 from error
    context: dict[str, Any] = {"board": shown, "quality": quality}
    if shown:
        context["months"] = [(month, MONTHS[month.number]) for month in shown.months]
        context["month_name"] = MONTHS[shown.month.number]
        context["today"] = day(shown.on)
    return render(request, "openly/figures.html", context)
