"""An instance with two filings, on the database that the tests run on, and what its backups are tried with."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.world import World, Worlds

WORDS = "井盖不见了，怕孩子掉下去"


@pytest.fixture(scope="session")
def worlds() -> Iterator[Worlds]:
    folder = Path(tempfile.mkdtemp(prefix="gongshi-backups-"))
    folder.chmod(0o755)
    yield Worlds(folder, shares=True)
    shutil.rmtree(folder)


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    with worlds.one(postgres=connection.vendor == "postgresql") as world:
        if world.cluster:
            world.cluster.start()
        yield world


@pytest.fixture(scope="session")
def _backed_up(worlds: Worlds) -> Iterator[World]:
    with worlds.one(postgres=connection.vendor == "postgresql") as world:
        if world.cluster:
            world.cluster.start()
        world.town("file", "1", WORDS)
        at = ["--dir", str(world.directory)]
        world.gongshi("backup", str(world.folder / "a.tar"), *at)
        world.gongshi("backup", "--wraps", str(world.folder / "a.wraps.tar"), *at)
        if world.cluster:
            world.cluster.stop()
        yield world


@pytest.fixture
def backed_up(worlds: Worlds, _backed_up: World) -> Iterator[World]:
    """A world with one filing, backed up to ``a.tar`` and ``a.wraps.tar`` beside it."""
    with worlds.one(like=_backed_up) as world:
        if world.cluster:
            world.cluster.start()
        yield world


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder by its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b"folder"
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found
