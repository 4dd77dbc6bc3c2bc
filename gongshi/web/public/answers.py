"""Answer pages for everybody: the list, the search, and one page for each answer."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.accounts.queries import OfficeNode, offices
from gongshi.bulletin.labels import PARTS
from gongshi.bulletin.models import PageRevision
from gongshi.bulletin.queries import PageNotFound, owners, page_shown, pages_by_kind, pages_found
from gongshi.cases.intake.choices import way
from gongshi.places.queries import areas
from gongshi.routing.queries import CategoryNode, categories
from gongshi.web.public.openly.doors import for_everybody

PAGE = 20
LONGEST_QUESTION = 200
BELOW = ("bring", "where", "hours", "fee", "basis")


@dataclass(frozen=True)
class Answer:
    """One page ready to be shown: its words, its owner, and the parts below the answer by name."""

    shown: PageRevision
    office: OfficeNode | None
    category: CategoryNode | None
    parts: list[tuple[Any, Any]]
    places: list[str]

    @property
    def code(self) -> str:
        """What its address names."""
        return self.shown.page.code


def answer_of(shown: PageRevision, *, places: bool = False) -> Answer:
    """A page ready to be shown. ``places``: with the areas for which it holds, a statement more."""
    page = shown.page
    held = [node for area in page.areas.all() if (node := areas().get(area.id))] if places else []
    parts = [(PARTS[part], getattr(shown, part)) for part in BELOW if getattr(shown, part)]
    category = categories().get(page.category_id) if page.category_id else None
    return Answer(shown, offices().get(page.office_id), category, parts, [way(node) for node in held])


@for_everybody
def answers(request: HttpRequest) -> HttpResponse:
    """The list, or what ``?q=`` finds. ``?office=`` and ``?category=`` take codes, ``?page=`` a number.

    What somebody searched for is kept by no cache.
    """
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    owned = owners()
    listed = [node for node in offices().values() if any(node.id == office for office, _ in owned)]
    kinds = [node for node in categories().values() if any(node.id == kind for _, kind in owned)]
    office = _chosen(request.GET.get("office", ""), listed)
    kind = _chosen(request.GET.get("category", ""), kinds)
    context: dict[str, Any] = {
        "question": question,
        "offices": listed,
        "kinds": kinds,
        "office": office,
        "kind": kind,
        "narrowed": bool(office or kind),
    }
    if question:
        rows = [one.shown for one in pages_found(question)]
        found = [answer_of(row) for row in rows if _fits(row, office, kind)]
        groups = [{"kind": None, "found": found}] if found else []
    else:
        narrowed = {
            **({"page__office": office.id} if office else {}),
            **({"page__category": kind.id} if kind else {}),
        }
        page = Paginator(pages_by_kind().filter(**narrowed), PAGE).get_page(request.GET.get("page"))
        context["page"] = page
        found = [answer_of(row) for row in page]
        groups = [
            {"kind": node, "found": list(rows)} for node, rows in groupby(found, lambda one: one.category)
        ]
    context |= {"found": found, "groups": groups}
    response = render(request, "openly/answers.html", context)
    if question:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@for_everybody
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One answer. What was withdrawn is not there, like what never was."""
    try:
        shown = page_shown(code)
    except PageNotFound as error:
        raise Http404 from error
    return render(request, "openly/answer.html", {"answer": answer_of(shown, places=True)})


@for_everybody
def answered(request: HttpRequest) -> HttpResponse:
    """What stands at the end for whoever was answered by a page: nothing was sent, and nothing of theirs is kept."""
    return render(request, "openly/answered.html")


def _chosen(code: str, known: list[Any]) -> Any:
    """The node that a filter names; None for none. Raises Http404 for one that has no page."""
    found = next((node for node in known if node.code == code), None)
    if code and found is None:
        raise Http404
    return found


def _fits(row: PageRevision, office: OfficeNode | None, kind: CategoryNode | None) -> bool:
    wanted: list[tuple[UUID | None, Any]] = [(row.page.office_id, office), (row.page.category_id, kind)]
    return all(node is None or has == node.id for has, node in wanted)
