"""The ground that every other test stands on."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.clock import Clock, local
from tests.conftest import of_this_turn
from tests.postgres import is_postgres
from tests.structure.source import ROOT


def test_settings_come_from_this_runs_own_directory(instance_directory: Path) -> None:
    assert instance_directory.resolve() == settings.INSTANCE
    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert settings.KEY_FILE.is_relative_to(settings.INSTANCE)


def test_clock_stands_still_and_moves_when_told(clock: Clock) -> None:
    assert timezone.now() == timezone.now() == local("2026-03-02 09:00")
    clock.advance(days=1, hours=2)
    assert timezone.localtime(timezone.now()).isoformat() == "2026-03-03T11:00:00+08:00"


def test_whoever_asks_a_database_runs_on_each(db: None, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("database")


def test_whoever_asks_none_runs_once(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("database") is None
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


ASKING = """
import signal, time
from tests.postgres import postgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where this run was started in the background
with postgres() as server:
    print(server.url, server.version, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_postgresql_ends_with_whoever_asked_for_it(sign: signal.Signals) -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert asking.stdout
    with asking, asking.stdout:
        url, version = asking.stdout.readline().split()
        assert version == "18"
        data = Path(url.partition("?host=")[2])
        server = int((data / "postmaster.pid").read_text().splitlines()[0])
        assert is_postgres(server)
        asking.send_signal(sign)
        asking.wait(timeout=30)
    deadline = time.monotonic() + 120
    while data.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not data.parent.exists()
    assert not is_postgres(server)


def test_every_test_has_its_turn_on_the_second_database() -> None:
    """One in eight where time is short: of some seeds each is among them; what is about databases always is."""
    seeds = [str(number) for number in range(80)]
    for nodeid in ("tests/web/desk/test_queue.py::test_pages", "tests/attacks/test_row_06.py::test_row_06"):
        turns = [of_this_turn(nodeid, seed) for seed in seeds]
        assert 2 < sum(turns) < 24
    assert all(of_this_turn("tests/cases/test_races.py::test_a_race", seed) for seed in seeds)


def test_a_run_that_is_told_to_leaves_most_out() -> None:
    """What tests/run.py says to a run has to reach it."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:randomly", "tests/web/desk"]
    said = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**os.environ, "GONGSHI_TEST_TURN": "7"},
        capture_output=True,
        text=True,
    ).stdout.splitlines()[-1]
    taken, of = map(int, re.findall(r"^(\d+)/(\d+) tests collected", said)[0])
    assert of / 16 < taken < of / 4
