"""`gongshi check`: in order when it is, and each thing that can be wrong is named with what to do."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.founding.process import PACK, ROOT, environ, gongshi
from tests.once import once


@pytest.fixture(scope="module")
def fresh() -> Path:
    """An instance for a real address whose worker has been there once."""
    return once("checked", make_fresh) / "town"


def make_fresh(folder: Path) -> None:
    folder.mkdir()
    directory = folder / "town"
    made = gongshi("init", "--pack", PACK, "--dir", directory, "--base-url", "https://gongshi.example")
    assert made.returncode == 0, made.stderr
    worked = gongshi("work", "--once", "--dir", directory)
    assert worked.returncode == 0, worked.stderr
    told = [json.loads(line) for line in worked.stderr.splitlines()]
    assert [line for line in told if line["event"] == "worked" and line["counts"]]


@pytest.fixture
def town(fresh: Path, tmp_path: Path) -> Path:
    """A copy that may be broken."""
    copy = tmp_path / "town"
    shutil.copytree(fresh, copy)
    return copy


def wrong(directory: Path, **environ: str) -> list[str]:
    """The lines of what is to be put right, and that the exit code says the same."""
    done = gongshi("check", "--dir", directory, **environ)
    lines = [line for line in done.stdout.splitlines() if line.startswith("错 / WRONG")]
    assert done.returncode == (1 if lines else 0), done.stderr
    assert lines or "错" not in done.stdout
    return lines


def test_a_new_instance_is_in_order(fresh: Path) -> None:
    assert wrong(fresh) == []


def test_a_note_is_no_fault(fresh: Path) -> None:
    said = gongshi("check", "--dir", fresh).stdout
    assert "注意 / note: 还没有钥匙的单位" in said


def forget_a_migration(directory: Path) -> None:
    with sqlite3.connect(directory / "gongshi.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'notifications'")
    database.close()


def let_others_read_the_keys(directory: Path) -> None:
    (directory / "keys" / "signing.key").chmod(0o644)


def lose_the_keys(directory: Path) -> None:
    (directory / "keys" / "instance.json").unlink()


def lose_the_folder_of_keys(directory: Path) -> None:
    shutil.rmtree(directory / "keys")


def empty_the_key_file(directory: Path) -> None:
    (directory / "keys" / "instance.json").write_text("")


def let_others_read_the_key(directory: Path) -> None:
    (directory / "keys" / "instance.json").chmod(0o644)


def damage_the_database(directory: Path) -> None:
    with (directory / "gongshi.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(bytes(3_000))


def lose_the_wraps_store(directory: Path) -> None:
    for path in (directory / "wraps").iterdir():
        path.unlink()


def lose_the_database(directory: Path) -> None:
    for path in directory.glob("gongshi.sqlite3*"):
        path.unlink()


def damage_the_wraps_store(directory: Path) -> None:
    for path in (directory / "wraps").iterdir():
        path.unlink()
    (directory / "wraps" / "wraps.sqlite3").write_bytes(b"no database at all" * 400)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (forget_a_migration, "gongshi upgrade"),
        (let_others_read_the_keys, "chmod go="),
        (lose_the_keys, "instance.json"),
        (lose_the_folder_of_keys, "钥匙文件夹"),
        (damage_the_database, "数据库损坏了"),
        (lose_the_wraps_store, "钥匙库不见了"),
        (lose_the_database, "数据库不见了"),
        (damage_the_wraps_store, "钥匙库损坏了"),
    ],
)
def test_what_is_broken_is_named(town: Path, broken: Callable[[Path], None], told: str) -> None:
    broken(town)
    assert [line for line in wrong(town) if told in line]


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("GONGSHI_DEBUG", "true", "debug"),
        ("GONGSHI_DEMO", "true", "demo"),
        ("GONGSHI_TRUSTED_PROXIES", "0", "trusted_proxies"),
    ],
)
def test_unsafe_settings_are_named(fresh: Path, setting: str, value: str, told: str) -> None:
    assert [line for line in wrong(fresh, **{setting: value}) if told in line]


def test_a_wraps_store_in_the_database_itself_is_named(town: Path) -> None:
    """The same file by two names, which the settings cannot tell."""
    place, other = town / "gongshi.sqlite3", town / "wraps" / ".." / "gongshi.sqlite3"
    found = wrong(town, GONGSHI_DATABASE=f"sqlite://{place}", GONGSHI_WRAPS_DATABASE=f"sqlite://{other}")
    assert [line for line in found if "是同一个" in line]


def test_a_worker_that_never_came_is_noticed(tmp_path: Path) -> None:
    directory = tmp_path / "town"
    assert gongshi("init", "--pack", PACK, "--dir", directory).returncode == 0
    assert [line for line in wrong(directory) if "gongshi work" in line]


def test_upgrading_puts_a_database_that_is_behind_in_order(town: Path) -> None:
    with sqlite3.connect(town / "gongshi.sqlite3") as database:
        for table in ("outboxrow", "jobrun"):
            database.execute(f"DROP TABLE notifications_{table}")
        database.execute("DELETE FROM django_migrations WHERE app = 'notifications'")
    database.close()
    assert wrong(town)
    for _ in range(2):
        assert gongshi("upgrade", "--dir", town).returncode == 0
    assert gongshi("work", "--once", "--dir", town).returncode == 0
    assert wrong(town) == []


def test_a_database_that_cannot_be_upgraded_is_one_line(town: Path) -> None:
    (town / "gongshi.sqlite3").write_bytes(b"no database at all" * 400)
    failed = gongshi("upgrade", "--dir", town)
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)


def refused(directory: Path, *words: object) -> str:
    """The one line with which a command ends."""
    done = gongshi(*words, "--dir", directory)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lose_the_folder_of_keys, "signing.key"),
        (empty_the_key_file, "钥匙文件不能用"),
        (let_others_read_the_key, "chmod 600"),
        (lose_the_database, "数据库不见了"),
    ],
)
def test_what_could_not_be_served_is_not_started(
    town: Path, broken: Callable[[Path], None], told: str
) -> None:
    broken(town)
    for words in (["serve", "--check"], ["serve", "--port", "1"]):
        assert told in refused(town, *words)


def test_what_would_start_is_said(fresh: Path) -> None:
    done = gongshi("serve", "--check", "--dir", fresh)
    assert (done.returncode, done.stdout, done.stderr) == (0, "好：能启动 / ok: it would start\n", "")


def test_a_damaged_database_is_called_that_everywhere(town: Path) -> None:
    damage_the_database(town)
    for words in (["backup", town.parent / "a.tar"], ["audit"], ["upgrade"]):
        assert "数据库损坏了" in refused(town, *words), words
    assert list(town.parent.glob("*.tar")) == []


@pytest.mark.skipif("os.geteuid()", reason="only root can give a folder to somebody")
def test_root_writes_nothing_into_somebody_elses_instance(town: Path) -> None:
    (town / "a.tar").touch()
    for path in (town, *town.rglob("*")):
        os.chown(path, 65534, 65534)
    before = {path: (path.stat().st_uid, path.stat().st_mtime_ns) for path in town.rglob("*")}
    for words in (["rotate-keys"], ["restore", town / "a.tar"], ["recover", "--new-shares"], ["upgrade"]):
        assert "sudo -u" in refused(town, *words), words
    assert {path: (path.stat().st_uid, path.stat().st_mtime_ns) for path in town.rglob("*")} == before
    os.chown(town / "keys" / "instance.json", 0, 0)
    assert [line for line in wrong(town) if f"--reference={town} {town}/keys/instance.json" in line]


# Loaded first: nobody may not read this checkout either.
AS_NOBODY = "import os; from gongshi.config.commands.check import command; os.setuid(65534); command()"


@pytest.mark.skipif("os.geteuid()", reason="only root can run a command as somebody else")
def test_whoever_may_not_look_into_the_folder_is_told_so(town: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, "--dir", str(town)],
        cwd=ROOT, env=environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr.count("\n")) == (1, 1), found.stderr
    assert "本用户不能进" in found.stderr


def test_a_backup_into_no_folder_says_which(fresh: Path) -> None:
    line = refused(fresh, "backup", "/nonexistent/x.tar")
    assert "没有文件夹 /nonexistent / not backed up: there is no folder /nonexistent" in line


@pytest.mark.parametrize(
    "words", [["verify", "/no/where"], ["restore", "/no/where"], ["check-pack", "/no/where"]]
)
def test_a_path_that_is_not_there_is_told_in_both_languages(words: list[str]) -> None:
    done = gongshi(*words)
    assert done.returncode == 2
    assert "没有文件" in done.stderr
    assert "there is no f" in done.stderr
