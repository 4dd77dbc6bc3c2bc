"""The doors for machines are tested in the small town, too."""

import pytest

from gongshi.web.monitoring import answers
from gongshi.web.monitoring.counting import Board
from tests.attacks.conftest import town, walker

__all__ = ["board", "town", "walker"]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    """Counters that begin at nought."""
    fresh = Board(list(answers.board.sums()))
    monkeypatch.setattr("gongshi.web.monitoring.answers.board", fresh)
    monkeypatch.setattr("gongshi.web.monitoring.metrics.board", fresh)
    return fresh
