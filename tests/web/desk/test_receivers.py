"""Receivers at the desk: set up, tried out, renewed, paused, removed; named in public; for administrators alone."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from gongshi.accounts.models import Appointment
from gongshi.receivers.models import Receiver, ReceiverSecret
from gongshi.receivers.queries import keys_of, url_of
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.notifications.servers import GatewayServer
from tests.web.desk.helpers import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/settings/receivers/"
GIVEN = {
    "name": "河边广播",
    "purpose": "社区大屏显示新公开的事项",
    "url": "https://app.example.org/hook?token=t0k3n",
    "events": ["case.published", "case.taken_back"],
}


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town with an administrator."""
    clock.set("2026-03-02 09:00")
    found = build_town()
    Appointment.objects.create(staff=found.staff["tang"], office=found.offices["hall"], role="administrator")
    return found


@pytest.fixture
def server(settings: Settings) -> Iterator[GatewayServer]:
    settings.WEBHOOK_TO_THIS_MACHINE = True
    found = GatewayServer()
    yield found
    found.close()


def set_up(town: Town, **changed: object) -> tuple[Client, Receiver, str]:
    """The administrator, what they set up, and its secret as the page shows it."""
    ada = signed_in(town, "tang")
    page = ada.post(ADDRESS, {**GIVEN, **changed}).content.decode()
    (secret,) = re.findall(r"<code>(whsec_[A-Za-z0-9+/=]+)</code>", page)
    return ada, Receiver.objects.get(), secret


def test_it_is_shown_once_and_named_in_public_without_its_address(town: Town, clock: Clock) -> None:
    ada, row, secret = set_up(town)
    assert keys_of(row, clock()) == (secret,)
    assert url_of(row) == GIVEN["url"]
    for address in (ADDRESS, f"{ADDRESS}of/{row.id}/"):
        again = ada.get(address)
        assert "no-store" in again.headers["Cache-Control"]
        for hidden in (secret, "t0k3n", "/hook"):
            assert hidden not in again.content.decode()
    for address, words in (("/programs/", "公开了一件事项"), ("/en/programs/", "a case was published")):
        page = Client().get(address).content.decode()
        for shown in ("河边广播", "社区大屏", "app.example.org", words):
            assert shown in page
        for hidden in ("t0k3n", "/hook", secret):
            assert hidden not in page


def test_a_test_is_sent_and_its_result_shown(town: Town, server: GatewayServer) -> None:
    ada, row, _ = set_up(town, url=f"http://127.0.0.1:{server.port}/")
    one = f"{ADDRESS}of/{row.id}/"
    assert "试发成功" in ada.post(one, {"act": "test"}).content.decode()
    server.status = 503
    page = ada.post(one, {"act": "test"}).content.decode()
    assert "试发没有成功" in page
    assert "503" in page
    assert {body["type"] for _, _, body in server.requests} == {"webhook.test"}
    assert Receiver.objects.get().last_code == "http_503"


def test_changed_paused_renewed_and_removed_with_a_history(town: Town, clock: Clock) -> None:
    ada, row, secret = set_up(town)
    one = f"{ADDRESS}of/{row.id}/"
    told = {"act": "change", "name": "河边台", "purpose": "网页", "events": ["case.answered"]}
    assert ada.post(one, told).status_code == 302
    assert Receiver.objects.get().events == ["case.answered"]
    ada.post(one, {"act": "pause"})
    assert not Receiver.objects.get().listens
    assert "现在停发" in Client().get("/programs/").content.decode()
    ada.post(one, {"act": "resume"})
    page = ada.post(one, {"act": "renew"}).content.decode()
    (new,) = re.findall(r"<code>(whsec_[A-Za-z0-9+/=]+)</code>", page)
    assert keys_of(row, clock()) == (new, secret)
    ada.post(one, {"act": "remove"})
    assert ada.get(one).status_code == 404
    row = Receiver.objects.get()
    assert (bytes(row.url), ReceiverSecret.objects.count()) == (b"", 0)
    assert [entry.code for entry in row.changes.order_by("at", "id")] == [
        *("made", "changed", "paused", "resumed", "secret_renewed", "removed")
    ]
    page = Client().get("/programs/").content.decode()
    assert page.index("以前告诉过的") < page.index("河边台")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"name": " "}, "receiver-name"),
        ({"purpose": ""}, "receiver-purpose"),
        ({"events": []}, "receiver-events"),
        ({"events": ["webhook.test"]}, "receiver-events"),
        ({"url": "http://app.example.org/"}, "receiver-url"),
        ({"url": "https://169.254.169.254/latest/"}, "receiver-url"),
        ({"url": "https://me:pass@app.example.org/"}, "receiver-url"),
        ({"url": "https://app.example.org:22/"}, "receiver-url"),
        ({"url": "https://localhost/"}, "receiver-url"),
        ({"url": "https://app.example.org/#x"}, "receiver-url"),
        ({"url": "https://app.example.org/" + "a" * 490}, "receiver-url"),
        ({"url": "https://例子.example.org/"}, "receiver-url"),
    ],
)
def test_row_24_what_cannot_be_is_said_beside_its_box(
    town: Town, changed: dict[str, object], where: str
) -> None:
    response = signed_in(town, "tang").post(ADDRESS, {**GIVEN, **changed})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{where}' in page
    assert not Receiver.objects.exists()


def test_nobody_but_an_administrator_comes_here(town: Town) -> None:
    _, row, _ = set_up(town)
    he, one = signed_in(town, "he"), f"{ADDRESS}of/{row.id}/"
    for address in (ADDRESS, one):
        assert he.get(address).status_code == 404
    for act in ("test", "pause", "renew", "remove"):
        assert he.post(one, {"act": act}).status_code == 404
    assert he.post(ADDRESS, GIVEN).status_code == 404
    assert (Receiver.objects.count(), Receiver.objects.get().listens) == (1, True)
    ada = signed_in(town, "tang")
    assert ada.post(one, {"act": "nothing"}).status_code == 404
    assert ada.get(f"{ADDRESS}of/{UUID(int=7)}/").status_code == 404
