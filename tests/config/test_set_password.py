"""`gongshi set-password`: the first thing that somebody with an own place needs."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from gongshi.accounts.actions import use_code
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import has_second_factor
from gongshi.config.cli import main
from gongshi.words import pair
from tests.factors import give_factors

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


def test_a_code_is_shown_once_and_lets_the_person_set_their_own(wei: Staff, instance_directory: Path) -> None:
    wei.set_password("quiet river seven")
    wei.save()
    give_factors(wei)
    code, said = run(instance_directory, "wei", "--code")
    assert code == 0
    wei.refresh_from_db()
    assert not wei.has_usable_password()
    assert has_second_factor(wei)
    assert use_code("wei", said.splitlines()[-1], make_password("another quiet river"), at=timezone.now())
    wei.refresh_from_db()
    assert wei.check_password("another quiet river")
    assert said.splitlines()[-1] not in run(instance_directory, "wei", "--code")[1]


def test_factors_are_reset_with_a_code_and_sessions_end(wei: Staff, instance_directory: Path) -> None:
    give_factors(wei)
    client = Client()
    client.force_login(wei)
    code, said = run(instance_directory, "wei", "--reset-factors")
    assert code == 0
    assert not has_second_factor(wei)
    assert re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", said.splitlines()[-1])
    assert client.get("/desk/account/").status_code == 302


def test_a_weak_password_changes_nothing(wei: Staff, instance_directory: Path) -> None:
    code, _ = run(instance_directory, "wei", typed="short\nshort\n")
    assert code == 1
    wei.refresh_from_db()
    assert not wei.has_usable_password()


def test_an_unknown_name_is_told_who_there_is(wei: Staff, instance_directory: Path) -> None:
    code, said = run(instance_directory, "wie", "--code")
    assert code == 1
    assert "wei" in said
