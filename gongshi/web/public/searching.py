"""One box over everything public, and what it finds: cases, answers, services, notices, help."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.bulletin.search import KINDS, Everything, search
from gongshi.cases import narrowing
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.public_search import cases_numbered, years
from gongshi.rules import retrieval, searching
from gongshi.rules.searching import EXCERPT, Piece
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import in_language, language, say

PAGE = 20
FEW = 3
"""Of what is no case, so many are shown; the rest is a click away."""
NAMES = {
    "case": say("公开事项", "Published cases"),
    "answer": say("办事问答", "Answers"),
    "service": say("办什么事", "Services"),
    "notice": say("停水停电和施工", "Outages and works"),
    "help": say("使用帮助", "Help"),
}


@dataclass(frozen=True)
class Card:
    """One thing found: where it is, its heading and its beginning in pieces, and what is said below."""

    address: str
    code: Any
    title: list[Piece]
    text: list[Piece]
    language: str = ""
    case: Any = None
    state: Any = None


@dataclass(frozen=True)
class Part:
    """What was found of one kind; ``rest``: how many more there are than are shown."""

    kind: str
    name: Any
    cards: list[Card]
    rest: int


@for_everybody
def search_page(request: HttpRequest) -> HttpResponse:
    """``?q=`` in words, ``?kind=`` one of `KINDS`, ``?group=``, ``?area=``, ``?state=``, ``?year=``, ``?page=``.

    What somebody searched for is kept by no cache. Raises Http404 for a code that there is not.
    """
    asked = {name: request.GET.get(name, "") for name in ("kind", "group", "area", "state", "year")}
    question = request.GET.get("q", "").replace("\0", "").strip()[: searching.LONGEST]
    try:
        wanted = narrowing.filters(asked["group"], asked["area"], asked["state"], asked["year"])
    except LookupError as error:
        raise Http404 from error
    if asked["kind"] and asked["kind"] not in KINDS:
        raise Http404
    found = search(question, wanted, kind=asked["kind"], at=timezone.now())
    page = Paginator(found.cases.hits, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "question": question,
        "kind": asked["kind"],
        "kinds": NAMES.items(),
        "wanted": wanted,
        "narrowed": bool(wanted or asked["kind"]),
        "groups": narrowing.groups(),
        "areas": [(node, "　" * node.rank) for node in narrowing.public_areas()],
        "states": PUBLIC_STATES.items(),
        "years": years(),
        "people": found.cases.people,
        "more": found.cases.more,
        "page": page,
        "parts": _parts(found, asked["kind"], page),
        "longest": searching.LONGEST,
    }
    response = render(request, "openly/search.html", context)
    if question:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _case(row: Any, tokens: tuple[str, ...]) -> Card:
    title = searching.pieces(row.title, tokens)
    text = searching.pieces(row.text, tokens, around=EXCERPT)
    state = PUBLIC_STATES.get(row.state, row.state)
    return Card("public:published_case", row.id, title, text, row.language, row, state)


def _parts(found: Everything, kind: str, page: Any) -> list[Part]:
    """What was found by kind, the best first: few of each that is no case, unless one kind was asked for.

    What is no case stands on the first page only.
    """
    cards = {
        "answer": [
            _card("public:answer", one.shown.page.code, one.shown.question, one.shown.answer, found)
            for one in found.answers
        ],
        "service": [
            _card("public:file", node.door, node.name, {}, found, other=_keywords(node.keywords))
            for node in found.services
        ],
        "notice": [
            _card("public:disruption", one.row.code, one.words.title, one.words.text, found)
            for one in found.notices
        ],
        "help": [_card(f"public:{one.code}", None, one.title, one.text, found) for one in found.help],
        "case": [_case(row, found.tokens) for row in cases_numbered(page)],
    }
    parts = []
    for each in found.order if page.number == 1 else ("case",):
        shown = cards[each] if kind or each == "case" else cards[each][:FEW]
        parts.append(Part(each, NAMES[each], shown, len(cards[each]) - len(shown)))
    return parts


def _keywords(words: Iterable[str]) -> str:
    """Those in the language of the page."""
    spoken = language()
    mark = "、" if spoken == "zh" else ", "
    return mark.join([word for word in words if retrieval.language_of(word) == spoken][:6])


def _card(address: str, code: Any, title: Any, text: Any, found: Everything, *, other: str = "") -> Card:
    return Card(
        address,
        code,
        searching.pieces(in_language(title), found.tokens),
        searching.pieces(in_language(text) or other, found.tokens, around=EXCERPT),
    )
