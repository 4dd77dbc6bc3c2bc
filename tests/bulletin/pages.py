"""Pages that tests write: believable, in both languages."""

from datetime import date
from typing import Any

from gongshi.bulletin.actions.pages import publish_page, write_page
from gongshi.bulletin.drafts import PageDraft
from gongshi.bulletin.models import Page
from gongshi.words import pair
from tests.cast import NOW, Town

WORDS: dict[str, Any] = {
    "question": pair("孩子刚出生，怎么上户口？", "How do I register a newborn child?"),
    "answer": pair("到派出所办理，当场办好。", "At the police station, while you wait."),
    "fee": pair("不收费", "Free"),
    "review_by": date(2026, 12, 31),
}


def draft(**changed: Any) -> PageDraft:
    """A draft without faults, except for what is ``changed``."""
    return PageDraft(**{**WORDS, **changed})


def write(town: Town, name: str = "zhou", **changed: Any) -> Page:
    """A page that somebody wrote and nobody published."""
    return write_page(None, draft(**changed), actor=town.actor(name, keys=False), at=NOW)


def show(town: Town, name: str = "he", **changed: Any) -> Page:
    """A page that the lead of an office wrote and published."""
    page = write(town, name, **changed)
    return publish_page(page, seen=1, actor=town.actor(name, keys=False), at=NOW)
