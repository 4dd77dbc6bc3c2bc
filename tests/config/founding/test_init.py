"""`gongshi init` as whoever runs it meets it: in processes of its own, from the first answer to a signed-in page."""

import json
import os
import pty
import re
import select
import sqlite3
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher

from tests.config.founding.process import PACK, ROOT, django, environ, gongshi
from tests.once import once
from tests.postgres import postgres

CODE = re.compile(r"^  ([a-z.]+)  ([0-9A-Z]{4}(?:-[0-9A-Z]{4})+)$", re.MULTILINE)
IS_GOOD = """
import sys
from pathlib import Path
from gongshi.config.instance import enter
enter(Path(sys.argv[1]))
from django.utils import timezone
from gongshi.accounts.actions import is_code_good
sys.exit(not is_code_good(sys.argv[2], sys.argv[3], at=timezone.now()))
"""


def settings_of(directory: Path) -> dict[str, object]:
    return tomllib.loads((directory / "gongshi.toml").read_text())


def hash_of(directory: Path, login: str) -> str:
    with sqlite3.connect(directory / "gongshi.sqlite3") as database:
        (found,) = database.execute(
            "SELECT password FROM accounts_staff WHERE username = ?", [login]
        ).fetchone()
    database.close()
    return str(found)


def signs_in(directory: Path, login: str, password: str) -> bool:
    return PasswordHasher().verify(hash_of(directory, login).removeprefix("argon2"), password)


def is_good(directory: Path, login: str, code: str) -> bool:
    """Whether the one-time code would let this person set a password."""
    done = subprocess.run(
        [sys.executable, "-c", IS_GOOD, str(directory), login, code], cwd=ROOT, env=environ(), check=False
    )
    return done.returncode == 0


@pytest.fixture(scope="module")
def town() -> tuple[Path, str]:
    """An instance for a real address, made without asking, and what the command said."""
    folder = once("founded", make_town)
    return folder / "town", (folder / "said").read_text()


def make_town(folder: Path) -> None:
    folder.mkdir()
    done = gongshi("init", "--pack", PACK, "--dir", folder / "town", "--base-url", "https://gongshi.example")
    assert (done.returncode, done.stderr) == (0, "")
    (folder / "said").write_text(done.stdout)


def test_without_questions_everything_has_its_default(town: tuple[Path, str]) -> None:
    directory, _ = town
    values = settings_of(directory)
    token = values.pop("metrics_token")
    assert isinstance(token, str)
    assert len(token) >= 40
    assert values == {
        "host_names": ["gongshi.example", "127.0.0.1", "localhost"],
        "base_url": "https://gongshi.example",
        "language": "zh",
        "time_zone": "Asia/Shanghai",
        "secure": True,
        "trusted_proxies": 1,
        "mail_from": "notices@gongshi.example",
        "log_format": "json",
        "log_requests": True,
    }
    assert not (directory / "UNFINISHED").exists()


def test_secrets_are_readable_by_their_owner_alone(town: tuple[Path, str]) -> None:
    directory, _ = town
    modes = {
        name: stat.S_IMODE((directory / name).stat().st_mode) for name in (".", "keys", "wraps", "files")
    }
    assert set(modes.values()) == {0o700}
    secret = [*(directory / "keys").iterdir(), directory / "gongshi.toml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}


def test_the_administrators_one_time_code_is_shown_and_kept_nowhere(town: tuple[Path, str]) -> None:
    directory, said = town
    ((login, code),) = CODE.findall(said)
    assert login == "tao.ran"
    assert is_good(directory, login, code)
    assert not is_good(directory, "jin.tong", code)
    assert all(code.encode() not in path.read_bytes() for path in directory.rglob("*") if path.is_file())


def test_djangos_own_deployment_check_finds_nothing(town: tuple[Path, str]) -> None:
    checked = django(town[0], "check", "--deploy")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues (2 silenced)" in checked.stdout


def test_the_check_sees_a_setting_that_is_not_safe(town: tuple[Path, str]) -> None:
    """So that the test above can fail."""
    found = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy"],
        cwd=ROOT,
        env=environ(GONGSHI_DIR=str(town[0]), DJANGO_SETTINGS_MODULE="gongshi.config.settings", GONGSHI_SECURE="false"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "security.W008" in found.stderr


def test_an_instance_is_never_overwritten(town: tuple[Path, str]) -> None:
    directory, _ = town
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    again = gongshi("init", "--pack", PACK, "--dir", directory)
    assert again.returncode == 1
    assert "已有实例" in again.stderr
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    refused = gongshi("init", "--pack", PACK, "--dir", tmp_path)
    assert refused.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--base-url", "http://gongshi.example"),
        ("--time-zone", "Mars/Olympus"),
        ("--smtp-url", "imap://x:y@z"),
    ],
)
def test_an_unusable_option_is_wrong_usage_and_makes_nothing(tmp_path: Path, option: str, value: str) -> None:
    directory = tmp_path / "town"
    refused = gongshi("init", "--pack", PACK, "--dir", directory, option, value)
    assert refused.returncode == 2
    assert option in refused.stderr
    assert not directory.exists()


def test_without_a_terminal_the_folder_must_be_given() -> None:
    assert gongshi("init", "--pack", PACK).returncode == 2


def test_a_database_that_is_not_there_is_told_before_anything_is_made(tmp_path: Path) -> None:
    directory = tmp_path / "town"
    refused = gongshi(
        "init", "--pack", PACK, "--dir", directory, "--database", "postgresql://u:hunter2@127.0.0.1:9/x"
    )
    assert refused.returncode == 1
    assert "连不上数据库" in refused.stderr
    assert "hunter2" not in refused.stderr
    assert not directory.exists()


def test_an_administrator_of_ones_own_is_added_and_told(tmp_path: Path) -> None:
    directory = tmp_path / "town"
    done = gongshi(
        "init", "--pack", PACK, "--dir", directory, "--administrator", "wei.an",
        "--administrator-name", "魏安 / Wei An", "--administrator-office", "service-data", "--time-zone", "Asia/Urumqi",
        "--port", "8622",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"gongshi serve --port 8622 --dir {directory}" in done.stdout
    ((login, code),) = CODE.findall(done.stdout)
    assert is_good(directory, login, code)
    lines = done.stdout[done.stdout.index("[[staff]]") :]
    told = tomllib.loads(lines[: lines.index("\nkeys") if "\nkeys" in lines else lines.index("钥匙")])
    assert told["staff"][0]["name"] == {"zh": "魏安", "en": "Wei An"}
    with sqlite3.connect(directory / "gongshi.sqlite3") as database:
        roles = database.execute(
            "SELECT role FROM accounts_appointment a JOIN accounts_staff s ON s.id = staff_id WHERE username = 'wei.an'"
        ).fetchall()
        zone = database.execute("SELECT time_zone FROM places_place").fetchone()
    database.close()
    assert roles == [("administrator",)]
    assert zone == ("Asia/Urumqi",)
    assert settings_of(directory)["time_zone"] == "Asia/Urumqi"


def stopping(where: str, directory: Path) -> list[str]:
    words = [
        "-m",
        "tests.config.founding.stopping",
        where,
        "--pack",
        str(PACK),
        "--dir",
        str(directory),
        "--yes",
    ]
    return [sys.executable, *words]


def test_one_that_stopped_half_way_is_refused_by_others_and_goes_on(tmp_path: Path) -> None:
    """Killed at each step in turn: the keys are made once, the end is the same as without a stop."""
    directory = tmp_path / "town"
    keys = None
    for step in range(6):
        stopped = subprocess.run(
            stopping(str(step), directory), cwd=ROOT, env=environ(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert stopped.returncode == -9
        if step == 0:
            assert not directory.exists()
            continue
        assert (directory / "UNFINISHED").exists()
        refused = gongshi("serve", "--dir", directory)
        assert refused.returncode == 1
        assert "没有建完" in refused.stderr
        found = (directory / "keys" / "instance.json").read_bytes()
        assert keys in (None, found)
        keys = found
    done = gongshi("init", "--pack", PACK, "--dir", directory, "--yes")
    assert done.returncode == 0, done.stderr
    assert (directory / "keys" / "instance.json").read_bytes() == keys
    ((login, code),) = CODE.findall(done.stdout)
    assert is_good(directory, login, code)
    assert gongshi("figures", "--json", "--dir", directory).returncode == 0


def test_a_step_that_fails_says_what_to_do(tmp_path: Path) -> None:
    directory = tmp_path / "town"
    failed = subprocess.run(
        stopping("fail", directory), cwd=ROOT, env=environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert "会接着做" in failed.stderr
    assert "hunter2" not in failed.stderr


def test_somebody_at_a_terminal_is_asked_and_may_be_wrong_once(tmp_path: Path) -> None:
    """A real terminal; an empty line takes the default that is shown."""
    directory = tmp_path / "town"
    typed = [
        "http://gongshi.example", "https://gongshi.example", "", "", "", "smtps://u:hunter2@mail.example", "", "", "",
        "", "", "", "", "", "short", "short", "quiet river seven", "quiet river seven", "y",
    ]  # fmt: skip
    said = at_a_terminal(["init", "--pack", str(PACK), "--dir", str(directory)], typed)
    assert "不是本机就必须用 https" in said
    assert "[notices@gongshi.example]" in said
    assert "smtps://u:***@mail.example" in said
    assert "至少12个字符" in said
    assert "quiet river seven" not in said
    assert "已新建" in said
    assert settings_of(directory)["smtp_url"] == "smtps://u:hunter2@mail.example"
    assert signs_in(directory, "tao.ran", "quiet river seven")


def at_a_terminal(arguments: list[str], typed: list[str]) -> str:
    """Run a command at a pseudo-terminal, typing a line whenever it waits for one. Returns what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "gongshi.config.cli", *arguments], environ())
    said, lines, end = b"", list(typed), time.monotonic() + 120
    while time.monotonic() < end:
        waiting = said.rstrip(b" ").endswith((b":", b"]:"))
        ready, _, _ = select.select([terminal], [], [], 0.3 if waiting else 5)
        if ready:
            try:
                said += os.read(terminal, 4096)
            except OSError:
                break
        elif waiting and lines:
            os.write(terminal, lines.pop(0).encode() + b"\n")
            said += b"\n"
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, said.decode()
    return said.decode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as started:
        yield urlsplit(started.url)._replace(path="/postgres").geturl()


def test_on_postgresql_with_the_wraps_in_a_database_of_their_own(server: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("init_main", "init_wraps"):
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    main, wraps = (
        urlsplit(server)._replace(path=f"/{name}").geturl() for name in ("init_main", "init_wraps")
    )
    directory = tmp_path / "town"
    arguments = ["init", "--pack", str(PACK), "--database", main, "--wraps-database", wraps]
    done = gongshi(*arguments, "--dir", directory)
    assert done.returncode == 0, done.stderr
    assert not (directory / "gongshi.sqlite3").exists()
    with psycopg.connect(wraps) as connection:
        tables = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables").fetchall()}
    assert "safekeeping_wrap" in tables
    again = gongshi(*arguments, "--dir", tmp_path / "other")
    assert again.returncode == 1
    assert "已有别的表" in again.stderr
    assert not (tmp_path / "other").exists()


def test_the_settings_file_explains_every_key(town: tuple[Path, str]) -> None:
    from gongshi.config.environment import KNOWN

    lines = (town[0] / "gongshi.toml").read_text().splitlines()
    for key, meaning in KNOWN.items():
        at = lines.index(f"# {meaning}")
        assert lines[at + 1].startswith((f"{key} =", f"# {key} =")), key
    assert json.dumps(settings_of(town[0]))


HSTS = "from django.conf import settings as s; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"


@pytest.mark.parametrize(("setting", "told"), [("false", "False False"), ("true", "True False")])
def test_names_below_this_one_are_left_alone_unless_a_setting_says_so(
    town: tuple[Path, str], setting: str, told: str
) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", HSTS], cwd=ROOT, capture_output=True, text=True, check=True,
        env=environ(GONGSHI_DIR=str(town[0]), DJANGO_SETTINGS_MODULE="gongshi.config.settings",
                    GONGSHI_HSTS_SUBDOMAINS=setting),
    )  # fmt: skip
    assert asked.stdout.strip() == told
