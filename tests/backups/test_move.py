"""`gongshi move`: everything of a SQLite instance stands on PostgreSQL afterwards, or nothing was changed.

Runs in the tests' SQLite part, with a PostgreSQL of its own beside it.
"""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.backups.conftest import WORDS, tree
from tests.faults.postgres import PARTS, Cluster
from tests.faults.world import ROOT, World, Worlds

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="a move begins at SQLite; run there")


@pytest.fixture(scope="module")
def cluster(worlds: Worlds) -> Iterator[Cluster]:
    cluster = worlds.cluster()
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture
def target(cluster: Cluster) -> Cluster:
    cluster.empty()
    return cluster


def words(world: World, target: Cluster) -> list[str]:
    database, wraps = (target.url(name) for name in PARTS)
    return ["move", "--dir", str(world.directory), "--database", database, "--wraps-database", wraps]


def filings(target: Cluster) -> int:
    with psycopg.connect(target.url("gongshi")) as connected:
        if connected.execute("SELECT to_regclass('cases_filing')").fetchone() == (None,):
            return 0
        return int(connected.execute("SELECT count(*) FROM cases_filing").fetchone()[0])  # type: ignore[index]


def test_everything_stands_on_postgresql_afterwards(world: World, target: Cluster) -> None:
    made = world.town("file", "3", WORDS)
    world.town("erase", made[2]["receipt"], made[2]["reference"])
    world.town("sequence")
    told = world.gongshi(*words(world, target)).stdout
    assert re.search(r"\d+ 张表 \d+ 行逐行核对，2 件事项两边重放一致", told)
    settings = (world.directory / "gongshi.toml").read_text()
    assert f'database = "{target.url("gongshi")}"' in settings
    # Nothing is read from the files any more.
    for old in (world.directory / "gongshi.sqlite3", world.directory / "wraps" / "wraps.sqlite3"):
        old.rename(old.with_suffix(".old"))
    for number, one in enumerate(made[:2]):
        opened = world.town("open", one["receipt"], one["reference"])
        assert opened == {"text": f"{WORDS} {number}", "photo": "ffd8ff"}
    assert world.town("open", made[2]["receipt"], made[2]["reference"]) == {}
    assert len(world.town("file", "1", "之后的")) == 1
    assert "已在用" in world.refused(*words(world, target))


def test_a_database_with_something_in_it_is_refused(world: World, target: Cluster) -> None:
    world.town("file", "1", WORDS)
    world.gongshi(*words(world, target))
    _back(world)
    world.town("file", "1", "之后的")
    before = tree(world.directory)
    assert "不是空的" in world.refused(*words(world, target))
    assert tree(world.directory) == before


def _back(world: World) -> None:
    """As if the settings had never been changed."""
    settings = world.directory / "gongshi.toml"
    kept = [line for line in settings.read_text().splitlines() if not re.match(r"(wraps_)?database", line)]
    settings.write_text("\n".join(kept) + "\n")


def test_what_differs_afterwards_is_refused_and_the_settings_stay(world: World, target: Cluster) -> None:
    """A trigger in the target changes what is written, as a wrong encoding or a full number would."""
    world.town("file", "1", WORDS)
    world.gongshi(*words(world, target))
    _back(world)
    with psycopg.connect(target.url("gongshi"), autocommit=True) as connected:
        names = connected.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchall()
        connected.execute(f"TRUNCATE {', '.join(name for (name,) in names)} CASCADE")  # type: ignore[arg-type]
        connected.execute(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.language := 'xx'; RETURN NEW; END $$"
        )
        connected.execute(
            "CREATE TRIGGER spoil BEFORE INSERT ON cases_filing FOR EACH ROW EXECUTE FUNCTION spoil()"
        )
    before = tree(world.directory)
    line = world.refused(*words(world, target))
    assert "cases_filing 两边不同" in line
    assert tree(world.directory) == before
    assert filings(target) == 0


def test_a_move_that_was_killed_is_begun_again(world: World, target: Cluster) -> None:
    world.town("file", "2", WORDS)
    command = [sys.executable, "-m", "gongshi.config.cli", *words(world, target)]
    moving = subprocess.Popen(command, env=world.environ, cwd=ROOT)
    with psycopg.connect(target.url("postgres"), autocommit=True) as connected:
        # Killed while it works on the tables, wherever that is.
        ends = time.monotonic() + 60
        while not _copying(connected) and moving.poll() is None and time.monotonic() < ends:
            time.sleep(0.001)
    moving.send_signal(signal.SIGKILL)
    moving.wait()
    assert "database = " not in re.sub(r"(?m)^#.*", "", (world.directory / "gongshi.toml").read_text())
    world.gongshi(*words(world, target))
    assert filings(target) == 2


def _copying(connected: psycopg.Connection) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'gongshi' AND query LIKE %s"
    return connected.execute(query, ["%INSERT INTO%"]).fetchone() != (0,)


def test_a_store_that_is_over_already_is_compared_and_left(world: World, target: Cluster) -> None:
    """As when the move was killed between the two stores, or before the settings were written."""
    (one,) = world.town("file", "1", WORDS)
    world.gongshi(*words(world, target))
    _back(world)
    target.empty("gongshi")
    world.gongshi(*words(world, target))
    assert world.town("open", one["receipt"], one["reference"])["text"] == f"{WORDS} 0"


def test_an_instance_in_use_is_not_moved(world: World, target: Cluster) -> None:
    world.serve()
    assert "先停下 gongshi serve" in world.refused(*words(world, target))
    assert filings(target) == 0
    assert Path(world.directory / "gongshi.sqlite3").exists()
