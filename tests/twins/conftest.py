"""Two worlds from one beginning: the town is built once, each world lives its month and is undone."""

import random
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from gongshi.notifications import schedule
from tests.clock import Clock
from tests.twins.chance import Chance
from tests.twins.world import World, build


@pytest.fixture
def chance(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chance]:
    """Every random draw of the program, from named streams."""
    state = random.getstate()
    found = Chance(clock)
    found.take_over(monkeypatch)
    yield found
    random.setstate(state)


@pytest.fixture
def world(db: None, clock: Clock, chance: Chance, settings, monkeypatch: pytest.MonkeyPatch) -> World:
    """The town before anything is filed."""
    # Django dates what must not be kept by the machine's own clock.
    monkeypatch.setattr("django.utils.cache.time.time", lambda: clock().timestamp())
    # How long an answer took is counted, and how long sending took is added to a message's time: both say something
    # about the machine.
    still = SimpleNamespace(perf_counter=lambda: 0.0, monotonic=lambda: 0.0)
    for module in ("gongshi.web.monitoring.answers", "gongshi.notifications.jobs"):
        monkeypatch.setattr(f"{module}.time", still)
    settings.METRICS_TOKEN = "a-token-of-whoever-keeps-it-running"
    # It rewrites the database's file, which cannot be done amid a transaction.
    monkeypatch.delitem(schedule._jobs, "cases.rewrite")
    return build(clock, chance)
