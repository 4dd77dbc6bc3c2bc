"""A code that was handed over in person: good once, for one person, for a day; it tells nobody who works here."""

import logging

import pytest
from django.test import Client

from gongshi.accounts.actions import hand_code, is_code_good, reseal_factors
from gongshi.accounts.models import OneTimeCode, Staff
from tests.cast import PASSWORD, Town
from tests.clock import Clock
from tests.factors import second_step
from tests.web.desk.helpers import text

pytestmark = pytest.mark.django_db
PAGE = "/desk/login/first/"
NEW = "another-quiet-river-2026"


def sets(code: str, name: str = "zhou", password: str = NEW, again: str | None = None) -> tuple[bool, str]:
    """Whether the password was set, and what the page says."""
    data = {"login": name, "code": code, "password1": password, "password2": again or password}
    answer = Client().post(PAGE, data)
    return answer.status_code == 302, text(answer)


def may_sign_in(name: str, password: str) -> bool:
    return Client().post("/desk/login/", {"login": name, "password": password}).status_code == 302


def test_a_code_sets_a_password_once(town: Town, clock: Clock) -> None:
    code = hand_code(town.staff["zhou"], at=clock())
    assert not may_sign_in("zhou", PASSWORD)
    assert sets(code)[0]
    assert may_sign_in("zhou", NEW)
    assert not sets(code, password="yet-another-river-2026")[0]
    assert may_sign_in("zhou", NEW)
    client = Client()
    client.post("/desk/login/", {"login": "zhou", "password": NEW})
    second_step(client, "zhou")  # the app is still asked for
    assert client.get("/desk/").status_code == 200


def test_it_is_typed_as_people_type(town: Town, clock: Clock) -> None:
    code = hand_code(town.staff["zhou"], at=clock())
    assert sets(f" {code.lower().replace('-', ' ').replace('0', 'o')} ")[0]


def test_it_is_for_one_person_and_for_a_day_and_the_next_replaces_it(town: Town, clock: Clock) -> None:
    first = hand_code(town.staff["zhou"], at=clock())
    assert not sets(first, name="ma")[0]
    assert may_sign_in("ma", PASSWORD)
    second = hand_code(town.staff["zhou"], at=clock())
    assert not sets(first)[0]
    clock.advance(hours=24)
    assert not sets(second)[0]
    clock.advance(seconds=-1)
    assert sets(second)[0]


def test_everything_wrong_is_answered_alike(town: Town, clock: Clock) -> None:
    code = hand_code(town.staff["zhou"], at=clock())
    hand_code(town.staff["su"], at=clock())
    gone = hand_code(town.staff["ma"], at=clock())
    Staff.objects.filter(username="ma").update(is_active=False)
    said = {
        sets(code[:-1] + ("0" if code[-1] != "0" else "1"))[1],
        sets(code, name="nobody")[1],
        sets(code, name="su")[1],
        sets(gone, name="ma")[1],
    }
    assert len({one.replace("ma", "").replace("nobody", "") for one in said}) == 1
    assert "一次性的码不对" in said.pop()


def test_the_form_checks_the_password_before_the_code_is_used(town: Town, clock: Clock) -> None:
    code = hand_code(town.staff["zhou"], at=clock())
    for password, again in (("short", None), (NEW, NEW + "x"), ("x" * 1_025, None), ("password1234", None)):
        assert not sets(code, password=password, again=again)[0]
    assert is_code_good("zhou", code, at=clock())
    assert sets(code)[0]


def test_codes_cannot_be_guessed_for_long(town: Town, clock: Clock) -> None:
    code = hand_code(town.staff["zhou"], at=clock())
    for _ in range(10):
        assert not sets("0000-0000-0000-0000")[0]
    data = {"login": "zhou", "code": code, "password1": NEW, "password2": NEW}
    assert Client().post(PAGE, data).status_code == 429


def test_both_languages_and_no_script(town: Town) -> None:
    assert "用一次性的码设密码" in text(Client().get(PAGE))
    assert "Set a password with a one-time code" in text(Client().get(f"/en{PAGE}"))
    assert PAGE in Client().get("/desk/login/").content.decode()


def test_neither_the_table_nor_the_log_tells_the_code(
    town: Town, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gongshi.security")
    code = hand_code(town.staff["zhou"], at=clock(), reset_factors=True)
    row = OneTimeCode.objects.get()
    assert code.replace("-", "").encode() not in bytes(row.digest)
    sets(code)
    assert "account changed: factors_reset" in caplog.messages
    assert "account changed: code_used" in caplog.messages
    for secret in (code, code.replace("-", ""), "zhou", str(town.staff["zhou"].pk)):
        assert secret not in caplog.text


def test_factors_are_sealed_anew_under_a_new_key(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.mfa.models import Authenticator

    from gongshi.safekeeping import factors
    from gongshi.safekeeping.keys import InstanceKeys, instance_keys

    assert reseal_factors() == 0
    old = instance_keys()
    both = InstanceKeys(2, {1: old._keys[1], 2: b"2" * 32})
    monkeypatch.setattr(factors, "instance_keys", lambda: both)
    assert reseal_factors() == len(town.staff)
    assert reseal_factors() == 0
    monkeypatch.setattr(factors, "instance_keys", lambda: InstanceKeys(2, {2: b"2" * 32}))
    for one in Authenticator.objects.all():
        assert len(factors.open_factor(one.data["secret"])) == 32
