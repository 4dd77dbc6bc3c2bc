"""Searching everything public, for programs: what the page /search/ finds. See docs/guides/api.md."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import P, QueryEx, Router, Schema
from pydantic import Field

from gongshi.api.problems import Problem
from gongshi.bulletin import search as box
from gongshi.cases import narrowing
from gongshi.cases.models import PublicCase
from gongshi.cases.public_search import MOST, cases_numbered

router = Router(tags=["search"])
REFUSALS = {400: Problem, 404: Problem, 422: Problem, 429: Problem}
PAGE = 20
CODE = P(max_length=60)


class FoundCaseOut(Schema):
    """A published case. ``path`` is its page; ``area`` and ``category`` are codes."""

    id: UUID
    path: str
    title: str
    text: str
    language: str
    state: str
    category: str
    area: str | None
    filed_on: date


class PageOut(Schema):
    """What is no case: an answer, a service, a notice or a page of help, in 中文 and English."""

    kind: str
    path: str
    title: dict[str, str]


class SearchOut(Schema):
    """``items``: cases, the best first; ``others``: what is no case, on the first page.

    ``people``: what the question looks like of which no case is found (a name, a telephone, ...). ``more``: older
    cases may hold the words too, which were not compared. ``next``: the address of the rest, null at the end.
    """

    found: Annotated[int, Field(ge=0, le=MOST)]
    more: bool
    people: list[str]
    items: list[FoundCaseOut]
    others: list[PageOut]
    next: str | None


@router.get("", response={200: SearchOut, **REFUSALS}, summary="Search everything public")
def search(  # noqa: PLR0917 each is a parameter of the address
    request: HttpRequest,
    response: HttpResponse,
    q: QueryEx[str, P(min_length=1, max_length=100)],
    kind: QueryEx[str, CODE] = "",
    group: QueryEx[str, CODE] = "",
    area: QueryEx[str, CODE] = "",
    state: QueryEx[str, CODE] = "",
    year: QueryEx[str, P(max_length=4)] = "",
    page: QueryEx[int, P(ge=1, le=MOST // PAGE)] = 1,
) -> dict[str, Any]:
    """Cases a page at a time; what is no case stands on the first. A code that there is not is a 404."""
    try:
        wanted = narrowing.filters(group, area, state, year)
    except LookupError as error:
        raise Http404 from error
    if kind and kind not in box.KINDS:
        raise Http404
    # PostgreSQL takes no text with a NUL in it.
    found = box.search(q.replace("\0", ""), wanted, kind=kind, at=timezone.now())
    response.headers["Cache-Control"] = "private, no-store"
    hits, ended = found.cases.hits, page * PAGE
    following = request.GET.copy()
    following["page"] = str(page + 1)
    return {
        "found": len(hits),
        "more": found.cases.more,
        "people": list(found.cases.people),
        "items": [_case(row) for row in cases_numbered(hits[ended - PAGE : ended])],
        "others": _others(found) if page == 1 else [],
        "next": f"{request.path}?{following.urlencode()}" if ended < len(hits) else None,
    }


def _case(row: PublicCase) -> dict[str, Any]:
    return {
        "id": row.id,
        "path": reverse("public:published_case", args=[row.id]),
        "title": row.title,
        "text": row.text,
        "language": row.language,
        "state": row.state,
        "category": row.category.code,
        "area": row.area.code if row.area else None,
        "filed_on": row.filed_on,
    }


def _others(found: box.Everything) -> list[dict[str, Any]]:
    """What is no case, the kind first whose best fits best."""
    pages = [
        ("answer", reverse("public:answer", args=[one.shown.page.code]), one.shown.question)
        for one in found.answers
    ]
    pages += [("service", f"{reverse('public:file')}?door={one.door}", one.name) for one in found.services]
    pages += [
        ("notice", reverse("public:disruption", args=[one.row.code]), one.words.title)
        for one in found.notices
    ]
    pages += [("help", one.path, one.title) for one in found.help]
    pages.sort(key=lambda page: found.order.index(page[0]))
    return [{"kind": kind, "path": path, "title": dict(title)} for kind, path, title in pages]
