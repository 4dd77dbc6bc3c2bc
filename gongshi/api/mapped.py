"""The map of published cases for programs: how many about which point, by cells; `PublicCase` and its tally alone.

What the map of /published/ asks for as it is moved; docs/rules/clusters.md.
"""

from typing import Any

from django.db.models import Aggregate, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from gongshi.api.caching import keep
from gongshi.api.lists import CODE, beneath
from gongshi.api.problems import Problem, Refusal
from gongshi.api.published import STATE
from gongshi.cases.clustered import ROWS, TALLIED, clusters
from gongshi.cases.models import PublicCase, PublicTally
from gongshi.places.queries import areas, the_place
from gongshi.routing.queries import categories
from gongshi.rules.clusters import FARTHEST, NEAREST, Box, cells_for

router = Router(tags=["published"])
REFUSALS = dict.fromkeys((400, 422, 429), Problem)


class CellOut(Schema):
    """So many published cases about a point: the middle of their snapped points."""

    latitude: float
    longitude: float
    cases: int


class CellsOut(Schema):
    """The cells of a view, the fullest first. ``unplaced``: cases without a point, which are on no map."""

    items: list[CellOut]
    unplaced: int
    next: None


class View(Schema):
    """A view of the map. A code that there is not finds nothing."""

    box: str = Field(max_length=120, description="south,west,north,east in degrees")
    zoom: int = Field(ge=FARTHEST, le=NEAREST, description="as of web maps")
    category: str | None = Field(None, pattern=CODE, description="with all beneath it")
    area: str | None = Field(None, pattern=CODE, description="with all its parts")
    state: str | None = Field(None, pattern=STATE)


@router.get("/map", response={200: CellsOut, **REFUSALS}, url_name="map")
def cells(request: HttpRequest, response: HttpResponse, view: Query[View]) -> dict[str, Any]:  # noqa: ARG001
    """Published cases of a part of the map, put together by cells. The answer has a largest size."""
    try:
        box = Box.parse(view.box)
    except ValueError:
        where = {"where": "query.box", "code": "box"}
        raise Refusal("参数不对", "a parameter is wrong", 422, errors=[where]) from None
    keep(response, forever=False)
    found: QuerySet[PublicCase] | QuerySet[PublicTally] = PublicTally.objects.order_by()
    each: Aggregate = TALLIED
    if view.category:  # which the tally does not tell apart
        wanted = beneath(view.category, categories().everything.values())
        found, each = PublicCase.objects.order_by().filter(category__in=wanted), ROWS
    if view.area:
        found = found.filter(area__in=beneath(view.area, areas().everything.values()))
    if view.state:
        found = found.filter(state=view.state)
    made = clusters(found, box, cells_for(box, view.zoom, the_place().latitude), each)
    names = ("latitude", "longitude", "cases")
    return {
        "items": [{name: getattr(one, name) for name in names} for one in made],
        "unplaced": found.filter(latitude=None).aggregate(n=each)["n"] or 0,
        "next": None,
    }
