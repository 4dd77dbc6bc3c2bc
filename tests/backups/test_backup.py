"""`gongshi backup`: one file that any tar lists, with everything but the keys, written whole or not at all."""

import base64
import json
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps

from gongshi.config.backups import archive, snapshots
from gongshi.config.backups.archive import Refused
from tests.backups.conftest import WORDS, tree
from tests.faults import scenes
from tests.faults.world import World


def quiet(_more: int) -> None:
    """Nobody watches."""


def test_a_backup_holds_everything_but_keys_and_wraps(world: World) -> None:
    world.town("file", "2", WORDS)
    file, wraps = world.folder / "a.tar", world.folder / "a.wraps.tar"
    assert "已读回核对" in world.gongshi("backup", str(file), "--dir", str(world.directory)).stdout
    world.gongshi("backup", "--wraps", str(wraps), "--dir", str(world.directory))
    listed = subprocess.run(["tar", "-tf", file], check=True, capture_output=True, text=True).stdout.split()
    assert {"settings.toml", "pack/pack.toml", "manifest.json"} <= set(listed)
    assert sum(name.startswith("files/") for name in listed) == 2
    assert not [name for name in listed if "key" in name or "wrap" in name]
    assert listed[-1] == "manifest.json"
    manifest = archive.check(file, progress=quiet)
    assert manifest.rows["cases_filing"] == 2
    assert "safekeeping_wrap" not in manifest.rows
    content = file.read_bytes()
    for name in ("instance.json", "ledger.json"):
        for key in json.loads((world.directory / "keys" / name).read_text())["versions"].values():
            assert key.encode() not in content
            assert base64.b64decode(key) not in content
    with tarfile.open(wraps) as tar:
        member = tar.extractfile("wraps/safekeeping_wrap.jsonl")
        assert member
        lines = member.read().decode().splitlines()
    assert len(lines) == 8
    for line in lines:
        sealed = next(base64.b64decode(one["bytes"]) for one in json.loads(line) if "bytes" in str(one))
        assert sealed not in content
    assert file.stat().st_mode & 0o077 == 0
    assert wraps.stat().st_mode & 0o077 == 0


def test_a_backup_overwrites_nothing(world: World) -> None:
    file = world.folder / "a.tar"
    file.write_text("another")
    assert "从不覆盖" in world.refused("backup", str(file), "--dir", str(world.directory))
    assert file.read_text() == "another"


def test_a_file_that_is_missing_is_named(backed_up: World) -> None:
    world = backed_up
    (gone,) = [path for path in (world.directory / "files").rglob("*") if path.is_file()]
    gone.unlink()
    done = world.gongshi("backup", str(world.folder / "b.tar"), "--dir", str(world.directory))
    assert str(gone.relative_to(world.directory / "files")) in done.stderr


def test_a_full_disk_leaves_nothing_behind(backed_up: World) -> None:
    scenes.need_a_mount()
    for wraps in ([], ["--wraps"]):
        with scenes.small_disk(8_192) as folder:
            given = [*wraps, str(folder / "a.tar"), "--dir", str(backed_up.directory)]
            backed_up.refused("backup", *given)
            assert tree(folder) == {}


def test_old_backups_of_the_wraps_go(backed_up: World) -> None:
    world, folder = backed_up, backed_up.folder / "kept"
    folder.mkdir()
    names = ("new.tar", "eight-days.tar", "another-town.tar", "instance.tar")
    shutil.copy2(world.folder / "a.wraps.tar", folder / "new.tar")
    shutil.copy2(world.folder / "a.tar", folder / "instance.tar")
    eight = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    aged(folder / "new.tar", folder / "eight-days.tar", made_at=eight)
    aged(folder / "new.tar", folder / "another-town.tar", made_at=eight, keys={"1": "another"})
    aged(folder / "instance.tar", folder / "old-instance.tar", made_at=eight)
    done = world.gongshi("backup", "--wraps", str(folder / "newer.tar"), "--dir", str(world.directory))
    assert "eight-days.tar" in done.stdout
    left = {path.name for path in folder.iterdir()}
    assert left == {*names, "newer.tar", "old-instance.tar"} - {"eight-days.tar"}


def aged(source: Path, target: Path, **changed: object) -> None:
    """A copy with other words in its manifest."""
    with tarfile.open(source) as old, archive.writing(target, quiet) as new:
        for member in old:
            content = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == archive.MANIFEST:
                content = json.dumps({**json.loads(content), **changed}).encode()
            new.add_bytes(member.name, content)


@pytest.mark.parametrize("where", [0.001, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("how", ["cut", "changed"])
def test_a_damaged_backup_is_known(tmp_path: Path, where: float, how: str) -> None:
    file, bad = tmp_path / "a.tar", tmp_path / "b.tar"
    with archive.writing(file, quiet) as writer:
        writer.add_bytes("database.sqlite3", os.urandom(30_000))
        writer.add_bytes("files/aa/bb/cc", os.urandom(30_000))
        manifest = archive.Manifest(
            "instance", "0", "sqlite", "now", [], {}, {}, members=dict(writer.members)
        )
        writer.add_bytes(archive.MANIFEST, manifest.encoded())
    assert archive.check(file, progress=quiet) == manifest
    content = bytearray(file.read_bytes().rstrip(b"\0"))
    position = int(len(content) * where)
    if how == "cut":
        del content[position:]
    else:
        content[position] ^= 1
    bad.write_bytes(content)
    with pytest.raises(Refused):
        archive.check(bad, progress=quiet)


@pytest.mark.parametrize("name", ["../evil", "/evil", "files/../../evil"])
def test_a_member_never_leaves_its_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.tar"
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(Refused):
        archive.check(file, into=lambda name: tmp_path / "into" / name, progress=quiet)
    assert not (tmp_path / "evil").exists()


def test_what_a_kill_left_is_cleared_away(world: World) -> None:
    file = world.folder / "a.tar"
    left = world.folder / ".a.tar.work-1"
    left.mkdir()
    (left / "database").write_text("half")
    archive.draft_of(file).write_text("half")
    world.gongshi("backup", str(file), "--dir", str(world.directory))
    assert {path.name for path in world.folder.iterdir() if "a.tar" in path.name} == {"a.tar"}
    shutil.rmtree(left, ignore_errors=True)


def test_every_column_that_names_a_sealed_file_is_looked_at() -> None:
    named = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.name == "stored"
    }
    assert named == set(snapshots.FILES)
