"""Entering an instance: the right one, or one line that says what to do."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gongshi.config.instance import enter, instance_option

ROOT = Path(__file__).resolve().parent.parent.parent
SHOW = "from pathlib import Path; from gongshi.config.instance import enter; print(enter(Path({!r})))"


def enter_elsewhere(directory: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Enter ``directory`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"{SHOW.format(str(directory))}; {environ.pop('then', 'pass')}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environ},
    )


def test_folder_without_an_instance(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"gongshi init") as caught:
        enter(tmp_path)
    assert str(tmp_path) in caught.value.message


def test_process_enters_its_instance_again_and_no_other(instance_directory: Path, tmp_path: Path) -> None:
    assert enter(instance_directory) == instance_directory.resolve()
    (tmp_path / "gongshi.toml").write_text("")
    with pytest.raises(click.ClickException, match="another instance"):
        enter(tmp_path)


@pytest.fixture(autouse=True)
def environment_as_before(monkeypatch: pytest.MonkeyPatch, instance_directory: Path) -> None:
    """``enter`` sets GONGSHI_DIR; it is put back after each test."""
    monkeypatch.setenv("GONGSHI_DIR", str(instance_directory))


def test_settings_of_the_folder_are_in_force(tmp_path: Path) -> None:
    (tmp_path / "gongshi.toml").write_text('base_url = "https://gongshi.example"\n')
    done = enter_elsewhere(
        tmp_path,
        GONGSHI_DIR="/nowhere",
        then="from django.conf import settings; from django.apps import apps; "
        "print(settings.BASE_URL, settings.INSTANCE, apps.ready)",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [str(tmp_path), "https://gongshi.example", str(tmp_path), "True"]


def test_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "gongshi.toml").write_text('base_ulr = "https://gongshi.example"\n')
    done = enter_elsewhere(tmp_path)
    assert done.returncode == 1
    assert "ClickException" in done.stderr.splitlines()[-1]
    assert "base_ulr" in done.stderr.splitlines()[-1]


@click.command()
@instance_option
def show(directory: Path) -> None:
    """Print which folder was chosen."""
    click.echo(directory)


def test_option_wins_over_the_environment_and_that_over_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(show, ["--dir", "/a"], env={"GONGSHI_DIR": "/b"}).output == "/a\n"
    assert CliRunner().invoke(show, env={"GONGSHI_DIR": "/b"}).output == "/b\n"
    monkeypatch.delenv("GONGSHI_DIR")
    assert CliRunner().invoke(show).output == ".\n"
