"""Tip-offs about persons, by the words that a place's pack lists."""

import re

from gongshi.places.queries import the_place

WORDS = "tip_off_words"
_BETWEEN = re.compile(r"[、，,；;\n]")


def reads_as_tip_off(text: str) -> bool:
    """Whether the text holds one of the place's words for reporting a person, in either language.

    The pack's text ``tip_off_words`` lists them, separated by commas. Words in Latin letters must stand alone: "report
    her" is not in "report here".
    """
    wanted = text.casefold()
    return any(_stands_in(word, wanted) for word in _listed())


def _listed() -> list[str]:
    pairs = the_place().words.get(WORDS) or {}
    parts = (part.strip() for text in pairs.values() for part in _BETWEEN.split(text))
    return [part.casefold() for part in parts if part]


def _stands_in(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
