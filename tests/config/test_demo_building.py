"""A demo that is being built is neither served nor built twice; what a killed build left is built anew."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongshi.config.commands.demo import command
from gongshi.config.demo_building import NAME, building, is_built

HOLDS = """
import sys, pathlib
from gongshi.config.demo_building import building
with building(pathlib.Path(sys.argv[1])):
    (pathlib.Path(sys.argv[1]) / "gongshi.toml").write_text("half")
    print("building", flush=True)
    sys.stdin.read()
"""


def test_a_second_demo_stops_while_the_first_is_building(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "building\n"
        said = CliRunner().invoke(command, ["--dir", str(folder), "--no-serve"])
        assert said.exit_code == 1
        assert "正在建" in said.output
        assert "still building" in said.output
        assert len(said.output.splitlines()) == 1
        first.kill()
    # Nobody holds it now: what it made is gone, and it is ours to build.
    assert not is_built(folder)
    with building(folder) as mine:
        assert mine
        assert [path.name for path in folder.iterdir()] == [NAME]
        (folder / "gongshi.toml").touch()
    assert is_built(folder)
    with building(folder) as mine:
        assert not mine


def break_off(folder: Path) -> None:
    """Half a build that ends in an error."""
    with building(folder):
        (folder / "gongshi.toml").touch()
        (folder / "keys").mkdir()
        (folder / "mine").mkdir()


def test_what_was_in_the_folder_before_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "letter").write_text("kept")
    with pytest.raises(FileExistsError):
        break_off(tmp_path)
    assert not is_built(tmp_path)
    with building(tmp_path) as mine:
        assert mine
        assert {path.name for path in tmp_path.iterdir()} == {"mine", "letter", NAME}
