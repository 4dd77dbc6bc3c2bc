"""The list of published cases, and the map beside it, which asks for one view at a time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control

from gongshi.cases.clustered import Cluster, clusters
from gongshi.cases.companions import bands_of
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.models import PublicCase
from gongshi.places.queries import aliases, areas, boundaries, the_place
from gongshi.places.snapshots import Snapshot
from gongshi.rules.bands import Band
from gongshi.rules.clusters import Box, cells_for, zoom_for
from gongshi.rules.geometry import inner_point, simplified_rings
from gongshi.web.public.openly import reading
from gongshi.web.public.openly.doors import for_everybody
from gongshi.web.public.openly.maps import WIDTH, case_map, lowest, outlines, whole
from gongshi.words import language, pair

PAGE = 20
UNPLACED = 3
EVERYTHING = pair("全部公开事项", "all published cases")
METRES = 15
"""How far an outline may stray from the boundary: a pixel at the zoom of a street."""


class _Counted(Paginator):  # type: ignore[type-arg]
    """Pages of what was counted already."""

    def __init__(self, rows: Any, each: int, count: int) -> None:
        super().__init__(rows, each)
        self.count = count


@for_everybody
def published(request: HttpRequest) -> HttpResponse:
    """The list beside the map. ``?group=``, ``?area=``, ``?state=`` take codes, ``?box=`` a part of the map."""
    wanted = _wanted(request)
    count = reading.counted(wanted).number(wanted.box)
    page = _Counted(reading.newest(wanted, count), PAGE, count).get_page(request.GET.get("page"))
    drawn = outlines()
    context: dict[str, Any] = {
        "wanted": wanted,
        "page": page,
        "cases": _listed(page),
        "map": case_map(reading.cases_by_area(wanted), _overview(wanted), wanted.area),
        "bounds": wanted.box or _bounds(wanted) if drawn.outlines else None,
        "groups": reading.groups(),
        "areas": [(node, "　" * node.rank) for node in reading.public_areas()],
        "states": PUBLIC_STATES.items(),
        "feeds": _feeds(wanted),
    }
    return render(request, "openly/published.html", context)


def _feeds(wanted: reading.Filters) -> list[tuple[Mapping[str, str], str]]:
    """Atom feeds of what is in view, each with its title."""
    found: list[tuple[Mapping[str, str], str]] = [(EVERYTHING, reverse("feed"))]
    if wanted.group:
        found.append((wanted.group.name, reverse("feed_of_category", args=[wanted.group.code])))
    if wanted.area:
        weekly = pair(f"{wanted.area.name['zh']}，每周一条", f"{wanted.area.name['en']}, weekly")
        found.append((weekly, reverse("feed_of_area", args=[wanted.area.code])))
    return [(title, f"{address}?locale={language()}") for title, address in found]


@for_everybody
def view(request: HttpRequest) -> HttpResponse:
    """One view of the map: clusters as [latitude, longitude, cases], and the list that says the same, as HTML.

    ``?box=`` and ``?zoom=`` beside the filters. The answer has a largest size, and costs six statements.
    """
    wanted = _wanted(request)
    zoom = request.GET.get("zoom", "")
    if wanted.box is None or not (zoom.isascii() and zoom.isdigit() and len(zoom) < 3):
        raise Http404
    known = reading.counted(wanted)
    cells = cells_for(wanted.box, int(zoom), the_place().latitude)
    found = clusters(known.rows, wanted.box, cells, known.each)
    count = sum(one.cases for one in found)
    unplaced = known.without_a_point()
    off = replace(wanted, box=None, no_place=True)
    context = {
        "wanted": wanted,
        "count": count,
        "cases": _listed(reading.newest(wanted, count)[:PAGE]) if count else [],
        "more": count > PAGE,
        "unplaced": _listed(reading.newest(off, unplaced)[:UNPLACED]) if unplaced else [],
        "unplaced_count": unplaced,
        "request": request,
    }
    return JsonResponse(
        {
            "cells": [[one.latitude, one.longitude, one.cases] for one in found],
            "list": render_to_string("openly/in_view.html", context, request),
        }
    )


@cache_control(public=True, max_age=60)
def base(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What the map is drawn on: outlines of areas and names, in the page's language. No tiles."""
    return HttpResponse(_drawn()[language()], content_type="application/json")


def _wanted(request: HttpRequest) -> reading.Filters:
    query = request.GET
    try:
        return reading.filters(*(query.get(name, "") for name in ("group", "area", "state", "box")))
    except (LookupError, ValueError) as error:
        raise Http404 from error


def _listed(cases: Iterable[PublicCase]) -> list[tuple[PublicCase, dict[str, str], Band | None]]:
    """Each with the words of its state, and about how many report the same. Two statements."""
    rows = list(cases)
    bands = bands_of(row.id for row in rows) if rows else {}
    return [(row, PUBLIC_STATES[row.state], bands.get(row.id)) for row in rows]


def _overview(wanted: reading.Filters) -> list[Cluster]:
    """The dots of the drawing that needs no script."""
    drawn = outlines()
    if not drawn.outlines:
        return []
    box, known = whole(drawn), reading.counted(wanted)
    cells = cells_for(box, zoom_for(box, WIDTH) + 2, the_place().latitude)
    return clusters(known.rows, box, cells, known.each)


def _bounds(wanted: reading.Filters) -> Box:
    """What the map shows first: the chosen area, or the whole place."""
    lines = boundaries()
    if wanted.area is None or wanted.area.id not in lines:
        return whole(outlines())
    rings = simplified_rings({wanted.area.id: lines[wanted.area.id]}, METRES)[wanted.area.id]
    north_south, east_west = zip(*(point for ring in rings for point in ring), strict=True)
    return Box(min(north_south), min(east_west), max(north_south), max(east_west))


def _base() -> dict[str, bytes]:
    """The map's ground by language."""
    lines = lowest()
    rings = simplified_rings(lines, METRES)
    found = {}
    for words in ("zh", "en"):
        named = [
            [spot.name, round(spot.latitude, 5), round(spot.longitude, 5)]
            for spot in aliases()
            if spot.latitude is not None
            and spot.longitude is not None
            and spot.name.isascii() == (words == "en")
        ]
        ground = [
            {"name": areas()[key].name[words], "at": inner_point(lines[key]), "rings": drawn}
            for key, drawn in rings.items()
        ]
        found[words] = json.dumps({"areas": ground, "names": named}, ensure_ascii=False).encode()
    return found


_drawn = Snapshot(_base)
