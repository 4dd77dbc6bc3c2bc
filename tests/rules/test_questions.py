"""Answers to a category's own questions, by a table."""

from datetime import date
from typing import Any

import pytest

from gongshi.rules.questions import LONGEST, LONGEST_LONG, answer_fault, in_words

TODAY = date(2026, 3, 2)
CHOICE = {"type": "choice", "choices": [{"code": "yes"}, {"code": "no"}]}
SEVERAL = CHOICE | {"type": "choices"}
TABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "text", "required": True}, "", "required"),
    ({"type": "text"}, "", ""),
    ({"type": "text"}, "灯杆 17", ""),
    ({"type": "text"}, "x" * LONGEST, ""),
    ({"type": "text"}, "x" * (LONGEST + 1), "too_long"),
    ({"type": "text"}, "a\x07b", "control"),
    ({"type": "number"}, "-3.5", ""),
    ({"type": "number"}, "1e999", "number"),
    ({"type": "number"}, "nan", "number"),
    ({"type": "number"}, "0" * 21, "number"),
    ({"type": "number"}, "three", "number"),
    ({"type": "date"}, "2026-03-02", ""),
    ({"type": "date"}, "2027-03-03", ""),
    ({"type": "date"}, "2027-03-04", "far_day"),
    ({"type": "date"}, "1899-12-31", "far_day"),
    ({"type": "date"}, "20260302", "day"),
    ({"type": "date"}, "2026-02-30", "day"),
    (CHOICE, "yes", ""),
    (CHOICE, "maybe", "choice"),
    (CHOICE, "yes no", "choice"),
    (SEVERAL, "yes", ""),
    (SEVERAL, "no yes", ""),
    (SEVERAL, "yes maybe", "choice"),
    (SEVERAL, "yes yes", "choice"),
    (SEVERAL | {"required": True}, "", "required"),
    ({"type": "long_text"}, "一\n" * (LONGEST_LONG // 2), ""),
    ({"type": "long_text"}, "x" * (LONGEST_LONG + 1), "too_long"),
]


@pytest.mark.parametrize(("question", "given", "code"), TABLE)
def test_what_is_wrong_with_an_answer(question: dict[str, Any], given: str, code: str) -> None:
    assert answer_fault(question, given, today=TODAY) == code


def test_an_answer_is_read_by_its_names() -> None:
    named = [
        {"code": "day", "name": {"zh": "白天", "en": "By day"}},
        {"code": "night", "name": {"zh": "夜里", "en": "At night"}},
    ]
    assert in_words({"type": "choice", "choices": named}, "day") == {"zh": "白天", "en": "By day"}
    assert in_words({"type": "choices", "choices": named}, "night day") == {
        "zh": "夜里、白天",
        "en": "At night, By day",
    }
    # A choice that a later pack no longer has.
    assert in_words({"type": "choices", "choices": named}, "day dusk")["en"] == "By day, dusk"
    assert in_words({"type": "text"}, "day") == "day"
