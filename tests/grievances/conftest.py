"""Collective grievances are tested in the town."""

import pytest

from gongshi.places.snapshots import forget
from tests.cast import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    """The small town and its cast."""
    forget()
    return build_town()
