"""A restored database beside the old one, until it takes its place in one step: a file, or a PostgreSQL database."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from gongshi.config import databases
from gongshi.config.backups import postgres, snapshots
from gongshi.config.backups.archive import Refused
from gongshi.safekeeping.durable import sync_folder


class Stage(Protocol):
    """Where a database is restored before anything is replaced.

    ``old``: Django's settings of what it will replace; ``replaces``: whether there is anything.
    """

    engine: str
    url: str
    old: dict[str, Any]
    replaces: bool

    def load(self, dump: Path) -> snapshots.Shown:
        """Take in a backup's database and look at it. Raises Refused for one that is not sound."""

    def swap(self, aside: Path) -> str:
        """Put it in the old one's place. Nothing may be connected. Returns where the old one is now, "" for none."""

    def discard(self) -> None:
        """Take it away again."""


def stage_for(url: str, directory: Path, folder: Path) -> Stage:
    """The stage beside the database that the instance's settings name; drafts go to ``folder``."""
    values = databases.database(url, directory)
    if values["ENGINE"].endswith("sqlite3"):
        return SQLiteStage(values, folder)
    return PostgresStage(url, values)


class SQLiteStage:
    """The file is put in place by one rename, after the old one's log is empty and gone."""

    engine = snapshots.SQLITE

    def __init__(self, old: dict[str, Any], folder: Path) -> None:
        self.old = old
        self._target = Path(old["NAME"])
        self.replaces = self._target.exists()
        self._file = folder / "restored.sqlite3"
        self.url = f"sqlite://{self._file}"

    def load(self, dump: Path) -> snapshots.Shown:
        """The file itself, checked by SQLite."""
        dump.rename(self._file)
        try:
            with closing(sqlite3.connect(self._file)) as connection:
                said = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
                wrong = connection.execute("PRAGMA foreign_key_check").fetchone()
            if said != ["ok"] or wrong:
                raise Refused("备份里的数据库已损坏", f"the backup's database is damaged: {said[0]}")
            return snapshots.in_sqlite(self._file)
        except sqlite3.DatabaseError as error:
            raise Refused(f"备份里的数据库已损坏：{error}", "the backup's database is damaged") from error

    def swap(self, aside: Path) -> str:
        """The old file and its log go aside, then the new one takes the name."""
        _empty_log(self._file)
        _with(self._file, "-wal").unlink(missing_ok=True)
        _with(self._file, "-shm").unlink(missing_ok=True)
        if self.replaces:
            with suppress(sqlite3.DatabaseError):
                _empty_log(self._target)
            os.link(self._target, aside / self._target.name)
        if _with(self._target, "-wal").exists():
            # A log that could not be emptied, or whose file is lost, belongs to the old file alone.
            _with(self._target, "-wal").rename(aside / f"{self._target.name}-wal")
        _with(self._target, "-shm").unlink(missing_ok=True)
        sync_folder(aside)
        self._file.replace(self._target)
        sync_folder(self._target.parent)
        return str(aside / self._target.name) if self.replaces else ""

    def discard(self) -> None:
        """It lies in the folder of drafts, which goes as a whole."""


def _with(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _empty_log(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresStage:
    """A database of its own on the same server; both are renamed in one transaction."""

    engine = snapshots.POSTGRESQL

    def __init__(self, url: str, old: dict[str, Any]) -> None:
        self.old = old
        self.replaces = True
        self._name = str(old["NAME"])
        self._staged = f"{self._name}_restoring"
        parts = urlsplit(url)
        self.url = urlunsplit(parts._replace(path=f"/{self._staged}"))

    def load(self, dump: Path) -> snapshots.Shown:
        """A new database, loaded by pg_restore in one transaction."""
        import psycopg

        try:
            with self._server() as server:
                _nobody_else(server, self._name)
                server.execute(f'DROP DATABASE IF EXISTS "{self._staged}"')
                server.execute(f'CREATE DATABASE "{self._staged}" TEMPLATE template0')
                version = server.info.server_version // 10_000
        except psycopg.Error as error:
            raise Refused(
                f"不能建新数据库：{error}（需要 CREATEDB 权限）",
                "a new database cannot be made; its role needs CREATEDB",
            ) from error
        values = {**self.old, "NAME": self._staged}
        postgres.load(values, dump, server=version)
        with psycopg.connect(**_words(values)) as connection:
            return snapshots.shown(snapshots.Reader(connection.cursor(), self.engine))

    def swap(self, aside: Path) -> str:
        """Rename the old one and the new one, both or neither."""
        kept = f"{self._name}_{aside.name.replace('-', '_')}"[:63]
        with self._server() as server:
            _nobody_else(server, self._name)
            with server.transaction():
                server.execute(f'ALTER DATABASE "{self._name}" RENAME TO "{kept}"')
                server.execute(f'ALTER DATABASE "{self._staged}" RENAME TO "{self._name}"')
        return kept

    def discard(self) -> None:
        """Drop it."""
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self._staged}" WITH (FORCE)')

    def _server(self) -> Any:
        """A connection to the server that is to none of the two databases."""
        import psycopg

        return psycopg.connect(**_words({**self.old, "NAME": "postgres"}), autocommit=True)


def _words(values: dict[str, Any]) -> dict[str, Any]:
    known = {
        "dbname": values["NAME"],
        "user": values["USER"],
        "password": values["PASSWORD"],
        "host": values["HOST"],
        "port": values["PORT"],
    }
    return {**{name: value for name, value in known.items() if value}, **values["OPTIONS"]}


def _nobody_else(server: Any, name: str) -> None:
    """Raises Refused when somebody is connected to the database, from whatever machine."""
    (number,) = server.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    ).fetchone()
    if number:
        raise Refused(
            f"还有 {number} 个连接在用数据库 {name}，先停下 gongshi serve 和 gongshi work",
            f"{number} sessions use the database {name}; stop gongshi serve and gongshi work first",
        )
