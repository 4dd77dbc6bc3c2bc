"""Row 41 on the disk: the bytes of destroyed keys and of a published copy, hunted in every file that a database has.

A real instance on a database of its own; on PostgreSQL its whole cluster is searched: tables, statistics, write-ahead
log, server log. With ``wal_recycle = off`` nothing is left after the server's next checkpoint. Left on, the log alone
keeps it until it is written over, and that is said (docs/security/safekeeping.md, point 10 of the threat model).
"""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from gongshi.safekeeping.models import Wrap
from tests.faults.world import World, Worlds
from tests.hunt import Hunt, in_folder

MARKER = "mark99diskzq"
# What PostgreSQL is told: nothing, or what the guide asks for.
TOLD = ({}, {"wal_recycle": "off"}) if connection.vendor == "postgresql" else ({},)


class Disk:
    """What lies on a world's disk: which markers and which keys, in which folder of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys: set[bytes] = set()

    def wraps(self) -> set[bytes]:
        """The sealed bytes of every wrap that there is."""
        query = "SELECT sealed FROM safekeeping_wrap"
        if self.world.cluster:
            with psycopg.connect(self.world.cluster.url("gongshi_wraps")) as connected:
                return {bytes(row[0])[5:] for row in connected.execute(query)}
        with closing(sqlite3.connect(self.world.directory / "wraps" / "wraps.sqlite3")) as opened:
            return {bytes(row[0])[5:] for row in opened.execute(query)}

    def sampled(self) -> None:
        """The planner's statistics are gathered, as they are by themselves from time to time."""
        self.ask("ANALYZE", "gongshi", "gongshi_wraps")

    def checkpoint(self) -> None:
        """What a server does by itself every five minutes."""
        self.ask("CHECKPOINT", "postgres")

    def ask(self, statement: str, *names: str) -> None:
        for name in names if self.world.cluster else ():
            with psycopg.connect(self.world.cluster.url(name), autocommit=True) as connected:  # type: ignore[union-attr]
                connected.execute(statement)  # type: ignore[arg-type]

    def found(self) -> dict[str, set[str]]:
        """Where what is: "key" for any of the keys."""
        hunt, hits = Hunt([MARKER]), {}
        folders = [self.world.directory, *([self.world.cluster.folder] if self.world.cluster else [])]
        for folder in folders:
            for name, content in in_folder(folder):
                here = {"marker"} if hunt.found_in(content, depth=0) else set()
                here |= {"key" for key in self.keys if key in content}
                if here:
                    hits.setdefault(name.rpartition("/")[0], set()).update(here)
        return hits


@pytest.mark.parametrize("told", TOLD, ids=lambda told: "-".join(told) or "as installed")
def test_row_41_no_file_of_a_database_keeps_what_was_destroyed(worlds: Worlds, told: dict[str, str]) -> None:
    with worlds.one(postgres=connection.vendor == "postgresql") as world:
        hunted_before_and_after(world, told)


def hunted_before_and_after(world: World, told: dict[str, str]) -> None:
    disk = Disk(world)
    if world.cluster:
        world.cluster.start(**told)
    # Neighbours: enough for a histogram, were there one, and earlier, as what comes later moves over what goes.
    world.town("file", "3", "其他人的")
    others = disk.wraps()
    (gone,) = world.town("file", "1", "w")
    disk.keys = disk.wraps() - others
    world.town("publish", gone["receipt"], gone["reference"], MARKER)
    disk.sampled()
    before = disk.found()
    assert set().union(*before.values()) == {"key", "marker"}
    if world.cluster:
        assert before["data/pg_wal"] == {"key", "marker"}
        disk.checkpoint()
        assert sum(place.startswith("data/base/") for place in disk.found()) == 2
    assert world.town("erase", gone["receipt"], gone["reference"]) == 1
    assert world.town("hunt", MARKER) == {"places": [], "keys": []}
    disk.checkpoint()
    left = disk.found()
    if world.cluster and not told:
        # Said as it is: the log alone, and only as long as it is not written over.
        assert left.keys() <= {"data/pg_wal"}
        disk.ask(WRITTEN_OVER, "gongshi")
        disk.checkpoint()
        left = disk.found()
    assert left == {}


# As much again as the log may be long.
WRITTEN_OVER = """
SELECT count(pg_logical_emit_message(false, 'work', repeat('w', 1048576)))
FROM generate_series(1, 8 + 2 * pg_size_bytes(current_setting('min_wal_size')) / 1048576)
"""


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps no samples and no log of statements"
)
def test_row_41_no_column_of_keys_or_published_words_is_ever_sampled() -> None:
    from django.db import connections

    from gongshi.cases.models import PublicCase
    from gongshi.safekeeping.models import KeyWrap, LockedKey

    for alias, model, columns in (
        ("wraps", Wrap, {"sealed"}),
        ("wraps", LockedKey, {"sealed"}),
        ("wraps", KeyWrap, {"sealed"}),
        ("default", PublicCase, {"title", "text", "answer", "tokens"}),
    ):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attstattarget = 0",
                [model._meta.db_table],
            )
            assert {name for (name,) in cursor.fetchall()} == columns
