"""The town at its desk: a signed-in client for each member of the cast, on the tests' clock."""

from functools import partial

import pytest
from django.core.cache import cache

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from gongshi.places.snapshots import forget
from tests.cast import Town, build_town, case_of, lin_files
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, signed_in


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town on Monday 2 March 2026, 09:00, with nobody's failed sign-ins remembered."""
    cache.clear()
    forget()
    return build_town()


@pytest.fixture
def sign_in(town: Town) -> SignIn:
    """A client of somebody by user name, their key open as after signing in with a password."""
    return partial(signed_in, town)


@pytest.fixture
def fresh(town: Town, clock: Clock) -> Case:
    """Lin Yue's pothole, just received by Roads."""
    return case_of(lin_files(town, at=clock())[0])


@pytest.fixture
def handled(town: Town, fresh: Case, clock: Clock) -> Case:
    """The same, accepted by Clerk Zhou."""
    return make_move(fresh, "accept", actor=town.actor("zhou"), at=clock())
