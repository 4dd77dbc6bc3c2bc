"""A routing list in which a rule can never be reached is refused, and only such a list."""

import pytest

from gongshi.formats.pack import read_pack
from tests.packs.town import FILES


def rule(code: str, conditions: str, office: str = 'office = "hall"') -> str:
    return f'[[rule]]\ncode = "{code}"\n{conditions}\n{office}\nreason = {{ zh = "因为。", en = "Because." }}\n\n'


STREETS = 'office_serving = true\namong = ["east-office", "west-office"]'
SHADOWED = {
    "same": (rule("first", 'categories = ["lamp"]'), rule("second", 'categories = ["lamp"]'), True),
    "any before one": (rule("first", ""), rule("second", 'channels = ["web"]'), True),
    "group before leaf": (rule("first", 'categories = ["roads"]'), rule("second", 'categories = ["lamp"]'), True),
    "leaf before group": (rule("first", 'categories = ["lamp"]'), rule("second", 'categories = ["roads"]'), False),
    "all leaves before group": (
        rule("first", 'categories = ["lamp", "pothole"]'), rule("second", 'categories = ["roads"]'), True),
    "town before street": (rule("first", 'areas = ["newtown-all"]'), rule("second", 'areas = ["east"]'), True),
    "street before town": (rule("first", 'areas = ["east"]'), rule("second", 'areas = ["newtown-all"]'), False),
    "every area is not no place": (
        rule("first", 'areas = ["newtown-all"]'), rule("second", 'channels = ["web"]'), False),
    "more hours": (rule("first", "hours = [20, 6]"), rule("second", "hours = [22, 2]"), True),
    "other hours": (rule("first", "hours = [20, 6]"), rule("second", "hours = [5, 7]"), False),
    "more months": (rule("first", "months = [1, 2, 3]"), rule("second", "months = [2]"), True),
    "other months": (rule("first", "months = [1, 2, 3]"), rule("second", "months = [3, 4]"), False),
    "other channel": (rule("first", 'channels = ["web"]'), rule("second", 'channels = ["phone"]'), False),
    "one channel before any": (rule("first", 'channels = ["web"]'), rule("second", "months = [2]"), False),
    "two ways crossing": (
        rule("first", 'channels = ["web"]\nmonths = [1, 2]'),
        rule("second", 'channels = ["web", "phone"]\nmonths = [1]'), False),
    "serving before fixed": (rule("first", "", STREETS), rule("second", 'areas = ["east"]'), True),
    "serving leaves the rest": (rule("first", "", STREETS), rule("second", 'areas = ["newtown-all"]'), False),
    "fixed before serving": (rule("first", 'areas = ["newtown-all"]'), rule("second", "", STREETS), True),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second", "hidden"), SHADOWED.values(), ids=SHADOWED.keys())
def test_rules_that_are_never_reached(first: str, second: str, hidden: bool) -> None:
    faults = read_pack({**FILES, "routing.toml": first + second + rule("rest", "")})[1]
    reached = [f.where for f in faults if "never reached" in f.what["en"]]
    assert ("rule[second]" in reached) == hidden
    if hidden:
        fault = next(f for f in faults if f.where == "rule[second]")
        assert '"first" takes all of its matters' in fault.what["en"]


def test_a_rule_that_only_groups_without_leaves_fit_is_named() -> None:
    faults = read_pack(
        {
            **FILES,
            "routing.toml": rule("lost", 'areas = ["east"]', 'office_serving = true\namong = ["west-office"]')
            + rule("rest", ""),
        }
    )[1]
    assert [f.what["en"] for f in faults] == ["None of the offices in among serves an area of this rule."]
