"""A restore that is killed half-way: the old instance works on, or the new one does; a second run finishes."""

import signal
import subprocess
import sys

from tests.backups.conftest import WORDS
from tests.backups.test_restore import back_up, restored
from tests.faults.world import ROOT, World


def test_killed_at_any_step_one_of_the_two_is_whole_and_a_second_run_finishes(world: World) -> None:
    (early,) = world.town("file", "1", WORDS)
    file, wraps = back_up(world)
    (late,) = world.town("file", "1", "后来的")

    def killed(step: str) -> None:
        stage = "PostgresStage" if world.cluster else "SQLiteStage"
        words = ["restore", str(file), "--wraps", str(wraps), "--dir", str(world.directory)]
        command = [sys.executable, "-m", "tests.backups.killed", step, stage, *words]
        done = subprocess.run(
            command, check=False, env=world.environ, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == -signal.SIGKILL, (step, done.stderr[-1000:])

    def opened(one: dict[str, str]) -> object:
        return world.town("open", one["receipt"], one["reference"])

    for step in ("added", "swapped-not-yet"):
        killed(step)
        assert opened(late) == {"text": "后来的 0", "photo": "ffd8ff"}, step
    killed("swapped")
    assert opened(late) == {}
    assert opened(early) == {"text": f"{WORDS} 0", "photo": "ffd8ff"}
    restored(world, file, "--wraps", str(wraps))
    assert opened(early) == {"text": f"{WORDS} 0", "photo": "ffd8ff"}
    assert not (world.directory / "restoring").exists()
