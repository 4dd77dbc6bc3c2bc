"""The town and its staff, at 09:00 on Monday 2 March 2026."""

import pytest

from gongshi.places.snapshots import forget
from tests.cast import Town, build_town
from tests.clock import Clock


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town and its cast."""
    forget()
    return build_town()
