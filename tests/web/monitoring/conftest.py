"""The doors for machines are tested in the small town, too."""

import pytest
from django.core.cache import cache

from gongshi.places.snapshots import forget
from gongshi.web.monitoring import answers
from gongshi.web.monitoring.counting import Board
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.web.public.walker import Walker


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town and its cast."""
    cache.clear()
    forget()
    return build_town()


@pytest.fixture
def walker(town: Town) -> Walker:
    """A browser without scripts."""
    return Walker()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    """Counters that begin at nought."""
    fresh = Board(list(answers.board.sums()))
    monkeypatch.setattr("gongshi.web.monitoring.answers.board", fresh)
    monkeypatch.setattr("gongshi.web.monitoring.metrics.board", fresh)
    return fresh
