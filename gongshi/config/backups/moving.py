"""Moving an instance from its SQLite files to PostgreSQL: every row copied, counted, summed up and replayed.

The target is this process's own database, as the environment names it; the SQLite files are read under aliases beside
it. All rows of a store go over in one transaction: killed half-way nothing is there, and the move is started again; a
store that is over already is compared and left.
The instance's settings name the new databases only when everything was found alike.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import tomli_w
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from gongshi.config import databases, stores
from gongshi.config.backups import aliases, rows
from gongshi.config.backups.archive import Refused
from gongshi.config.backups.rows import Model, Sum
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.durable import sync_folder

SOURCES = {DEFAULT_DB_ALIAS: "old_database", STORE: "old_wraps"}
# What a database that was only set up holds.
SETUP = frozenset({"django_content_type", "auth_permission"})

Bar = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class Moved:
    """How many rows of how many tables went over, and how many cases were replayed on both sides.

    ``differing``: cases whose history did not replay to their columns, before the move as after it.
    """

    rows: int
    tables: int
    cases: int
    differing: int


def move(directory: Path, values: dict[str, str], *, bar: Bar) -> Moved:
    """Copy both stores and compare; then let the settings name the new ones (``values``: setting to URL).

    Raises Refused when the target is not empty, is behind, or differs afterwards; the instance is then as it was.
    """
    # The wraps first: rows without keys would be unreadable, keys without rows open nothing.
    stores = [
        alias for alias, name in ((STORE, "wraps_database"), (DEFAULT_DB_ALIAS, "database")) if name in values
    ]
    for alias in stores:
        _open_source(alias, directory)
    # One that an earlier move, killed after it, has brought over whole stays as it is.
    stores = [alias for alias in stores if not _is_there(alias)]
    expected = sum(_count(model, SOURCES[alias]) for alias in stores for model in rows.tables(alias))
    tables = moved = 0
    with bar(2 * expected) as progress:
        for alias in stores:
            with transaction.atomic(using=alias), _read_only(SOURCES[alias]):
                for model in rows.tables(alias):
                    moved += _copied(model, alias, progress)
                    tables += 1
                rows.reset_counters(alias)
    cases, differing = _replayed()
    name_in_settings(directory / "gongshi.toml", values)
    return Moved(moved, tables, cases, differing)


def _open_source(alias: str, directory: Path) -> None:
    values = (databases.database if alias == DEFAULT_DB_ALIAS else databases.wraps_database)("", directory)
    if not Path(values["NAME"]).is_file():
        raise Refused(f"没有 {values['NAME']}", f"there is no {values['NAME']}")
    aliases.add(SOURCES[alias], values)


def _is_there(alias: str) -> bool:
    """Make the target's tables; whether it holds every row of the source already. Raises Refused if it holds others."""
    if connections[alias].vendor != "postgresql":
        raise Refused("目标不是 PostgreSQL", "the target is no PostgreSQL database")
    stores.migrate(alias)
    if stores.applied_migrations(alias) != stores.applied_migrations(SOURCES[alias], like=alias):
        raise Refused(
            "原数据库的表不是本程序这一版的；先运行 gongshi upgrade",
            "the old database is not at this program's version; run gongshi upgrade first",
        )
    full = [model for model in rows.tables(alias) if _count(model, alias)]
    if all(model._meta.db_table in SETUP for model in full):
        return False
    for model in rows.tables(alias):
        if _sum(model, alias) != _sum(model, SOURCES[alias]):
            raise Refused(
                f"目标数据库不是空的：{full[-1]._meta.db_table}",
                "the target database is not empty; name a new one",
            )
    return True


def _sum(model: Model, alias: str) -> Sum:
    total = Sum()
    with transaction.atomic(using=alias):
        for _row in rows.summed(rows.read(model, alias), total):
            pass
    return total


def _count(model: Model, alias: str) -> int:
    return model._base_manager.using(alias).count()


def _read_only(alias: str) -> AbstractContextManager[None]:
    """The source as it stands: nobody writes to it, as this process holds the instance alone."""
    return transaction.atomic(using=alias)


def _copied(model: Model, alias: str, progress: Callable[[int], None]) -> int:
    """Copy one table, read it back, and compare. Returns how many rows."""
    model._base_manager.using(alias).all().delete()
    there, here = Sum(), Sum()
    for more in rows.write(model, alias, rows.summed(rows.read(model, SOURCES[alias]), there)):
        progress(more)
    for number, _row in enumerate(rows.summed(rows.read(model, alias), here), 1):
        if number % rows.AT_ONCE == 0:
            progress(rows.AT_ONCE)
    progress(here.rows % rows.AT_ONCE)
    if there != here:
        raise Refused(
            f"{model._meta.db_table} 两边不同：{there.rows} 行与 {here.rows} 行",
            f"{model._meta.db_table} differs: {there.rows} rows and {here.rows}",
        )
    return there.rows


def _replayed() -> tuple[int, int]:
    """Fold every case's history from nothing, on both sides: how many cases, and how many differ from their columns.

    Raises Refused when the two sides come to different states.
    """
    from gongshi.cases.replaying import replayed

    cases = differing = 0
    for there, here in zip(replayed(SOURCES[DEFAULT_DB_ALIAS]), replayed(DEFAULT_DB_ALIAS), strict=True):
        if there != here:
            raise Refused(f"重放后两边不同：{there.case}", "a case's history replays to two different states")
        cases += 1
        differing += not here.agrees
    return cases, differing


def name_in_settings(path: Path, values: dict[str, str]) -> None:
    """Write settings into the instance's file, each in place of its own line if there is one; the rest stays."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for name, value in values.items():
        lines = list(_with(lines, name, tomli_w.dumps({name: value}).strip()))
    draft = path.with_name(f".{path.name}.part")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.chmod(path.stat().st_mode & 0o777)
    draft.replace(path)
    sync_folder(path.parent)


def _with(lines: list[str], name: str, line: str) -> Iterator[str]:
    done = False
    for old in lines:
        given = old.lstrip("# ").partition("=")[0].strip() == name and "=" in old
        if given and not done:
            yield line
            done = True
        elif not given or old.startswith("#"):
            yield old
    if not done:
        yield line
