"""Passwords of staff: what is refused beside the short and the common ones, at every door that sets one."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from gongshi.accounts.models import Staff
from gongshi.accounts.passwords import REST, local_words
from gongshi.words import pair
from tests.cast import Town

pytestmark = pytest.mark.django_db


def refusals(password: str, staff: Staff | None = None) -> list[str]:
    try:
        validate_password(password, staff)
    except ValidationError as refused:
        return [each.code for each in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    ["Gongshi-2026-!", "WaterWater2026", "zhouzhouzhou1!", "密码密码密码密码密码密码", "Welcome-admin-1"],
)
def test_words_that_everybody_here_knows_are_no_password(town: Town, password: str) -> None:
    assert refusals(password, town.staff["zhou"]) == ["password_local_words"]


def test_a_name_is_refused_for_its_owner_alone(town: Town) -> None:
    qin = town.staff["qin"]
    assert "password_local_words" not in refusals("zhouzhouzhou1!", qin)


def test_a_local_word_among_others_is_no_harm(town: Town) -> None:
    for password in ("quiet river seven", "water under nine bridges", "公示栏下面三只白鹅过河去"):
        assert refusals(password, town.staff["zhou"]) == []


def test_the_least_that_must_be_left(town: Town) -> None:
    assert refusals("gongshi" + "x9" * (REST // 2)) == []
    assert refusals("gongshi" + ("x9" * (REST // 2))[:-1]) == ["password_local_words"]


def test_before_a_pack_is_loaded_the_products_own_words_count() -> None:
    staff = Staff(username="wei-ning", name=pair("魏宁", "Wei Ning"))
    assert {"gongshi", "password", "ning", "魏宁"} <= local_words(staff)
    assert "wei" not in local_words(staff)
