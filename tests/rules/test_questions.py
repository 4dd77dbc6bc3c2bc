"""Answers to a category's own questions, by a table."""

from datetime import date
from typing import Any

import pytest

from gongshi.rules.questions import LONGEST, answer_fault

TODAY = date(2026, 3, 2)
CHOICE = {"type": "choice", "choices": [{"code": "yes"}, {"code": "no"}]}
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
]


@pytest.mark.parametrize(("question", "given", "code"), TABLE)
def test_what_is_wrong_with_an_answer(question: dict[str, Any], given: str, code: str) -> None:
    assert answer_fault(question, given, today=TODAY) == code
