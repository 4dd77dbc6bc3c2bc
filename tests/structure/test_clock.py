"""Time comes in as ``at``: rules have no clock, actions are told the time, and only doors and workers look at one.

Where the time is read it is ``django.utils.timezone.now``, looked up at the call, so that the tests' clock holds.
"""

import ast

from tests.structure.source import imported, module_of, name_of, python_files, tree

WALL_CLOCKS = {
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
}
DJANGO = {"timezone.now", "timezone.localtime", "timezone.localdate"}
# Doors and workers, and tokens and sessions that expire.
MAY_LOOK = (
    "gongshi.config",
    "gongshi.web",
    "gongshi.api.alike",
    "gongshi.api.bookings",
    "gongshi.api.bulletin",
    "gongshi.api.feeds",
    "gongshi.api.filing",
    "gongshi.api.form.reading",
    "gongshi.api.joining",
    "gongshi.api.open311.doors",
    "gongshi.api.own",
    "gongshi.api.procedures",
    "gongshi.api.search",
    "gongshi.api.telling",
    "gongshi.api.visits",
    "gongshi.notifications.schedule",
    "gongshi.safekeeping.tokens",
    "gongshi.accounts.sessions",
)
PURE = ("gongshi.rules", "gongshi.formats")


def calls(module: ast.Module) -> list[tuple[int, str]]:
    """``(line, "timezone.now")`` for every attribute of a plain name."""
    return [
        (node.lineno, f"{node.value.id}.{node.attr}")
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]


def test_only_doors_and_workers_look_at_the_clock() -> None:
    assert [
        f"{name_of(path)}:{line}: {call}"
        for path in python_files()
        for line, call in calls(tree(path))
        if call in WALL_CLOCKS and not module_of(path).startswith(MAY_LOOK)
    ] == []


def test_the_clock_is_the_one_that_tests_can_hold() -> None:
    assert [
        f"{name_of(path)}:{line}: {call}"
        for path in python_files()
        for line, call in calls(tree(path))
        if call in WALL_CLOCKS - DJANGO
    ] == []
    assert [
        f"{name_of(path)}:{line}: {name}"
        for path in python_files()
        for line, name in imported(path)
        if name.startswith("django.utils.timezone.")
        and name.rpartition(".")[2] in ("now", "localtime", "localdate")
    ] == []


def test_rules_have_no_clock_and_no_dice() -> None:
    forbidden = {"time", "random", "secrets", "os", "pathlib", "io"}
    assert [
        f"{name_of(path)}:{line}: {name}"
        for path in python_files()
        if module_of(path).startswith(PURE)
        for line, name in imported(path)
        if name.partition(".")[0] in forbidden
    ] == []


def test_a_look_at_the_clock_is_seen() -> None:
    module = ast.parse("from datetime import datetime\n\ndef f():\n    return datetime.now()\n")
    assert calls(module) == [(4, "datetime.now")]
