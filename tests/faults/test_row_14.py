"""Row 14: what was acknowledged is there, whatever happened then. The short form; `make faults` is the long one.

Every scene runs the real server as processes of its own and files over HTTP. Weakened settings must be noticed: a test
that they pass would prove nothing of the others.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.chromium import is_required
from tests.faults import scenes
from tests.faults.power import compiler
from tests.faults.scenes import Scene, faults
from tests.faults.world import CLIENTS, Worlds

FILINGS = 60
# In CI nothing is left out: without a compiler these fail.
needs_compiler = pytest.mark.skipif(
    compiler() is None and not is_required(),
    reason="no C compiler here: a disk that loses what was not synced cannot be made",
)


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    folder = Path(tempfile.mkdtemp(prefix="gongshi-faults-"))
    # The database may run as somebody else, who must get through here.
    folder.chmod(0o755)
    yield Worlds(folder, shares=True)
    shutil.rmtree(folder)


def scene(worlds: Worlds, weakened: str = "none", times: int = 1) -> Scene:
    return Scene(worlds, connection.vendor == "postgresql", FILINGS, times, weakened=weakened)


def test_row_14_nothing_acknowledged_is_lost_when_everything_is_killed(worlds: Worlds) -> None:
    counts = scenes.killed(scene(worlds, times=2))
    assert faults(counts) == {}
    assert counts["acknowledged"] >= FILINGS
    assert counts["answered none"] > 0
    # The worker was killed amid its work too; and every reference was looked at but those at the very end.
    assert min(counts["signed"], counts["notices sent"]) > 0
    assert counts["shown"] >= counts["acknowledged"] - CLIENTS


def test_row_14_nothing_is_lost_when_a_worker_is_killed_and_the_program_reloaded(worlds: Worlds) -> None:
    counts = scenes.disturbed(scene(worlds, times=2))
    assert faults(counts) == {}
    assert counts["acknowledged"] >= FILINGS


@needs_compiler
def test_row_14_nothing_acknowledged_is_lost_in_a_power_cut(worlds: Worlds) -> None:
    counts = scenes.power_cut(scene(worlds, times=2))
    assert faults(counts) == {}
    assert counts["acknowledged"] >= FILINGS


def test_row_14_a_full_disk_is_said_and_no_reference_is_shown(worlds: Worlds) -> None:
    scenes.need_a_mount()
    counts = scenes.disk_full(scene(worlds))
    assert faults(counts) == {}
    assert counts["acknowledged"] >= FILINGS
    assert counts.get("answered 507", 0) + counts.get("answered 503", 0) > 0


def test_row_14_a_restored_backup_holds_all_that_came_before_it(worlds: Worlds) -> None:
    counts = scenes.restored(scene(worlds))
    assert faults(counts) == {}
    assert 0 < counts["acknowledged"] < FILINGS


# One waiting commit of PostgreSQL takes all that came before it along, so there both stores must be weakened.
TOO_EARLY = {
    "sqlite": [(scenes.power_cut, "database", "missing"), (scenes.power_cut, "wraps", "does not open")],
    "postgresql": [(scenes.power_cut, "both", "missing"), (scenes.killed, "both", "missing")],
}


@needs_compiler
@pytest.mark.parametrize("which", [0, 1])
def test_row_14_settings_that_acknowledge_too_early_are_noticed(worlds: Worlds, which: int) -> None:
    """SQLite's synchronous=NORMAL, PostgreSQL's synchronous_commit=off."""
    happens, weakened, lacks = TOO_EARLY[connection.vendor][which]
    assert faults(happens(scene(worlds, weakened)))[lacks] > 0
