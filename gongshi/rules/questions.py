"""Whether an answer to a category's own question is one, by the question's type.

Types: ``text`` (one line), ``long_text``, ``number``, ``date`` (ISO 8601, as in 2026-03-02), ``choice`` (the code of
one answer), ``choices`` (the codes of several, with spaces between).
Every door asks here, so that a form, a call and a program take the same.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

LONGEST = 500
"""Characters of an answer in words."""
LONGEST_LONG = 2_000
"""Characters of an answer of several lines."""
# Everything that no keyboard types: C0 controls but tab and line feed, DEL, C1 controls, lone surrogates;
# and U+FFFD, which stands where bytes were no text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_EARLIEST_YEAR = 1900
_FURTHEST = timedelta(days=366)


def answer_fault(question: Mapping[str, Any], given: str, *, today: date) -> str:
    """What is wrong with an answer without white space around it; "" for nothing.

    ``question``: ``type``, ``required`` and ``choices`` (each with its ``code``) as a pack has them. Codes:
    ``required``, ``control``, ``choice``, ``number``, ``day``, ``far_day``, ``too_long``.
    """
    if not given:
        return "required" if question.get("required") else ""
    if CONTROL.search(given):
        return "control"
    kind = question["type"]
    if kind in ("choice", "choices"):
        chosen = given.split() if kind == "choices" else [given]
        codes = {choice["code"] for choice in question.get("choices", ())}
        return "" if codes.issuperset(chosen) and len(set(chosen)) == len(chosen) else "choice"
    if kind == "number":
        return "" if _is_number(given) else "number"
    if kind == "date":
        return _date_fault(given, today)
    return "too_long" if len(given) > longest(question) else ""


def longest(question: Mapping[str, Any]) -> int:
    """Characters that an answer in words may have."""
    return LONGEST_LONG if question["type"] == "long_text" else LONGEST


def in_words(question: Mapping[str, Any], given: str) -> Any:
    """An answer as it is read: the names of what was chosen, in both languages; else what was typed."""
    names = {choice["code"]: choice["name"] for choice in question.get("choices", ())}
    if question["type"] == "choices":
        found = [names.get(code, {"zh": code, "en": code}) for code in given.split()]
        return {"zh": "、".join(one["zh"] for one in found), "en": ", ".join(one["en"] for one in found)}
    return names.get(given, given)


def _is_number(text: str) -> bool:
    try:
        return len(text) <= 20 and math.isfinite(float(text))
    except ValueError:
        return False


def _date_fault(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None:
        return "day"
    return "" if day.year >= _EARLIEST_YEAR and day <= today + _FURTHEST else "far_day"
