"""Residents' pages are tested in the town, with the clock standing still."""

import pytest

from gongshi.places.snapshots import forget
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.web.public.walker import Walker


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town and its cast."""
    forget()
    return build_town()


@pytest.fixture
def walker(town: Town) -> Walker:
    """A browser without scripts."""
    return Walker()
