"""The command line itself: commands are files, exit codes are kept."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gongshi import __version__
from gongshi.config import cli, commands
from gongshi.config.cli import main

ROOT = Path(__file__).resolve().parents[2]


def _run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, args)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "args", [["nope"], ["__init__"], ["calc", "nope"], ["calc", "due", "--nope"], ["--nope"]]
)
def test_wrong_usage(args: list[str]) -> None:
    code, out, err = _run(*args)
    assert (code, out) == (2, "")
    assert "nope" in err or "__init__" in err


def test_version() -> None:
    assert _run("--version") == (0, f"gongshi {__version__}\n", "")


def test_every_command_can_be_listed_and_explains_itself() -> None:
    code, out, _ = _run("--help")
    assert code == 0
    for name in main.list_commands(click.Context(main)):
        assert name in out
        assert _run(name, "--help")[0] == 0, name


@pytest.mark.parametrize("words", [["--help"], ["roles"]])
def test_no_instance_and_no_settings_are_needed_to_ask(words: list[str], tmp_path: Path) -> None:
    """In a process of its own: in this one Django runs already."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("GONGSHI_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "gongshi.config.cli", *words]
    done = subprocess.run(
        command, check=False, env={**environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def breaking(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command file whose name holds an underscore and which ends in an error that nobody foresaw."""
    (tmp_path / "break_down.py").write_text(
        "import click\n@click.command()\ndef command():\n    raise RuntimeError('first line\\nsecond line')\n"
    )
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])


@pytest.mark.usefixtures("breaking")
def test_an_unforeseen_error_is_one_line() -> None:
    code, out, err = _run("break-down")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "RuntimeError: first line second line" in err


@pytest.mark.usefixtures("breaking")
def test_an_unforeseen_error_can_be_seen_whole() -> None:
    with pytest.raises(RuntimeError, match="second line"):
        main(["--traceback", "break-down"], standalone_mode=False)


@pytest.mark.usefixtures("breaking")
def test_a_file_name_is_not_a_command_name() -> None:
    assert _run("break_down")[0] == 2


def test_a_module_elsewhere_is_no_command() -> None:
    assert cli.main.get_command(click.Context(main), "..cli") is None
