"""Words in two languages, side by side.

A sentence that people read is written as a pair, 中文 first, so that one language without the other cannot be
written down (docs/decisions/0002). Places bring their own words as ``{"zh": ..., "en": ...}``; both kinds become
text through the same two functions.

Pairs as plain data need no Django: tools that run without an instance use them too.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

Words = dict[str, str]
"""One thing said in both languages: ``{"zh": ..., "en": ...}``."""


class _Pair:
    """A pair that becomes text in the language active when it is read."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __str__(self) -> str:
        return in_language(self._words)


def language() -> str:
    """The active language: ``"zh"`` or ``"en"``."""
    from django.utils.translation import get_language

    return "en" if (get_language() or "").startswith("en") else "zh"


def in_language(words: Mapping[str, Any], code: str | None = None) -> str:
    """The text of ``words`` in ``code`` ("zh" or "en"), or in the active language. Empty words give ""."""
    chosen = code or language()
    return str(words.get(chosen) or words.get("zh") or words.get("en") or "")


def say(zh: str, en: str) -> Any:
    """A lazy text for labels, form fields and messages, read in the language active at that moment."""
    return _lazily()(_Pair({"zh": zh, "en": en}))


@cache
def _lazily() -> Any:
    """What makes a lazy text. Django's own ``lazystr`` makes a class for each."""
    from django.utils.functional import lazy

    return lazy(str, str)


def pair(zh: str, en: str) -> Words:
    """The same sentence as plain data, for what is stored or sent in the reader's language later."""
    return {"zh": zh, "en": en}
