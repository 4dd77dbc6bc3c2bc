"""What is published, for programs: cases, and what a case can name. `PublicCase` and no other table of cases.

Lists have one envelope: ``items``, and ``next``, the address of the rest or null at the end. See docs/guides/api.md.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import P, PathEx, Query, Router, Schema
from pydantic import Field

from gongshi.accounts.queries import offices
from gongshi.api.caching import keep
from gongshi.api.lists import CODE, MOST, USUAL, beneath
from gongshi.api.problems import Problem
from gongshi.cases.companions import bands_of
from gongshi.cases.models import PublicCase
from gongshi.places.queries import AreaNode, areas, areas_in_public, boundaries
from gongshi.routing.queries import categories
from gongshi.rules.bands import Band

router = Router(tags=["published"])
STATE = r"^(open|answered|closed)$"
CURSOR = r"^\d{4}-\d{2}-\d{2}_[0-9a-f-]{36}$"


class Words(Schema):
    """The same in both languages."""

    zh: str
    en: str


class BandOut(Schema):
    """About how many report it: at least ``low`` and fewer than ``high``; null where there is no end."""

    low: int
    high: int | None


class CaseOut(Schema):
    """A published case: the reviewed copy, days, a snapped point; ``category``, ``area`` and ``office`` by code.

    ``about``: about how many report the same; null for few, and on a replica.
    """

    id: UUID
    language: str
    title: str
    text: str
    answer: str
    state: str
    category: str
    area: str | None
    office: str
    latitude: float | None
    longitude: float | None
    filed_on: date
    answered_on: date | None
    published_on: date
    about: BandOut | None
    page: str


class CasesOut(Schema):
    """Published cases, the newest filing first."""

    items: list[CaseOut]
    next: str | None


class CategoryOut(Schema):
    """What a matter can be about. ``group``: it only holds others. ``days``: promised, in ``counting`` days."""

    code: str
    name: Words
    parent: str | None
    group: bool
    days: int | None
    counting: str | None


class CategoriesOut(Schema):
    """All categories in the place's order."""

    items: list[CategoryOut]
    next: None


class AreaOut(Schema):
    """An area that a published case can name."""

    code: str
    name: Words
    level: str
    parent: str | None


class AreaWithBoundaryOut(AreaOut):
    """One of them. ``boundary``: a Polygon or MultiPolygon as in GeoJSON (WGS 84), where it is known."""

    boundary: dict[str, Any] | None


class AreasOut(Schema):
    """All areas but the smallest."""

    items: list[AreaOut]
    next: None


class OfficeOut(Schema):
    """An office that owes answers, and the level above it."""

    code: str
    name: Words
    above: str | None
    phone: str


class OfficesOut(Schema):
    """All offices."""

    items: list[OfficeOut]
    next: None


class Wanted(Schema):
    """What of the list is wanted. A code that there is not finds nothing."""

    category: str | None = Field(None, pattern=CODE, description="with all beneath it")
    area: str | None = Field(None, pattern=CODE, description="with all its parts")
    office: str | None = Field(None, pattern=CODE)
    state: str | None = Field(None, pattern=STATE)
    filed_from: date | None = Field(None, description="the first day")
    filed_to: date | None = Field(None, description="the last day")
    after: str | None = Field(None, pattern=CURSOR, description="as in next")
    limit: int = Field(USUAL, ge=1, le=MOST)


@router.get(
    "/cases",
    response={200: CasesOut, 400: Problem, 404: Problem, 422: Problem, 429: Problem},
    url_name="cases",
)
def cases(request: HttpRequest, response: HttpResponse, wanted: Query[Wanted]) -> dict[str, Any]:  # noqa: ARG001
    """Published cases, the newest filing first."""
    limit = wanted.limit
    rows = list(_found(wanted)[: limit + 1])
    keep(response, forever=False)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        asked = wanted.dict(exclude_none=True) | {"after": f"{last.filed_on}_{last.pk}"}
        following = f"/api/v1/cases?{urlencode(asked)}"
    bands = bands_of(row.pk for row in rows[:limit]) if rows else {}
    return {"items": [_case(row, bands.get(row.pk)) for row in rows[:limit]], "next": following}


def _found(wanted: Wanted) -> "QuerySet[PublicCase]":
    found = PublicCase.objects.select_related("category", "area", "office").order_by("-filed_on", "id")
    if wanted.category:
        found = found.filter(category__in=beneath(wanted.category, categories().everything.values()))
    if wanted.area:
        found = found.filter(area__in=beneath(wanted.area, areas().everything.values()))
    simple = {
        "office__code": wanted.office,
        "state": wanted.state,
        "filed_on__gte": wanted.filed_from,
        "filed_on__lte": wanted.filed_to,
    }
    found = found.filter(**{name: value for name, value in simple.items() if value})
    return found.filter(_after(wanted.after)) if wanted.after else found


def _after(cursor: str) -> Q:
    text, _, key = cursor.partition("_")
    try:
        day, last = date.fromisoformat(text), UUID(key)
    except ValueError as wrong:
        raise Http404 from wrong
    return Q(filed_on__lt=day) | Q(filed_on=day, id__gt=last)


@router.get(
    "/cases/{public_id}", response={200: CaseOut, 404: Problem, 422: Problem, 429: Problem}, url_name="case"
)
def case(request: HttpRequest, response: HttpResponse, public_id: PathEx[UUID, P()]) -> dict[str, Any]:  # noqa: ARG001
    """One published case. What was taken back is not there, like what never was."""
    row = PublicCase.objects.select_related("category", "area", "office").filter(pk=public_id).first()
    if row is None:
        raise Http404
    keep(response, forever=False)
    return _case(row, bands_of([row.pk]).get(row.pk))


def band_told(band: Band | None) -> dict[str, Any] | None:
    """A band as `BandOut` has it; None where nothing is said."""
    return band._asdict() if band and band.low else None


def _case(row: PublicCase, band: Band | None) -> dict[str, Any]:
    names = ("id", "language", "title", "text", "answer", "state", "latitude", "longitude")
    days = ("filed_on", "answered_on", "published_on")
    return {
        **{name: getattr(row, name) for name in (*names, *days)},
        "category": row.category.code,
        "area": row.area.code if row.area else None,
        "office": row.office.code,
        "about": band_told(band),
        "page": f"/published/{row.pk}/",
    }


@router.get("/categories", response={200: CategoriesOut, 400: Problem, 429: Problem}, url_name="categories")
def category_list(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """What a matter can be about."""
    keep(response, forever=False)
    codes = {node.id: node.code for node in categories().values()}
    rows = [
        {
            "code": node.code,
            "name": node.name,
            "parent": codes.get(node.parent) if node.parent else None,
            "group": node.is_group,
            "days": node.promise.days if node.promise else None,
            "counting": node.promise.counting if node.promise else None,
        }
        for node in categories().values()
    ]
    return {"items": rows, "next": None}


@router.get("/areas", response={200: AreasOut, 400: Problem, 429: Problem}, url_name="areas")
def area_list(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The areas that a published case can name: all but the smallest."""
    keep(response, forever=False)
    return {"items": [_area(node) for node in areas_in_public()], "next": None}


def _area(node: AreaNode) -> dict[str, Any]:
    above = areas().get(node.parent) if node.parent else None
    return {
        "code": node.code,
        "name": node.name,
        "level": node.level,
        "parent": above.code if above else None,
    }


@router.get(
    "/areas/{code}",
    response={200: AreaWithBoundaryOut, 400: Problem, 404: Problem, 422: Problem, 429: Problem},
    url_name="area",
)
def area(request: HttpRequest, response: HttpResponse, code: PathEx[str, P(pattern=CODE)]) -> dict[str, Any]:  # noqa: ARG001
    """One of them, with what lies within it on the map."""
    keep(response, forever=False)
    node = next((one for one in areas_in_public() if one.code == code), None)
    if node is None:
        raise Http404
    return {**_area(node), "boundary": boundaries().get(node.id)}


@router.get("/offices", response={200: OfficesOut, 400: Problem, 429: Problem}, url_name="offices")
def office_list(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The offices that owe answers."""
    keep(response, forever=False)
    codes = {node.id: node.code for node in offices().values()}
    rows = [
        {
            "code": node.code,
            "name": node.name,
            "above": codes.get(node.above) if node.above else None,
            "phone": node.phone,
        }
        for node in offices().values()
    ]
    return {"items": rows, "next": None}
