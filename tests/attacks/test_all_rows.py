"""Every attack of the list has a test that bears its number, and a line in docs/security/attacks.md."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security" / "attacks.md"
ROWS = {
    1: "somebody else's reference",
    2: "somebody else's file",
    3: "another office's case; a case about oneself",
    4: "guessing receipts from one source",
    5: "guessing receipts from many sources",
    6: "telling what exists from the refusal",
    7: "passwords as a load",
    8: "looking people up",
    9: "reading without a trace",
    10: "rewriting the records",
    11: "fields that no form has",
    12: "accepting twice",
    13: "sending twice",
    14: "acknowledged, then killed",
    15: "SQL in words",
    16: "scripts in words",
    17: "SVG and HTML as photos",
    18: "files that are two things",
    19: "what photos say about their maker",
    20: "bombs",
    21: "names that are paths",
    22: "names that are headers",
    23: "cells that are formulas",
    24: "addresses that would be fetched",
    25: "forged forms",
    26: "frames",
    27: "sessions and visits used again",
    28: "open redirects",
    29: "hosts",
    30: "caches",
    31: "headers in e-mail addresses",
    32: "large and slow bodies",
    33: "JSON and XML bombs",
    34: "expressions that never end",
    35: "smuggled requests",
    36: "letters that mislead",
    37: "numbers, dates and places out of range",
    38: "deadlines at the edge",
    39: "stages skipped",
    40: "small counts by subtraction",
    41: "erased and still there",
    42: "a thief of the database",
    43: "ciphertext put elsewhere",
    44: "secrets in logs",
    45: "floods and abuse",
    46: "links followed by machines",
    47: "claim codes used twice, guessed, or read by whoever passed them on",
    48: "forged senders, and mail that answers mail",
}
# Rows whose part of the program is not built yet: what is waited for. A row leaves this list with its test.
OPEN: dict[int, str] = {}
_NUMBER = re.compile(r"row_(\d\d)")


@cache
def found_by_row() -> dict[int, set[str]]:
    """The files that hold a test with ``row_NN`` in its name, by row."""
    found = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _NUMBER.findall(node.name):
                    found[int(number)].add(path.relative_to(ROOT).as_posix())
    return found


def lines_by_row() -> dict[int, str]:
    """The lines of the page's table, by the number that they begin with."""
    lines = re.findall(r"^\| (\d+) \| (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(number): text for number, text in lines}


def test_the_list_is_whole() -> None:
    assert list(ROWS) == list(range(1, 49))
    assert set(found_by_row()) <= set(ROWS), "a test bears the number of no row"


@pytest.mark.parametrize("number", ROWS)
def test_each_row_has_its_test(number: int) -> None:
    found = found_by_row()[number]
    if number in OPEN:
        assert not found, f"row {number} has its test in {found}: take it from the list of open rows"
    else:
        assert found, f"row {number} ({ROWS[number]}) has no test with row_{number:02} in its name"


@pytest.mark.parametrize("number", ROWS)
def test_the_page_tells_each_row_and_where_its_tests_are(number: int) -> None:
    line = lines_by_row()[number]
    assert ROWS[number] in line
    if number in OPEN:
        assert "open" in line
        return
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", line))
    assert named
    assert named <= found_by_row()[number], "a file that is named here has no test of this row"
