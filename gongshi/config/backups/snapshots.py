"""One consistent copy of the database while the server writes, with what a later reader holds it against.

SQLite: ``VACUUM INTO``, one statement under one read transaction, so no writer can make it begin again as a copy in
chunks does, and what was deleted is not in it. PostgreSQL: pg_dump's custom format from an exported snapshot, in which
this process counts the rows.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.config.backups.archive import Refused

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MEMBERS = {SQLITE: "database.sqlite3", POSTGRESQL: "database.pgdump"}
# Every table and column that names a sealed file.
FILES = (("cases_attachment", "stored"), ("cases_upload", "stored"))
_HEAD = "SELECT batch, size, root FROM safekeeping_head ORDER BY batch DESC LIMIT 1"


@dataclass(frozen=True)
class Shown:
    """What a snapshot holds: rows by table, migrations, names of sealed files, the ledger's newest head."""

    rows: dict[str, int]
    migrations: list[str]
    files: list[str]
    ledger: dict[str, Any]


class Reader:
    """Plain statements on either kind of database."""

    def __init__(self, cursor: Any, engine: str) -> None:
        self._cursor = cursor
        self._engine = engine

    def all(self, statement: str) -> list[Any]:
        """Every row of an answer."""
        self._cursor.execute(statement)
        return list(self._cursor.fetchall())

    def tables(self) -> list[str]:
        """The names of all tables, in order."""
        if self._engine == SQLITE:
            found = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        else:
            found = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        return sorted(name for (name,) in self.all(found))


def shown(reader: Reader) -> Shown:
    """Look at everything that a manifest tells of."""
    tables = reader.tables()
    rows = {name: int(reader.all(f'SELECT count(*) FROM "{name}"')[0][0]) for name in tables}  # noqa: S608
    applied = reader.all("SELECT app, name FROM django_migrations ORDER BY app, name")
    files = {name for table, column in FILES for name in _column(reader, table, column) if name}
    head = reader.all(_HEAD) if "safekeeping_head" in tables else []
    ledger = {"batch": head[0][0], "size": head[0][1], "root": bytes(head[0][2]).hex()} if head else {}
    return Shown(rows, [f"{app}.{name}" for app, name in applied], sorted(files), ledger)


def _column(reader: Reader, table: str, column: str) -> Iterator[str]:
    return (value for (value,) in reader.all(f'SELECT "{column}" FROM "{table}"'))  # noqa: S608


def of_sqlite(path: Path, target: Path) -> Shown:
    """Write a copy of a SQLite file to ``target`` (a new file), and look at it. Raises Refused for a damaged one."""
    copy_sqlite(path, target)
    return in_sqlite(target)


def copy_sqlite(path: Path, target: Path) -> None:
    """Write a copy of a SQLite file to ``target`` (a new file). Raises Refused for one that is damaged or not there."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=60)
        ) as connection:
            connection.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise Refused("磁盘满了，没有备份", "the disk is full; there is no backup") from error
        raise Refused(f"数据库读不了：{error}", "the database cannot be read") from error


def in_sqlite(path: Path) -> Shown:
    """What a SQLite file holds."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return shown(Reader(connection.cursor(), SQLITE))


@contextmanager
def steady(connection: Any) -> Iterator[tuple[Reader, str]]:
    """A reader of PostgreSQL (a psycopg connection) to which nothing changes any more, and its snapshot's name."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield Reader(connection.cursor(), POSTGRESQL), name
    finally:
        connection.execute("ROLLBACK")
