"""Fixtures for every test. The named cast (resident, neighbour, stranger, clerk ...) is in ``tests/cast.py``."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests.clock import Clock, local
from tests.instance import DIRECTORY

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says something about the machine, not about the rule.
examples.register_profile(
    "gongshi", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
examples.load_profile("gongshi")


# They run the whole program, on a database of its own of the kind that the tests run on.
PROGRAMS = ("tests/faults/", "tests/backups/")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Attacks are held to their rules. Whoever uses the database uses the wraps store: nothing is filed without.

    pytest-django refuses the database to a test without the mark or its fixtures: those are the same on every one.
    """
    if item.name.startswith("test_row_"):
        item.add_marker("attack")
    mark = item.get_closest_marker("django_db")
    asks = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if mark or asks or item.nodeid.startswith(PROGRAMS):
        item.add_marker("database")
    if mark or asks - {"live_server"}:
        given = mark.kwargs if mark else {}
        item.add_marker(pytest.mark.django_db(**{**given, "databases": ["default", "wraps"]}), append=False)


# Tests here take long: they begin first, so that no process still runs one when the others have nothing left.
LONG = ("tests/twins/", "tests/faults/", "tests/backups/", "tests/config/founding/")


# The second database answers the same questions through the same actions. Where time is short (GONGSHI_TEST_TURN, set
# by tests/run.py), it is asked all of those that are about databases themselves, and one in ten of the others: others
# with each seed.
TURNS = 10
ALWAYS = (
    "tests/cases/test_filing.py",
    "tests/cases/test_jobs.py",
    "tests/cases/test_moves.py",
    "tests/cases/test_one_insert.py",
    "tests/cases/test_races.py",
    "tests/cases/test_retries.py",
)


def of_this_turn(nodeid: str, seed: str) -> bool:
    """Whether a test runs in a run of this seed: some always (`ALWAYS`), the others in one of ten, on the average."""
    return nodeid.startswith(ALWAYS) or crc32(f"{seed} {nodeid}".encode()) % TURNS == 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every order is by chance, but long tests come first."""
    if seed := os.environ.get("GONGSHI_TEST_TURN"):
        left_out = [item for item in items if not of_this_turn(item.nodeid, seed)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if of_this_turn(item.nodeid, seed)]
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The rules of every attack (`tests.attacks.rules`), in each of their tests that asks the program anything."""
    node = request.node
    asks = {"db", "transactional_db"} & set(request.fixturenames) or node.get_closest_marker("django_db")
    if not asks or not node.get_closest_marker("attack"):
        yield None
        return
    from tests.attacks.rules import Watch, watched

    request.getfixturevalue("_django_db_helper")
    mark = node.get_closest_marker("answers")
    found = Watch(frozenset(mark.args if mark else ()))
    with watched(found, request.getfixturevalue("monkeypatch")):
        yield found


@pytest.fixture
def instance_directory() -> Path:
    """The instance directory of this test process: settings, keys, files and outbox."""
    return DIRECTORY


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    """No test is slowed down by what others tried."""
    from gongshi.safekeeping.limits import forget

    forget()


@pytest.fixture(autouse=True)
def nothing_is_left_in_the_instance() -> Iterator[None]:
    """The next test finds no model to suggest categories by, and no open data, by which figures would be released."""
    yield
    from gongshi.routing.own_model import BEFORE, NAME
    from tests.instance import DIRECTORY

    for name in (NAME, BEFORE):
        (DIRECTORY / name).unlink(missing_ok=True)
    if (open_data := DIRECTORY / "open-data").exists():
        shutil.rmtree(open_data)


@pytest.fixture(autouse=True)
def language_as_at_first() -> Iterator[None]:
    """A page read in one language leaves none behind for the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def configuration_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place's copy is looked after when it changes, not each second: no statement more on a slow machine."""
    monkeypatch.setattr("gongshi.places.snapshots.CHECK_SECONDS", float("inf"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands at 09:00 on Monday 2 March 2026, local time, until the test moves it."""
    clock = Clock(local("2026-03-02 09:00"))
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets outside this repository; the test is left out where it is missing."""
    folder = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real data sets are not on this machine (GONGSHI_REAL_DATA names their folder)")
    return folder
