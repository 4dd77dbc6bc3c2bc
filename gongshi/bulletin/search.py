"""One box over everything public: published cases, services, answer pages, notices, and pages of help.

Cases and answer pages are found by stored tokens. Services, notices and help are a few lines of configuration: they are
weighed as they are read, by the same rule, so that no copy of them can be out of date.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from gongshi.bulletin.disruptions import Known, shown_now
from gongshi.bulletin.help_pages import PAGES, HelpPage
from gongshi.bulletin.models import Page, PageToken
from gongshi.bulletin.queries import Found, pages_found
from gongshi.cases.narrowing import Filters
from gongshi.cases.public_search import Cases, case_tokens, cases_found
from gongshi.places.queries import areas
from gongshi.places.snapshots import Snapshot
from gongshi.routing.queries import CategoryNode, categories
from gongshi.rules import retrieval, searching

KINDS = ("notice", "answer", "service", "case", "help")
"""In the order in which they stand where they fit alike."""
MOST = 20
"""Of each kind but cases."""
_STATES = ("running", "planned", "over")
T = TypeVar("T")


@dataclass(frozen=True)
class Everything:
    """What was found, by kind, the best first; of kinds that were not asked for, nothing.

    ``tokens``: what is marked in what is shown, nothing that may be a name.
    ``order``: the kinds of which anything was found, the one whose best fits best first.
    """

    cases: Cases
    answers: list[Found]
    services: list[CategoryNode]
    notices: list[Known]
    help: list[HelpPage]
    tokens: tuple[str, ...]
    order: tuple[str, ...]


def search(question: str, wanted: Filters, *, kind: str = "", at: datetime) -> Everything:
    """What holds the question's words. ``kind``: one of `KINDS`, "" for all.

    The state and the year narrow cases alone; where one of them is given, nothing else is found. What is no case is
    narrowed by its own category and area, as far as it has one.
    """
    question = question[: searching.LONGEST]
    tokens = searching.asked_tokens(question)
    looked_for = {each for each in KINDS if kind in ("", each)} if tokens else set()
    if wanted.state or wanted.year:
        looked_for &= {"case"}
    if wanted.group or wanted.area:
        looked_for -= {"help"}
    cases = cases_found(question, wanted, is_word=is_word) if "case" in looked_for else Cases([])
    found: dict[str, list[Any]] = {
        "answer": _answers(question, wanted) if "answer" in looked_for else [],
        "service": _services(question, wanted) if "service" in looked_for else [],
        "notice": _notices(question, wanted, at) if "notice" in looked_for else [],
        "help": _best(_weighed_help(), question) if "help" in looked_for else [],
    }
    fits = {each: [searching.fit(tokens, *_SAID[each](one)) for one in rows] for each, rows in found.items()}
    fits["case"] = [hit.fit for hit in cases.hits]
    best = {each: max(values, default=0) for each, values in fits.items()}
    most = max(best.values())
    kept = {
        each: [one for one, fit in zip(rows, fits[each], strict=True) if searching.is_fit(fit, most)]
        for each, rows in found.items()
    }
    shown = [each for each in KINDS if (cases.hits if each == "case" else kept[each])]
    return Everything(
        cases,
        kept["answer"],
        kept["service"],
        kept["notice"],
        kept["help"],
        case_tokens(question),
        tuple(sorted(shown, key=lambda each: -best[each])),
    )


def is_word(word: str) -> bool:
    """Whether the place's own pages use a word: names of areas and services, answer pages, help."""
    pairs = {token for token in retrieval.tokens(word) if not retrieval.is_alone(token)}
    missing = pairs - _vocabulary()
    if not missing:
        return True
    held = PageToken.objects.filter(token__in=missing).values("token").distinct().count()
    return held == len(missing)


def _words_of_the_place() -> frozenset[str]:
    said = [_said(node.name) for node in areas().values()]
    for category in categories().values():
        said += [_said(category.name), *category.keywords, *category.examples]
    said += [_said(words) for page in PAGES for words in (page.title, page.text)]
    return frozenset(token for text in said for token in retrieval.tokens(text, alone=False))


_vocabulary = Snapshot(_words_of_the_place)


def _answers(question: str, wanted: Filters) -> list[Found]:
    found = pages_found(question, limit=MOST)
    found = [one for one in found if retrieval.is_close(one.score, found[0].score)]
    if wanted.group:
        kinds = set(wanted.categories)
        found = [one for one in found if one.shown.page.category_id in kinds]
    if wanted.area:
        places = set(wanted.areas) | set(wanted.area.path)
        held = _areas_of(found)
        found = [one for one in found if not held[one.shown.page_id] or held[one.shown.page_id] & places]
    return found


def _areas_of(found: Iterable[Found]) -> dict[UUID, set[UUID]]:
    """The areas of each page; none: it holds everywhere. One statement."""
    held: dict[UUID, set[UUID]] = {one.shown.page_id: set() for one in found}
    for page, area in Page.areas.through.objects.filter(page__in=list(held)).values_list("page", "area"):
        held[page].add(area)
    return held


def _weigh_services() -> dict[UUID, dict[str, int]]:
    nodes = [node for node in categories().values() if not node.is_group]
    return {node.id: retrieval.weights(_said(node.name), [*node.keywords, *node.examples]) for node in nodes}


def _weigh_help() -> list[tuple[HelpPage, dict[str, int]]]:
    return [(page, retrieval.weights(_said(page.title), [_said(page.text)])) for page in PAGES]


# Kept until the place's revision changes: weighing them takes longer than asking.
_weighed_services = Snapshot(_weigh_services)
_weighed_help = Snapshot(_weigh_help)


def _services(question: str, wanted: Filters) -> list[CategoryNode]:
    kinds = set(wanted.categories)
    rows = [
        (categories()[one], weights)
        for one, weights in _weighed_services().items()
        if not wanted.group or one in kinds
    ]
    return _best(rows, question)


def _notices(question: str, wanted: Filters, at: datetime) -> list[Known]:
    kinds = set(wanted.categories)
    places = set(wanted.areas) | set(wanted.area.path if wanted.area else ())
    shown = [
        one
        for one in shown_now(at, *_STATES)
        if (not wanted.group or one.categories & kinds)
        and (not wanted.area or not one.areas or one.areas & places)
    ]
    rows = [(one, retrieval.weights(_said(one.words.title), [_said(one.words.text)])) for one in shown]
    return _best(rows, question)


def _said(words: Mapping[str, str]) -> str:
    return "\n".join(words.values())


_SAID: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "answer": lambda one: (_said(one.shown.question), _said(one.shown.answer)),
    "service": lambda node: (_said(node.name), "\n".join([*node.keywords, *node.examples])),
    "notice": lambda one: (_said(one.words.title), _said(one.words.text)),
    "help": lambda page: (_said(page.title), _said(page.text)),
}
"""The heading of what was found and the text below it, in both languages."""


def _best(rows: Sequence[tuple[T, Mapping[str, int]]], question: str) -> list[T]:
    """Those rows whose weighed tokens answer the question, the best first, by the rule of answer pages."""
    asked = retrieval.asked_tokens(question)
    holding = {token: sum(token in weights for _, weights in rows) for token in asked}
    sought = retrieval.looked_up(asked, holding, len(rows))
    scored = []
    for place, (row, weights) in enumerate(rows):
        telling = sum(token in weights for token in sought.telling)
        total = sum(weights.get(token, 0) * rarity for token, rarity in sought.rarities.items())
        if total and telling >= min(sought.least, len(sought.telling)):
            scored.append((-total, place, row))
    scored.sort(key=lambda each: each[:2])
    return [row for total, _, row in scored if retrieval.is_close(-total, -scored[0][0])][:MOST]
