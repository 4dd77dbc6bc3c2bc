"""Slow hashing waits for one of the few places, at every door where a password or a passphrase is proved or set."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from gongshi.accounts.actions import hand_code
from gongshi.safekeeping import passphrases
from gongshi.web.desk import hashing
from tests.cast import NOW, PASSWORD, Town
from tests.factors import prove
from tests.web.desk.helpers import signed_in, text, without_key

pytestmark = pytest.mark.django_db
NEW = "an umbrella for every frog"


def signing_in(town: Town) -> Any:
    return Client().post("/desk/login/", {"login": "zhou", "password": PASSWORD})


def signing_in_as_nobody(town: Town) -> Any:
    return Client().post("/desk/login/", {"login": "nobody", "password": PASSWORD})


def proving_it_again(town: Town) -> Any:
    Authenticator.objects.filter(user=town.staff["zhou"]).delete()
    return signed_in(town, "zhou").post("/desk/account/again/", {"password": PASSWORD})


def changing_the_password(town: Town) -> Any:
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return signed_in(town, "zhou").post("/desk/password/", typed)


def setting_the_first_password(town: Town) -> Any:
    code = hand_code(town.staff["zhou"], at=NOW)
    typed = {"login": "zhou", "code": code, "password1": NEW, "password2": NEW}
    return Client().post("/desk/login/first/", typed)


def opening_a_key(town: Town) -> Any:
    return signed_in(town, "zhou", keys=False).post("/desk/keys/open/", {"passphrase": PASSWORD})


def making_a_key(town: Town) -> Any:
    without_key(town, "zhou")
    client = signed_in(town, "zhou", keys=False)
    return client.post("/desk/keys/new/", {"passphrase": NEW, "again": NEW})


def changing_a_passphrase(town: Town) -> Any:
    client = signed_in(town, "zhou")
    prove(client, town.staff["zhou"])
    return client.post("/desk/keys/passphrase/", {"passphrase": NEW, "again": NEW})


DOORS = [
    signing_in,
    signing_in_as_nobody,
    proving_it_again,
    changing_the_password,
    setting_the_first_password,
    opening_a_key,
    making_a_key,
    changing_a_passphrase,
]


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many places were free at each Argon2 hash that was made, whoever asked for it."""
    seen: list[int] = []

    def watched(slow: Callable[..., Any]) -> Callable[..., Any]:
        def hashed(*given: Any, **more: Any) -> Any:
            seen.append(hashing._hashing._value)
            return slow(*given, **more)

        return hashed

    monkeypatch.setattr(passphrases, "COST", passphrases.LOWEST)
    monkeypatch.setattr(passphrases, "hash_secret_raw", watched(passphrases.hash_secret_raw))
    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, watched(getattr(Argon2PasswordHasher, name)))
    return seen


@pytest.mark.parametrize("door", DOORS)
def test_whoever_hashes_holds_a_place(town: Town, free: list[int], door: Callable[[Town], Any]) -> None:
    """And gives it back."""
    answer = door(town)
    assert answer.status_code in (200, 302)
    assert free
    assert set(free) == {hashing.AT_ONCE - 1}
    assert hashing._hashing._value == hashing.AT_ONCE


@pytest.mark.parametrize("door", DOORS)
def test_row_07_without_a_free_place_nothing_is_hashed(
    town: Town, free: list[int], monkeypatch: pytest.MonkeyPatch, door: Callable[[Town], Any]
) -> None:
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0)
    for _ in range(hashing.AT_ONCE):
        hashing._hashing.acquire()
    try:
        answer = door(town)
    finally:
        hashing._hashing.release(hashing.AT_ONCE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "现在登录的人太多" in text(answer)
    assert free == []
    assert door(town).status_code in (200, 302)  # it was no try: the next one is let in
