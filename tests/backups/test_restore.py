"""`gongshi restore`: everything is checked before anything is replaced, and what was erased stays erased."""

import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongshi.safekeeping.keys import make_key_file
from tests.backups.conftest import WORDS, tree
from tests.backups.test_backup import aged
from tests.faults.world import World

MARKER = "只有我自己知道的话"


def back_up(world: World) -> tuple[Path, Path]:
    file, wraps = world.folder / "a.tar", world.folder / "a.wraps.tar"
    world.gongshi("backup", str(file), "--dir", str(world.directory))
    world.gongshi("backup", "--wraps", str(wraps), "--dir", str(world.directory))
    return file, wraps


def restored(world: World, file: Path, *more: str) -> str:
    return world.gongshi("restore", str(file), "--dir", str(world.directory), *more).stdout


def test_what_was_backed_up_is_there_again_and_the_rest_is_kept_aside(world: World) -> None:
    early = world.town("file", "2", WORDS)
    file, wraps = back_up(world)
    late = world.town("file", "1", "后来的")
    told = restored(world, file, "--wraps", str(wraps))
    for one in early:
        assert world.town("open", one["receipt"], one["reference"]) == {
            "text": f"{WORDS} {early.index(one)}",
            "photo": "ffd8ff",
        }
    assert world.town("open", late[0]["receipt"], late[0]["reference"]) == {}
    (aside,) = world.directory.glob("before-restore-*")
    assert str(aside) in told
    assert sum(path.is_file() for path in (aside / "files").rglob("*")) == 3
    assert not (world.directory / "restoring").exists()
    if not world.cluster:
        with closing(sqlite3.connect(aside / "gongshi.sqlite3")) as old:
            assert old.execute("SELECT count(*) FROM cases_filing").fetchone() == (3,)


def test_on_a_new_machine_only_the_keys_are_needed_beside_the_two_files(world: World) -> None:
    (one,) = world.town("file", "1", WORDS)
    file, wraps = back_up(world)
    old = world.directory
    world.directory = world.folder / "new"
    (world.directory / "keys").mkdir(parents=True)
    for name in ("instance.json", "ledger.json"):
        shutil.copy2(old / "keys" / name, world.directory / "keys")
    if world.cluster:
        world.cluster.empty()
    before = tree(world.directory)
    if not world.cluster:
        assert "--wraps" in world.refused("restore", str(file), "--dir", str(world.directory))
        assert {**tree(world.directory), "in-use": ""} == {**before, "in-use": ""}
    told = restored(world, file, "--wraps", str(wraps))
    assert world.town("open", one["receipt"], one["reference"])["text"] == f"{WORDS} 0"
    if not world.cluster:
        assert "原来的" not in told


def test_what_was_erased_since_stays_erased(world: World) -> None:
    (gone,) = world.town("file", "1", MARKER)
    (stays,) = world.town("file", "1", WORDS)
    file, wraps = back_up(world)
    assert world.town("erase", gone["receipt"], gone["reference"]) == 1
    assert "重做了 1 件删除" in restored(world, file, "--wraps", str(wraps))
    assert world.town("open", gone["receipt"], gone["reference"]) == {}
    assert world.town("open", stays["receipt"], stays["reference"])["text"] == f"{WORDS} 0"
    file2, wraps2 = world.folder / "b.tar", world.folder / "b.wraps.tar"
    world.gongshi("backup", str(file2), "--dir", str(world.directory))
    world.gongshi("backup", "--wraps", str(wraps2), "--dir", str(world.directory))
    # Of the erased one no key is left, neither in the store nor in what is backed up of it: only its tombstones.
    lines = wraps2.read_text(errors="replace")
    assert lines.count('"instance"') == 2


def test_a_marker_that_was_published_then_backed_up_then_erased_is_not_brought_back(world: World) -> None:
    """Row 41, with a backup between: what the backup holds in the clear is gone again before anybody reads it."""
    (gone,) = world.town("file", "1", "w")
    world.town("publish", gone["receipt"], gone["reference"], MARKER)
    assert any("cases_publiccase.title" in place for place in world.town("hunt", MARKER)["places"])
    file, wraps = back_up(world)
    assert world.town("erase", gone["receipt"], gone["reference"]) == 1
    assert world.town("hunt", MARKER) == {"places": [], "keys": []}
    restored(world, file, "--wraps", str(wraps))
    assert world.town("hunt", MARKER) == {"places": [], "keys": []}


def test_erasures_that_only_the_backup_of_the_wraps_knows_are_made_again(world: World) -> None:
    (gone,) = world.town("file", "1", MARKER)
    file, _ = back_up(world)
    shutil.copytree(world.directory / "wraps", world.folder / "wraps-before")
    world.town("erase", gone["receipt"], gone["reference"])
    later = world.folder / "later.wraps.tar"
    world.gongshi("backup", "--wraps", str(later), "--dir", str(world.directory))
    if world.cluster:
        pytest.skip("the older store is put back as a file")
    shutil.rmtree(world.directory / "wraps")
    shutil.copytree(world.folder / "wraps-before", world.directory / "wraps")
    restored(world, file, "--wraps", str(later))
    assert world.town("open", gone["receipt"], gone["reference"]) == {}


def test_the_ledger_does_not_fork(world: World) -> None:
    world.town("file", "1", WORDS)
    first = world.town("sequence")
    file, wraps = back_up(world)
    world.town("file", "1", "后来的")
    second = world.town("sequence")
    assert second > first
    assert f"接上了备份之后签出的 {second - first} 条" in restored(world, file, "--wraps", str(wraps))
    assert world.town("sequence") > second


def test_a_ledger_that_was_longer_once_signs_no_more_until_somebody_says_so(world: World) -> None:
    """The database is lost; the wraps store still knows how far the ledger had come."""
    world.town("file", "1", WORDS)
    first = world.town("sequence")
    file, _ = back_up(world)
    world.town("file", "1", "后来的")
    second = world.town("sequence")
    if world.cluster:
        world.cluster.empty("gongshi")
    else:
        (world.directory / "gongshi.sqlite3").unlink()
    told = restored(world, file)
    assert f"有 {first} 条，比签出过的少 {second - first} 条" in told
    world.town("file", "1", "再后来的")
    assert world.town("sequence") == -1
    assert f"少 {second - first} 条" not in restored(world, file, "--shorter-ledger")
    assert world.town("sequence") > first


def test_the_log_of_a_lost_file_is_not_taken_for_the_restored_one_s(world: World) -> None:
    """SQLite alone: a log that a killed server left, beside which the file itself is gone."""
    if world.cluster:
        pytest.skip("PostgreSQL's log lies with its server")
    file, _ = back_up(world)
    database = world.directory / "gongshi.sqlite3"
    log, kept = database.with_name(f"{database.name}-wal"), world.folder / "log"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE left_behind (x)")
        opened.commit()
        kept.write_bytes(log.read_bytes())
    database.unlink()
    log.write_bytes(kept.read_bytes())
    restored(world, file)
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("SELECT name FROM sqlite_master WHERE name = 'left_behind'").fetchone() is None


def test_an_instance_in_use_is_not_replaced(backed_up: World) -> None:
    file = backed_up.folder / "a.tar"
    backed_up.serve()
    line = backed_up.refused("restore", str(file), "--dir", str(backed_up.directory))
    assert "先停下 gongshi serve" in line
    backed_up.stop()
    restored(backed_up, file)


def lose_the_wraps(world: World) -> None:
    if world.cluster:
        world.cluster.empty("gongshi_wraps")
        return
    for path in (world.directory / "wraps").iterdir():
        path.unlink()


def test_a_lost_wraps_store_is_never_made_anew(backed_up: World) -> None:
    """An empty one in its place would make the town look erased, and the nightly backup drop what could mend it."""
    world, at = backed_up, ["--dir", str(backed_up.directory)]
    lose_the_wraps(world)
    for words in (
        ["serve", "--check"],
        ["serve", "--port", str(world.port)],
        ["upgrade"],
        ["work", "--once"],
    ):
        assert "钥匙库不见了" in world.refused(*words, *at), words
    found = world.findings()
    assert [line for line in found if "WRONG" in line and "gongshi restore" in line]
    assert not [line for line in found if "gongshi upgrade" in line or "--new-shares" in line]
    world.refused("backup", "--wraps", str(world.folder / "b.wraps.tar"), *at)
    if not world.cluster:
        assert list((world.directory / "wraps").iterdir()) == []
    restored(world, world.folder / "a.tar", "--wraps", str(world.folder / "a.wraps.tar"))
    assert not [line for line in world.findings() if "钥匙库" in line and "WRONG" in line]


def test_an_empty_wraps_store_is_noticed_and_its_backups_are_kept(backed_up: World) -> None:
    """Somebody has set up tables in the place of the lost store."""
    world, at = backed_up, ["--dir", str(backed_up.directory)]
    last = world.folder / "a.wraps.tar"
    old = world.folder / "old.wraps.tar"
    aged(last, old, made_at=(datetime.now(UTC) - timedelta(days=8)).isoformat())
    world.town("lose")
    assert [line for line in world.findings() if "2 filings or cases have no key" in line]
    line = world.refused("backup", "--wraps", str(world.folder / "b.wraps.tar"), *at)
    assert "一份也没有删" in line
    assert old.exists()
    assert last.exists()


def other_keys(world: World, file: Path) -> Path:
    (world.directory / "keys" / "instance.json").unlink()
    make_key_file(world.directory / "keys" / "instance.json")
    return file


def newer_program(world: World, file: Path) -> Path:
    world.town("tomorrow")
    world.gongshi("backup", str(world.folder / "newer.tar"), "--dir", str(world.directory))
    return world.folder / "newer.tar"


def other_migrations(world: World, file: Path) -> Path:
    aged(file, world.folder / "other.tar", migrations=[])
    return world.folder / "other.tar"


def fewer_rows(world: World, file: Path) -> Path:
    aged(file, world.folder / "fewer.tar", rows={"cases_filing": 7})
    return world.folder / "fewer.tar"


def other_engine(world: World, file: Path) -> Path:
    aged(file, world.folder / "engine.tar", engine="duckdb")
    return world.folder / "engine.tar"


def other_format(world: World, file: Path) -> Path:
    # Written by hand: a newer program's file is checked by its own rules.
    content = file.read_bytes().replace(b'"format": 1', b'"format": 2')
    (world.folder / "format.tar").write_bytes(content)
    return world.folder / "format.tar"


def cut_off(world: World, file: Path, *, where: int = -40) -> Path:
    """The file without its end: everything from ``where`` bytes behind the manifest's beginning is gone."""
    with tarfile.open(file) as tar:
        manifest = tar.getmember("manifest.json")
    (world.folder / "cut.tar").write_bytes(file.read_bytes()[: manifest.offset + where])
    return world.folder / "cut.tar"


def cut_between(world: World, file: Path) -> Path:
    return cut_off(world, file, where=0)


def cut_in_a_header(world: World, file: Path) -> Path:
    return cut_off(world, file, where=100)


def cut_in_the_manifest(world: World, file: Path) -> Path:
    return cut_off(world, file, where=600)


def one_bit(world: World, file: Path) -> Path:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    (world.folder / "bit.tar").write_bytes(content)
    return world.folder / "bit.tar"


def no_backup(world: World, file: Path) -> Path:
    (world.folder / "letter.tar").write_text("dear sir")
    return world.folder / "letter.tar"


def wraps_instead(world: World, file: Path) -> Path:
    return world.folder / "a.wraps.tar"


@pytest.mark.parametrize(
    ("made", "because"),
    [
        (other_keys, "keys/instance.json"),
        (newer_program, "更新的程序"),
        (other_migrations, "行数与清单不符"),
        (fewer_rows, "行数与清单不符"),
        (other_engine, "duckdb"),
        (other_format, "格式版本"),
        (cut_off, "完整的备份"),
        (cut_between, "完整的备份"),
        (cut_in_a_header, "完整的备份"),
        (cut_in_the_manifest, "完整的备份"),
        (one_bit, "损坏"),
        (no_backup, "完整的备份"),
        (wraps_instead, "另一种备份"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_and_changes_nothing(
    backed_up: World, made: Callable[[World, Path], Path], because: str
) -> None:
    wrong = made(backed_up, backed_up.folder / "a.tar")
    before = tree(backed_up.directory)
    line = backed_up.refused("restore", str(wrong), "--dir", str(backed_up.directory))
    assert because in line
    assert tree(backed_up.directory) == before


def test_keys_of_another_instance_do_not_open_its_wraps(backed_up: World) -> None:
    """The fingerprints alone do not decide: the keys are tried on wraps."""
    aged(backed_up.folder / "a.tar", backed_up.folder / "claims.tar", keys={})
    path = backed_up.directory / "keys" / "instance.json"
    path.unlink()
    make_key_file(path)
    before = tree(backed_up.directory)
    line = backed_up.refused(
        "restore", str(backed_up.folder / "claims.tar"), "--dir", str(backed_up.directory)
    )
    assert "打不开这些来件" in line
    assert tree(backed_up.directory) == before
