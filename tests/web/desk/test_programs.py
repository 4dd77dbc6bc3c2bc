"""Keys for other organisations' programs: shown once, named in public, taken back; for administrators alone."""

import re

import pytest
from django.test import Client

from gongshi.accounts.models import Appointment, ProgramKey
from gongshi.accounts.program_keys import program_key
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.web.desk.helpers import signed_in

pytestmark = pytest.mark.django_db
GIVEN = {"act": "issue", "holder": "河边应用", "website": "https://app.example", "per_day": "50"}
ADDRESS = "/desk/settings/programs/"


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town with an administrator."""
    clock.set("2026-03-02 09:00")
    found = build_town()
    Appointment.objects.create(staff=found.staff["tang"], office=found.offices["hall"], role="administrator")
    return found


def test_a_key_is_shown_once_and_its_holder_in_public(town: Town) -> None:
    ada = signed_in(town, "tang")
    page = ada.post(ADDRESS, GIVEN).content.decode()
    (secret,) = re.findall(r"<code>([\w-]{32})</code>", page)
    row = ProgramKey.objects.get()
    assert program_key(secret) == row
    assert secret.encode() not in bytes(row.hash)
    again = ada.get(ADDRESS)
    assert secret not in again.content.decode()
    assert "no-store" in again.headers["Cache-Control"]
    everybody = Client()
    for address in ("/programs/", "/en/programs/"):
        assert "河边应用" in everybody.get(address).content.decode()


def test_what_was_taken_back_is_good_for_nothing_and_stays_named(town: Town) -> None:
    ada = signed_in(town, "tang")
    (secret,) = re.findall(r"<code>([\w-]{32})</code>", ada.post(ADDRESS, GIVEN).content.decode())
    row = ProgramKey.objects.get()
    ada.post(ADDRESS, {"act": "revoke", "key": str(row.id)})
    assert program_key(secret) is None
    page = Client().get("/programs/").content.decode()
    assert page.index("以前可以的") < page.index("河边应用")
    assert ada.post(ADDRESS, {"act": "revoke", "key": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"holder": " "}, "program-holder"),
        ({"holder": "x \u202eevil"}, "program-holder"),
        ({"website": "javascript:alert(1)"}, "program-website"),
        ({"website": "https://somebody@app.example"}, "program-website"),
        ({"per_day": "0"}, "program-per_day"),
        ({"per_day": "many"}, "program-per_day"),
    ],
)
def test_what_cannot_be_is_said_beside_its_box(town: Town, changed: dict[str, str], where: str) -> None:
    response = signed_in(town, "tang").post(ADDRESS, {**GIVEN, **changed})
    page = response.content.decode()
    assert response.status_code == 422
    assert f"{where}-error" in page or f'href="#{where}"' in page
    assert not ProgramKey.objects.exists()


def test_nobody_but_an_administrator_comes_here(town: Town) -> None:
    assert signed_in(town, "he").get(ADDRESS).status_code == 404
    assert signed_in(town, "he").post(ADDRESS, GIVEN).status_code in (404, 422)
    assert not ProgramKey.objects.exists()
