"""Restoring an instance: everything is unpacked and checked beside the old one, which changes only at the very end.

What may be added without harm is added first (sealed files under their random names, wraps that the store lacks), and
erasures made since are made again in the restored database. Then it takes the old one's place in one step. Killed
before that, the old instance works on; the next attempt begins anew.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from gongshi.config.backups import archive, running, snapshots
from gongshi.config.backups.archive import Manifest, Refused
from gongshi.config.backups.fingerprints import fingerprints
from gongshi.config.backups.stages import Stage, stage_for
from gongshi.config.environment import Environment, SettingsError
from gongshi.safekeeping.durable import sync_folder
from gongshi.safekeeping.keys import KeyFileError, keys_in

if TYPE_CHECKING:
    from gongshi.config.backups.ledger import Carried

DRAFTS = "restoring"
KEY_FILES = ("instance.json", "ledger.json")
SETTINGS_FILE = "gongshi.toml"
FILES, SETTINGS, STORED = "files/", "settings.toml", "wraps/"

Clock = Callable[[], datetime]
Bar = Callable[[int], AbstractContextManager[archive.Progress]]


@dataclass
class Restored:
    """What a restore came to, for the last words to whoever asked. ``replaced``: whether it replaced a database."""

    manifest: Manifest
    kept: list[str] = field(default_factory=list)
    unreadable: int = 0
    erased: int = 0
    ledger: "Carried | None" = None
    shorter_ledger: bool = False
    replaced: bool = True


def restore(
    path: Path, directory: Path, *, wraps: Path | None, shorter_ledger: bool, clock: Clock, bar: Bar
) -> Restored:
    """Check a backup and put it in the instance's place. Raises Refused, OSError; then the instance is as it was.

    ``shorter_ledger``: the public ledger may go on from less than was signed once. ``clock`` is asked once, when
    everything is checked and Django runs on this instance.
    """
    running.alone(directory)
    for name in KEY_FILES:
        if not (directory / "keys" / name).is_file():
            raise Refused(
                f"缺密钥文件 {directory}/keys/{name}；先把密钥拷回来",
                f"no key file {directory}/keys/{name}; put the keys back first",
            )
    with _drafts(directory) as folder, _settings(directory) as settings:
        manifest = _unpacked(path, wraps, folder, bar)
        _same_keys(manifest, directory)
        settings(folder / SETTINGS)
        stage = _stage(directory, folder)
        try:
            _load(stage, manifest, folder)
            restored = _enter(stage, directory, manifest, folder)
            restored.shorter_ledger = shorter_ledger
            at = clock()
            with _aside(directory, at) as aside:
                _prepare(directory, folder, aside)
                _replace(stage, aside, restored, at)
        except BaseException:
            stage.discard()
            raise
    return restored


@contextmanager
def _aside(directory: Path, at: datetime) -> Iterator[Path]:
    """Where the old instance is kept, until somebody deletes it; nothing, if it is not replaced after all."""
    folder = directory / f"before-restore-{at:%Y%m%dT%H%M%S}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _drafts(directory: Path) -> Iterator[Path]:
    folder = directory / DRAFTS
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _settings(directory: Path) -> Iterator[Callable[[Path], None]]:
    """An instance keeps its settings. On a new machine there are none: those of the backup, unless it fails."""
    target = directory / SETTINGS_FILE
    there = target.exists()

    def take(source: Path) -> None:
        if not there:
            shutil.copyfile(source, target)
            target.chmod(0o600)

    try:
        yield take
    except BaseException:
        if not there:
            target.unlink(missing_ok=True)
        raise


def _unpacked(path: Path, wraps: Path | None, folder: Path, bar: Bar) -> Manifest:
    """Everything in the two files, every byte as listed, in the folder of drafts."""
    total = path.stat().st_size + (wraps.stat().st_size if wraps else 0)

    def into(name: str) -> Path | None:
        return None if name.startswith("pack/") else folder / name

    _of_kind(path, archive.INSTANCE)
    with bar(total) as progress:
        manifest = archive.check(path, into=into, progress=progress)
        if wraps:
            _of_kind(wraps, archive.WRAPS)
            other = archive.check(wraps, into=into, progress=progress)
            if not other.keys.items() & manifest.keys.items():
                raise Refused(
                    f"{wraps.name} 是另一个实例的",
                    f"{wraps.name} belongs to another instance than {path.name}",
                )
    return manifest


def _of_kind(path: Path, kind: str) -> None:
    found = archive.peek(path)
    if found and found.kind != kind:
        raise Refused(
            f"{path.name} 是另一种备份（{found.kind}）",
            f"{path.name} is a backup of another kind ({found.kind})",
        )


def _same_keys(manifest: Manifest, directory: Path) -> None:
    try:
        here = fingerprints(keys_in(directory / "keys" / "instance.json"))
    except KeyFileError as error:
        raise Refused(f"密钥文件不能用：{error}", "the key file cannot be used") from error
    for version, fingerprint in manifest.keys.items():
        if here.get(version) != fingerprint:
            raise Refused(
                f"keys/instance.json 没有备份时的第 {version} 版密钥",
                f"keys/instance.json lacks key version {version} of the time of the backup",
            )


def _stage(directory: Path, folder: Path) -> Stage:
    try:
        return stage_for(Environment(directory).text("database", ""), directory, folder)
    except SettingsError as error:
        raise Refused(f"设置有误：{error}", "a setting is wrong") from error


def _load(stage: Stage, manifest: Manifest, folder: Path) -> None:
    if manifest.engine != stage.engine:
        raise Refused(
            f"备份来自 {manifest.engine}，这个实例用 {stage.engine}；先恢复成同一种，再用 gongshi move",
            f"the backup is of {manifest.engine}, this instance uses {stage.engine}; restore to the same, then move",
        )
    shown = stage.load(folder / snapshots.MEMBERS[stage.engine])
    wrong = [
        name
        for name in shown.rows.keys() | manifest.rows.keys()
        if shown.rows.get(name) != manifest.rows.get(name)
    ]
    if wrong or shown.migrations != manifest.migrations:
        name = min(wrong, default="django_migrations")
        raise Refused(f"行数与清单不符：{name}", f"the rows of {name} are not as many as listed")


def _enter(stage: Stage, directory: Path, manifest: Manifest, folder: Path) -> Restored:
    """Start Django on the staged database, and check what takes the program to check."""
    os.environ["GONGSHI_DATABASE"] = stage.url
    from gongshi.config.instance import enter

    enter(directory)
    from django.db import DEFAULT_DB_ALIAS, connection
    from django.db.migrations.loader import MigrationLoader

    from gongshi.config import stores
    from gongshi.config.backups import wraps

    loader = MigrationLoader(connection)
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise Refused(
            f"备份是更新的程序（{manifest.program}）写的：{unknown[0]}；先升级程序",
            f"the backup was written by a newer program ({manifest.program}: {unknown[0]}); upgrade first",
        )
    stores.migrate(DEFAULT_DB_ALIAS)
    return Restored(manifest, unreadable=wraps.check(_subjects(), folder / STORED))


def _subjects() -> list[UUID]:
    from gongshi.cases.models import Case, Filing

    found: list[UUID] = []
    for model in (Filing, Case):
        found += model._default_manager.filter(erased_at=None).order_by("id").values_list("id", flat=True)
    return found


def _prepare(directory: Path, folder: Path, aside: Path) -> None:
    """Add what the old instance can stand having too: wraps that its store lacks, files that are not there."""
    from django.core.management import call_command

    from gongshi.config import stores
    from gongshi.config.backups import wraps
    from gongshi.config.secrets import make_secret_key
    from gongshi.config.setup import FOLDERS
    from gongshi.safekeeping.apart_store import STORE

    for name in FOLDERS:
        (directory / name).mkdir(mode=0o700, exist_ok=True)
    make_secret_key(directory)
    call_command("collectstatic", verbosity=0, interactive=False)
    stores.lay(STORE)
    stores.migrate(STORE)
    wraps.merge(folder / STORED)
    _link(directory / "files", aside / "files")
    _add(folder / "files", directory / "files")


def _replace(stage: Stage, aside: Path, restored: Restored, at: datetime) -> None:
    """Bring the staged database up to what has happened since, and let it take its place."""
    from django.db import connections

    from gongshi.cases import jobs
    from gongshi.config.backups import ledger

    old = stage.old if stage.replaces else None
    restored.ledger = ledger.carry_over(old, shorter=restored.shorter_ledger)
    restored.erased = jobs.erase_what_is_erased_elsewhere(at)
    jobs.take_away_again(at)
    jobs.rewrite(at)
    connections.close_all()
    restored.replaced = stage.replaces
    kept = stage.swap(aside)
    restored.kept = [str(aside), kept] if kept else [str(aside)]
    if not stage.replaces and not any(aside.iterdir()):
        aside.rmdir()


def _link(source: Path, target: Path) -> None:
    """The old files under a second name, so that the old instance stays whole when orphans are swept."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link)


def _add(source: Path, target: Path) -> None:
    """Put every restored file in its place. One that is there stays: names are random, and its bytes were checked."""
    for file in sorted(source.rglob("*")) if source.is_dir() else []:
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.replace(place)
            sync_folder(place.parent)
            sync_folder(place.parent.parent)
            sync_folder(target)
