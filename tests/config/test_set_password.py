"""`gongshi set-password`: the first thing that somebody with an own place needs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gongshi.accounts.models import Staff
from gongshi.config.cli import main
from gongshi.words import pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def wei(instance_directory: Path) -> Staff:
    return Staff.objects.create_user("wei", name=pair("魏", "Wei"))


def run(directory: Path, *words: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["set-password", *words, "--dir", str(directory)], input=typed)
    return result.exit_code, result.output


def test_a_typed_password_signs_in(wei: Staff, instance_directory: Path) -> None:
    code, said = run(instance_directory, "wei", typed="quiet river seven\nquiet river seven\n")
    assert code == 0
    wei.refresh_from_db()
    assert wei.check_password("quiet river seven")
    assert "quiet river seven" not in said


def test_a_made_password_is_shown_once_and_signs_in(wei: Staff, instance_directory: Path) -> None:
    code, said = run(instance_directory, "wei", "--generate")
    assert code == 0
    wei.refresh_from_db()
    assert wei.check_password(said.splitlines()[-1])


def test_a_weak_password_changes_nothing(wei: Staff, instance_directory: Path) -> None:
    code, _ = run(instance_directory, "wei", typed="short\nshort\n")
    assert code == 1
    wei.refresh_from_db()
    assert not wei.has_usable_password()


def test_an_unknown_name_is_told_who_there_is(wei: Staff, instance_directory: Path) -> None:
    code, said = run(instance_directory, "wie", "--generate")
    assert code == 1
    assert "wei" in said
