"""`gongshi check`: in order when it is, and each thing that can be wrong is named with what to do."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.founding.process import PACK, gongshi


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance for a real address whose worker has been there once."""
    directory = tmp_path_factory.mktemp("check") / "town"
    made = gongshi("init", "--pack", PACK, "--dir", directory, "--base-url", "https://gongshi.example")
    assert made.returncode == 0, made.stderr
    worked = gongshi("work", "--once", "--dir", directory)
    assert worked.returncode == 0, worked.stderr
    told = [json.loads(line) for line in worked.stderr.splitlines()]
    assert [line for line in told if line["event"] == "worked" and line["counts"]]
    return directory


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
