"""The door "ask how": the question first, then the pages that may answer it, and only then the rest of the form."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from gongshi.bulletin.models import PageRevision
from gongshi.bulletin.queries import MOST_OFFERED, are_pages_shown, pages_called, pages_offered
from gongshi.cases.drafts import MAX_TEXT, PageSeen
from gongshi.cases.intake.choices import leaf
from gongshi.cases.intake.draft import Draft, Matter
from gongshi.cases.intake.faults import LABELS, Problem, text_problems
from gongshi.routing.queries import categories
from gongshi.web.public.answers import answer_of
from gongshi.web.public.boxes import Box, wrong_with
from gongshi.words import say

Own = tuple[dict[str, Any], set[str]]


def asks_first(draft: Draft) -> bool:
    """Whether the question comes before everything else: behind the door "ask", where there are pages to answer it."""
    return draft.door == "ask" and are_pages_shown()


def question_problems(draft: Draft, on: date) -> list[Problem]:
    """What is wrong with the question as far as it is typed."""
    found = (problem for problem in text_problems(draft, on) if problem.name == "text-1")
    return [replace(problem, page="ask", label=LABELS["question"]) for problem in found]


def offer(draft: Draft) -> bool:
    """Note in the draft which pages may answer its question; whether there are any."""
    first = draft.first
    first.pages = " ".join(row.page.code for row in pages_offered(first.text))
    if first.closest not in first.pages.split():
        first.closest = ""
    return bool(first.pages)


def take_closest(draft: Draft) -> None:
    """The kind of the page that came closest is the question's, unless one was chosen."""
    page = _closest(draft.first)
    node = categories().get(page.page.category_id) if page and page.page.category_id else None
    if node is not None and node.door == draft.door and not draft.first.category:
        draft.first.category = node.code


def pages_seen(matter: Matter) -> tuple[PageSeen, ...]:
    """The pages that somebody was shown before they sent a matter."""
    rows = pages_called(_shown_before(matter))
    return tuple(PageSeen(row.page.code, row.question, row.page.code == matter.closest) for row in rows)


def owner_of(matter: Matter) -> UUID | None:
    """The office of the page that came closest, which knows best what it lacks; None for what is no question."""
    node = leaf(matter.category)
    page = _closest(matter) if node is not None and node.door == "ask" else None
    return page.page.office_id if page else None


def _shown_before(matter: Matter) -> list[str]:
    """The codes that the form brought along: no more than were ever shown."""
    return matter.pages.split()[:MOST_OFFERED]


def _closest(matter: Matter) -> PageRevision | None:
    return next(iter(pages_called([matter.closest])), None) if matter.closest else None


def ask_page(draft: Draft, problems: list[Problem]) -> Own:
    """The context of the page, and the names of the boxes that it shows."""
    rows = pages_called(_shown_before(draft.first))
    box = Box(
        "text-1",
        say("您想问什么？", "What would you like to know?"),
        kind="words",
        value=draft.first.text,
        hint=say(
            "用自己的话写，一两句就够。先看看有没有现成的回答。",
            "In your own words; a sentence or two will do. We look for an answer that is already there.",
        ),
        wrong=wrong_with(problems, "text-1"),
        optional=False,
        limit=MAX_TEXT,
    )
    own = {"question_box": box, "offered": [answer_of(row) for row in rows]}
    return own, {"text-1", "closest-1"}
