"""The town under attack: its cast, signed-in clients, and the real web server with the real limits.

What each file tries stands in docs/security/attacks.md.
"""

import io
import logging
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings
from django.core.cache import cache

from gongshi.cases.models import Case
from gongshi.config.logs import QuietLines
from gongshi.config.server import ServerOptions
from gongshi.places.snapshots import forget
from tests.attacks.here import served
from tests.attacks.http import send
from tests.attacks.rules import answers_well
from tests.cast import Town, build_town, case_of, lin_files
from tests.clock import Clock
from tests.web.desk.helpers import SignIn, signed_in
from tests.web.public.walker import Walker


def pytest_itemcollected(item: pytest.Item) -> None:
    """The rules of every row hold here, whatever a test is called."""
    item.add_marker("attack")


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town on Monday 2 March 2026, 09:00."""
    cache.clear()
    forget()
    return build_town()


@pytest.fixture
def walker(town: Town) -> Walker:
    """A resident's browser without scripts."""
    return Walker()


@pytest.fixture
def sign_in(town: Town) -> SignIn:
    """A client of somebody by user name, their key open as after signing in with a password."""
    return partial(signed_in, town)


@pytest.fixture
def fresh(town: Town, clock: Clock) -> Case:
    """Lin Yue's pothole, just received by Roads."""
    return case_of(lin_files(town, at=clock())[0])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the program would print, in its own form and from its own loggers' levels."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(QuietLines(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def port(transactional_db: None, town: Town) -> Iterator[int]:
    """The port of the server that `gongshi serve` starts."""
    with served(ServerOptions()) as port:
        yield port
        answers_well(partial(send, port))
