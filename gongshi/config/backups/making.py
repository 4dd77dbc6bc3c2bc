"""Making a backup: of the instance without its keys, and, apart from it, of the wraps store."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from gongshi import __version__
from gongshi.config import databases, stores
from gongshi.config.backups import aliases, archive, postgres, rows, snapshots
from gongshi.config.backups.archive import Manifest, Writer
from gongshi.config.backups.fingerprints import fingerprints
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.models import Tombstone, Wrap

SETTINGS = "settings.toml"
FILES, PACK, STORED = "files/", "pack/", "wraps/"
MOST_WRAPS = 10
"""A filing or case has fewer: one for the instance, the receipt, each office of its ladder, and for recovery."""

Bar = Callable[[int], AbstractContextManager[archive.Progress]]
"""Gives, for a number of bytes, a context with a function that is told how many more are done."""


@dataclass(frozen=True)
class Made:
    """What a backup came to: its manifest, its size in bytes, and older ones of the wraps that were removed.

    ``larger``: an older one of the wraps that knows of far more than this one; then none was removed.
    """

    manifest: Manifest
    size: int
    removed: list[Path]
    larger: Path | None = None


def backup(path: Path, *, at: datetime, bar: Bar) -> Made:
    """Back up database, sealed files, pack and settings to ``path``. Raises Refused, OSError; then nothing is left."""
    _must_be_whole(DEFAULT_DB_ALIAS)
    with _workshop(path) as folder:
        copy = folder / "database"
        shown = _snapshot(DEFAULT_DB_ALIAS, copy)
        engine = connections[DEFAULT_DB_ALIAS].vendor
        sealed, missing = _sealed_files(shown.files)
        manifest = _manifest(archive.INSTANCE, engine, shown, at)
        total = copy.stat().st_size + sum(file.stat().st_size for file in sealed.values())
        with bar(2 * total) as progress, archive.writing(path, progress) as writer:
            writer.add(snapshots.MEMBERS[engine], copy)
            copy.unlink()
            _add_files(writer, sealed, missing)
            for name, text in _pack().items():
                writer.add_bytes(PACK + name, text.encode())
            writer.add(SETTINGS, Path(settings.INSTANCE) / "gongshi.toml")
            manifest = _sealed_with(writer, replace(manifest, missing=missing))
    return Made(manifest, path.stat().st_size, [])


def backup_wraps(path: Path, *, at: datetime, bar: Bar, keep_days: int) -> Made:
    """Back up the wraps store to ``path``; remove backups of the same instance's beside it that are older than that.

    None is removed when one of them knows of far more: what it holds was lost, and it may be the last that does.
    """
    _must_be_whole(STORE)
    counts: dict[str, int] = {}
    with _workshop(path) as folder, bar(1) as progress, archive.writing(path, progress) as writer:
        with _steady_store(folder) as alias:
            for model in rows.tables(STORE):
                lines = folder / model._meta.db_table
                counts[model._meta.db_table] = _written(rows.read(model, alias), lines)
        for name in counts:
            writer.add(f"{STORED}{name}.jsonl", folder / name)
        shown = snapshots.Shown(counts, _migrations(), [], {})
        manifest = _manifest(archive.WRAPS, connections[STORE].vendor, shown, at)
        manifest = _sealed_with(writer, manifest)
    others = dict(_others(path, manifest))
    larger = next((old for old, found in others.items() if _lost_since(found, manifest)), None)
    before = at - timedelta(days=keep_days)
    removed = [
        old for old, found in others.items() if not larger and datetime.fromisoformat(found.made_at) < before
    ]
    for old in removed:
        old.unlink()
    return Made(manifest, path.stat().st_size, removed, larger)


def _lost_since(before: Manifest, now: Manifest) -> bool:
    """Whether most wraps went away since, and not by erasing, which leaves a tombstone for each subject."""
    wraps, stones = Wrap._meta.db_table, Tombstone._meta.db_table
    gone = before.rows.get(wraps, 0) - now.rows.get(wraps, 0)
    erased = max(now.rows.get(stones, 0) - before.rows.get(stones, 0), 0)
    return gone * 2 > before.rows.get(wraps, 0) and gone > erased * MOST_WRAPS


def _must_be_whole(alias: str) -> None:
    found = stores.trouble(alias, thorough=True)
    if found:
        raise archive.Refused(f"没有备份：{found.zh}", f"there is no backup: {found.en}")


@contextmanager
def _steady_store(folder: Path) -> Iterator[str]:
    """An alias under which the wraps store does not change any more, while others write to it."""
    connection = connections[STORE]
    if connection.vendor == snapshots.SQLITE:
        copy = folder / "store"
        snapshots.copy_sqlite(Path(connection.settings_dict["NAME"]), copy)
        aliases.add("store_copy", databases.sqlite(copy))
        try:
            yield "store_copy"
        finally:
            aliases.remove("store_copy")
        return
    with transaction.atomic(using=STORE):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield STORE


def _others(path: Path, manifest: Manifest) -> Iterator[tuple[Path, Manifest]]:
    """Other backups of this instance's wraps in the same folder."""
    for other in sorted(path.parent.glob(f"*{path.suffix}")):
        found = archive.peek(other) if other.is_file() and other != path else None
        if found is None or found.kind != archive.WRAPS or not found.keys.items() & manifest.keys.items():
            continue
        yield other, found


def _written(stream: Iterator[tuple[Any, ...]], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in stream:
            file.write(rows.encoded(row) + "\n")
            count += 1
    return count


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in stores.applied_migrations(STORE))


def _manifest(kind: str, engine: str, shown: snapshots.Shown, at: datetime) -> Manifest:
    return Manifest(
        kind=kind,
        program=__version__,
        engine=engine,
        made_at=at.isoformat(),
        migrations=shown.migrations,
        rows=shown.rows,
        keys=fingerprints(instance_keys()),
        ledger=shown.ledger,
    )


def _sealed_with(writer: Writer, manifest: Manifest) -> Manifest:
    whole = replace(manifest, members=dict(writer.members))
    writer.add_bytes(archive.MANIFEST, whole.encoded())
    return whole


def _snapshot(alias: str, target: Path) -> snapshots.Shown:
    connection = connections[alias]
    if connection.vendor == snapshots.SQLITE:
        return snapshots.of_sqlite(Path(connection.settings_dict["NAME"]), target)
    connection.ensure_connection()
    session: Any = connection.connection
    server = session.info.server_version // 10_000
    with snapshots.steady(session) as (reader, name):
        postgres.dump(connection.settings_dict, target, server=server, snapshot=name)
        return snapshots.shown(reader)


def _sealed_files(names: list[str]) -> tuple[dict[str, Path], list[str]]:
    """Where the files of a snapshot lie, and those that are not there. A file is written before its row."""
    folder = Path(storages["sealed"].path(""))
    found = {name: folder / name for name in names if (folder / name).is_file()}
    return found, [name for name in names if name not in found]


def _add_files(writer: Writer, sealed: dict[str, Path], missing: list[str]) -> None:
    for name, file in sealed.items():
        try:
            writer.add(FILES + name, file)
        except FileNotFoundError:
            # Erased since: its row goes too when the erasure is replayed.
            missing.append(name)


def _pack() -> dict[str, str]:
    from gongshi.formats.pack import write_pack
    from gongshi.revisions.loading import pack_of_instance

    pack = pack_of_instance()
    return dict(write_pack(pack)) if pack else {}


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """A folder for drafts beside ``path``, on the same disk, gone at the end; those that a kill left behind are too."""
    prefix = f".{path.name}.work-"
    for left in path.parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=path.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
