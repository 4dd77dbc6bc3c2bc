"""Pages on security name tests that exist: a promise whose test was renamed or removed is noticed here.

The table of the ASVS has every item once, and its own counts are right.
"""

import re
from collections import Counter

import pytest

from tests.structure.source import ROOT

SECURITY = ROOT / "docs" / "security"
TEST = re.compile(r"`((?:tests/)?[a-z_]+(?:/[a-z_0-9]+)*\.py)`")
ROW = re.compile(r"^\| (V[\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$", re.MULTILINE)
# Items of levels 1 and 2 in each section of OWASP ASVS 5.0.0; within a section those of level 3 come last.
ITEMS = {
    "V1": (2, 9, 11, 3, 2),
    "V2": (3, 3, 4, 1),
    "V3": (0, 2, 4, 6, 5, 0, 2),
    "V4": (3, 1, 2, 4),
    "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4),
    "V7": (3, 4, 2, 5, 2, 2),
    "V8": (2, 3, 1, 1),
    "V9": (3, 4),
    "V10": (2, 2, 4, 11, 5, 2, 3),
    "V11": (2, 3, 3, 4, 1, 1),
    "V12": (3, 2, 4),
    "V13": (1, 5, 2, 5),
    "V14": (2, 4, 3),
    "V15": (3, 3, 7),
    "V16": (1, 5, 4, 3, 3),
    "V17": (1, 4, 2),
}
STATES = ("met", "operator", "not applicable", "**not met**")


def asvs() -> list[tuple[str, ...]]:
    """The rows of the table: item, what it asks, state, how, tests."""
    return [row.groups() for row in ROW.finditer((SECURITY / "asvs.md").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", ["threat-model.md", "asvs.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = TEST.findall((SECURITY / page).read_text(encoding="utf-8"))
    assert len(set(named)) > 25
    tests = ROOT / "tests"
    assert [name for name in named if not (tests / name.removeprefix("tests/")).is_file()] == []


def test_every_item_of_the_standard_stands_once() -> None:
    wanted = [
        f"{chapter}.{section}.{item}"
        for chapter, sections in ITEMS.items()
        for section, last in enumerate(sections, 1)
        for item in range(1, last + 1)
    ]
    assert len(wanted) == 253
    assert [item for item, *_ in asvs()] == wanted


def test_every_item_says_how_it_stands() -> None:
    for item, _asks, state, how, tests in asvs():
        assert state in STATES, item
        assert len(how) >= 4, item
        if state == "met":
            assert TEST.search(tests), f"{item} is said to be met, and no test is named"


def test_the_counts_at_the_head_are_right() -> None:
    text = (SECURITY / "asvs.md").read_text(encoding="utf-8")
    counted = Counter(state for _, _, state, *_ in asvs())
    for state in STATES:
        assert re.search(rf"^\| {re.escape(state)}[^|]* \| {counted[state]} \|$", text, re.MULTILINE), state
