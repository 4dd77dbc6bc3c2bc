"""What happens to an instance under load, and what must be left of it. Each scene returns the counts of `check`.

A scene ends when as many filings were acknowledged as it was asked for; how often something happens meanwhile, and
after how many filings, is drawn by ``random``, so that a seed repeats it.
"""

import contextlib
import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chromium import is_required
from tests.faults.check import NO_FAULTS
from tests.faults.postgres import owner
from tests.faults.power import Disk
from tests.faults.world import World, Worlds

# Long enough that what was acknowledged too early is surely not on the disk yet. It changes nothing where commits wait.
LAZY = {"wal_writer_delay": "10s"}
# What may be answered: filed, shown, not now, no room; or nothing, when the server was killed meanwhile.
ANSWERS = tuple(f"answered {word}" for word in ("303", "200", "503", "507", "none"))
SMALL_DISK = 160_000_000
LEFT = 2_500_000


@dataclass(frozen=True)
class Scene:
    """``filings`` to be acknowledged in all, the fault to happen ``times`` in between."""

    worlds: Worlds
    postgres: bool
    filings: int
    times: int
    seed: int = 0
    weakened: str = "none"

    def moments(self) -> list[int]:
        """After how many acknowledged filings the fault happens."""
        chosen = random.Random(self.seed)
        step = self.filings // (self.times + 1)
        return [step * n + chosen.randrange(max(step // 2, 1)) for n in range(1, self.times + 1)]


def killed(scene: Scene) -> dict[str, int]:
    """SIGKILL under load: the server's processes, or on PostgreSQL every other time the database's too."""
    chosen = random.Random(scene.seed)
    with scene.worlds.one(postgres=scene.postgres) as world:
        _start(world, scene)
        world.file()
        for moment in scene.moments():
            world.until(moment)
            both = world.cluster and (scene.weakened != "none" or chosen.random() < 0.5)
            if both:
                _kill_in_some_order(world, chosen)
                _start(world, scene)
            else:
                world.kill()
                _serve(world, scene)
        return _ended(world, scene)


def _kill_in_some_order(world: World, chosen: random.Random) -> None:
    assert world.cluster
    first, second = chosen.sample([world.kill, world.cluster.kill], 2)
    first()
    second()


def disturbed(scene: Scene) -> dict[str, int]:
    """One worker is killed, or the program is started anew, while all others go on."""
    with scene.worlds.one(postgres=scene.postgres) as world:
        if world.cluster:
            world.cluster.start(**LAZY)
        world.serve()
        world.file()
        for number, moment in enumerate(scene.moments()):
            world.until(moment)
            if number % 2:
                world.reload()
            else:
                world.kill_a_worker()
        return _ended(world, scene)


def power_cut(scene: Scene) -> dict[str, int]:
    """Everything ends at once, and what was not synced is gone."""
    with scene.worlds.one(postgres=scene.postgres) as world:
        tree = world.cluster.data if world.cluster else world.directory
        disk = Disk(tree, world.folder / "disk", owner() if world.cluster else None)
        _start(world, scene, disk)
        world.file()
        for moment in scene.moments():
            world.until(moment)
            world.kill()
            if world.cluster:
                world.cluster.kill()
            disk.cut()
            _start(world, scene, disk)
        return _ended(world, scene)


def restored(scene: Scene) -> dict[str, int]:
    """Backups are made under load; then everything is lost that came after the last one, and it is restored."""
    with scene.worlds.one(postgres=scene.postgres) as world:
        _start(world, scene)
        world.file()
        for number, moment in enumerate(scene.moments()):
            world.until(moment)
            backups = [world.folder / f"{number}{kind}.tar" for kind in ("", ".wraps")]
            before = world.copy_of_journal()
            at = ["--dir", str(world.directory)]
            world.gongshi("backup", str(backups[0]), *at)
            world.gongshi("backup", "--wraps", str(backups[1]), *at)
        world.until(scene.filings)
        world.rest()
        world.stop()
        world.gongshi("restore", str(backups[0]), "--wraps", str(backups[1]), *at)
        world.keep_of_journal(before)
        counts = world.check()
        return {**counts, **{f"answered {status}": n for status, n in world.answers.items()}}


def disk_full(scene: Scene) -> dict[str, int]:
    """The disk fills up under load, and later has room again. Only root can mount a small disk: see `may_mount`."""
    with small_disk() as folder, scene.worlds.one(postgres=scene.postgres, folder=folder / "world") as world:
        world.journal = folder.with_suffix(".journal")
        world.forget_notes()
        try:
            return _filling(scene, world, folder)
        finally:
            world.journal.unlink(missing_ok=True)


def _filling(scene: Scene, world: World, folder: Path) -> dict[str, int]:
    ballast = folder / "ballast"
    _start(world, scene)
    world.file()
    for moment in scene.moments():
        world.until(moment)
        fill(ballast)
        world.until_nothing_more_comes()
        ballast.unlink()
        if world.cluster and not world.cluster.answers():
            # PostgreSQL gives up when its log cannot grow, and does not start again by itself.
            world.cluster.kill()
            world.cluster.start(**LAZY)
    return _ended(world, scene)


def fill(ballast: Path) -> None:
    """Leave a little room on the disk, for a few filings more."""
    space = os.statvfs(ballast.parent)
    size = space.f_bavail * space.f_frsize - LEFT
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(size, 1))


def may_mount() -> bool:
    """Whether this process may mount a disk of its own."""
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")
    if os.getuid():
        return False
    probe = folder / f"gongshi-mount-{os.getpid()}"
    probe.mkdir()
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", probe], check=False, capture_output=True)
        if done.returncode == 0:
            subprocess.run(["umount", probe], check=True)
        return done.returncode == 0
    except OSError:
        return False
    finally:
        probe.rmdir()


def need_a_mount() -> None:
    """Leave a test out where no disk can be mounted; in CI that is a failure."""
    if not may_mount():
        (pytest.fail if is_required() else pytest.skip)(
            "only root can mount a small disk: the full disk was not tried"
        )


@contextlib.contextmanager
def small_disk(size: int = SMALL_DISK) -> Iterator[Path]:
    """A disk of ``size`` bytes in memory, unmounted at the end."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="gongshi-disk-"))
    folder.chmod(0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def faults(counts: dict[str, int]) -> dict[str, int]:
    """What is wrong in the counts of a scene: what lacks, and answers that nobody should get."""
    wrong = {name: number for name, number in counts.items() if name not in (*NO_FAULTS, *ANSWERS)}
    return {name: number for name, number in wrong.items() if number}


def _start(world: World, scene: Scene, disk: Disk | None = None) -> None:
    preload = disk.environ if disk else {}
    if world.cluster:
        world.cluster.start(preload, **LAZY)
    _serve(world, scene, {} if world.cluster else preload)


def _serve(world: World, scene: Scene, environ: dict[str, str] | None = None) -> None:
    """The server; where nothing is weakened, a worker beside it, whose commits would take weak ones along."""
    world.serve(weakened=scene.weakened, environ=environ)
    if scene.weakened == "none":
        world.work(environ=environ)


def _ended(world: World, scene: Scene) -> dict[str, int]:
    world.until(scene.filings)
    world.rest()
    world.until_worked()
    world.stop()
    counts = world.check()
    return {**counts, **{f"answered {status}": n for status, n in world.answers.items()}}
