"""Each published case on a page of its own."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.cases.clustered import Cluster
from gongshi.cases.companions import bands_of
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.likeness import is_joinable
from gongshi.places.queries import areas, the_place
from gongshi.rules.redaction import MARK
from gongshi.web.public.openly import reading
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
