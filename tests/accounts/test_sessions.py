"""Sessions of staff: a new one at sign-in, sealed with the cookie, ended by their owner, dead at the next request."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from pytest_django import Settings

from gongshi.accounts.actions import end_session, end_sessions, sweep_sessions
from gongshi.accounts.models import Staff, StaffSession
from gongshi.accounts.queries import sessions_of
from gongshi.accounts.sessions import SessionStore
from gongshi.safekeeping.sessions import row_of_session
from tests.cast import Town
from tests.clock import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town)


def signed_in(town: Town, name: str = "zhou") -> Client:
    client = Client()
    client.force_login(town.staff[name])
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def is_in(client: Client) -> bool:
    return client.get("/desk/password/").status_code == 200


def stored() -> str:
    """Every word of the table, as whoever steals the database reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_staffsession")
        return repr(cursor.fetchall())


def test_the_database_holds_nothing_that_signs_in(client: Client) -> None:
    session = SessionStore(key_of(client))
    session["secret"] = "a-planted-marker"
    session.save()
    assert is_in(client)
    assert key_of(client) not in stored()
    assert "a-planted-marker" not in stored()
    assert SessionStore(key_of(client))["secret"] == "a-planted-marker"
    row = StaffSession.objects.get()
    thief = Client()
    for guess in (row.session_key, row.session_data):
        thief.cookies["sessionid"] = guess
        assert not is_in(thief)


def test_a_row_does_not_open_under_another_key(client: Client, town: Town) -> None:
    other = signed_in(town, "ma")
    theirs = StaffSession.objects.get(staff=town.staff["ma"])
    StaffSession.objects.filter(staff=town.staff["zhou"]).update(session_data=theirs.session_data)
    assert not is_in(client)
    assert is_in(other)
    StaffSession.objects.update(session_data="not a session")
    assert not is_in(other)


def test_a_session_dies_after_a_working_day_however_busy(client: Client, clock: Clock) -> None:
    for _ in range(9):
        clock.advance(hours=1)
        assert is_in(client)
        session = SessionStore(key_of(client))
        session["touched"] = str(clock())
        session.save()
    clock.advance(minutes=59)
    assert is_in(client)
    clock.advance(minutes=1)
    assert not is_in(client)


def test_a_session_that_lies_unused_dies(client: Client, clock: Clock) -> None:
    clock.set("2026-03-02 09:59")
    assert is_in(client)
    clock.set("2026-03-02 11:59")
    assert is_in(client)
    clock.set("2026-03-02 14:00")
    assert not is_in(client)


def test_last_use_is_kept_to_the_hour_and_written_once_an_hour(client: Client, clock: Clock) -> None:
    clock.set("2026-03-02 10:42")
    assert is_in(client)
    row = StaffSession.objects.get()
    assert row.used_at == clock() - timedelta(minutes=42)
    clock.set("2026-03-02 10:55")
    StaffSession.objects.update(used_at=row.used_at - timedelta(minutes=1))  # a mark: written again or not
    assert is_in(client)
    assert StaffSession.objects.get().used_at == row.used_at
    clock.set("2026-03-02 10:58")
    assert is_in(client)
    assert StaffSession.objects.get().used_at == row.used_at


def test_no_address_and_no_browser_is_kept(town: Town) -> None:
    client = Client(REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Odd Browser 7")
    client.force_login(town.staff["zhou"])
    assert is_in(client)
    session = SessionStore(key_of(client))
    kept = repr(dict(session.items())) + stored()
    assert "192.0.2.77" not in kept
    assert "Odd Browser" not in kept


def test_owners_end_their_own_and_nobody_elses(client: Client, town: Town, clock: Clock) -> None:
    elsewhere, ma = signed_in(town), signed_in(town, "ma")
    zhou = town.staff["zhou"]
    listed = sessions_of(zhou, at=clock(), here=key_of(client))
    assert [one.here for one in listed] == [True, False]
    assert {one.row for one in listed} == {row_of_session(key_of(one)) for one in (client, elsewhere)}
    assert not end_session(zhou, row_of_session(key_of(ma)))
    assert is_in(ma)
    assert end_session(zhou, row_of_session(key_of(elsewhere)))
    assert not is_in(elsewhere)
    assert is_in(client)
    third = signed_in(town)
    assert end_sessions(zhou, but=key_of(client)) == 1
    assert not is_in(third)
    assert is_in(client)
    assert end_sessions(zhou) == 1
    assert not is_in(client)
    assert is_in(ma)


def test_a_request_under_way_does_not_bring_an_ended_session_back(client: Client, town: Town) -> None:
    session = SessionStore(key_of(client))
    session["work"] = 1  # loaded, and changed
    end_sessions(town.staff["zhou"])
    with pytest.raises(UpdateError):
        session.save()
    assert not is_in(client)


def test_what_is_over_is_swept(client: Client, town: Town, clock: Clock) -> None:
    Client().get("/desk/login/")
    clock.advance(hours=11)
    fresh = signed_in(town, "ma")
    sweep_sessions(clock())
    assert StaffSession.objects.get().staff == town.staff["ma"]
    assert is_in(fresh)


def test_without_signing_in_a_row_lives_half_an_hour(town: Town, clock: Clock) -> None:
    session = SessionStore()
    session["state"] = "x"
    session.save()
    row = StaffSession.objects.get()
    assert row.staff is None
    assert row.expire_date - clock() == timedelta(minutes=30)


def test_cookies_are_the_hosts_own_where_there_is_https(settings: Settings) -> None:
    """The settings module itself, in a process of its own, as an instance behind https reads it."""
    import json
    import os
    import subprocess
    import sys

    from tests.instance import DIRECTORY

    code = (
        "import json; from gongshi.config import settings as s; "
        "print(json.dumps({n: getattr(s, n) for n in dir(s) if 'COOKIE' in n}))"
    )
    for secure in ("true", "false"):
        environment = {**os.environ, "GONGSHI_DIR": str(DIRECTORY), "GONGSHI_SECURE": secure}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        found = json.loads(done.stdout)
        for kind in ("SESSION", "CSRF"):
            assert found[f"{kind}_COOKIE_HTTPONLY"] is True
            assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
            assert found[f"{kind}_COOKIE_SECURE"] is (secure == "true")
        names = {found.get("SESSION_COOKIE_NAME"), found.get("CSRF_COOKIE_NAME")}
        expected = {"__Host-sessionid", "__Host-csrftoken"} if secure == "true" else {None}
        assert names == expected
    assert not re.search("__Host-", settings.SESSION_COOKIE_NAME)


def test_passwords_are_hashed_with_argon2id_as_stated(db: None) -> None:
    from gongshi.accounts.passwords import StaffArgon2

    stated = StaffArgon2()
    assert (stated.memory_cost, stated.time_cost, stated.parallelism) == (65_536, 3, 1)
    encoded = stated.encode("a quiet river", "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
    assert stated.verify("a quiet river", encoded)
    assert Staff.objects.count() == 0
