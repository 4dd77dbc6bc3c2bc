"""The copy that a resident may agree to show: masked where words would tell who somebody is, unless they leave them."""

from collections.abc import Collection
from typing import Any

from gongshi.cases.drafts import PublicCopy
from gongshi.cases.intake.draft import Matter
from gongshi.cases.labels import MARKS
from gongshi.cases.masking import Found, guarded


def copy_of(text: str, left: Collection[str] = (), *, answers: bool = False) -> PublicCopy:
    """The copy of what was written; ``left``: marked words that stay in; ``answers``: with what is answered."""
    shown, found = guarded(text.strip(), left)
    kept = tuple(one.words for one in found if one.left)
    return PublicCopy(Matter(text=shown).title, shown, kept, answers=answers)


def proposed(text: str, left: Collection[str] = ()) -> dict[str, Any]:
    """That copy and everything that is marked in the text, for a page."""
    return {"copy": copy_of(text, left), "marks": in_words(guarded(text.strip(), left)[1])}


def in_words(found: Collection[Found]) -> list[dict[str, Any]]:
    """What is marked, each with its reason in words."""
    return [{"words": one.words, "why": MARKS[one.reason], "left": one.left} for one in found]
