"""The cast of these tests: a resident who is told by e-mail or text message, and the servers that carry it."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from gongshi.notifications import actions, effects
from gongshi.notifications.effects import Recipient
from gongshi.notifications.models import OutboxRow
from gongshi.safekeeping.ids import new_id
from tests.certificates import self_signed
from tests.notifications.servers import GatewayServer, Mailbox, mail_server

REFERENCE = "QH-4F7K-2M9P-3"
EMAIL = "resident@example.org"
PHONE = "13800000000"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

Queue = Callable[..., list[OutboxRow]]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mailbox that the settings point to."""
    mailbox = Mailbox()
    server = mail_server(mailbox)
    settings.SMTP_URL = f"smtp://127.0.0.1:{mailbox.port}"
    settings.MAIL_FROM = "notices@town.example"
    yield mailbox
    server.stop()


@pytest.fixture
def gateway(settings: Settings) -> Iterator[GatewayServer]:
    """A gateway that the settings point to."""
    server = GatewayServer()
    settings.SMS_URL = f"http://127.0.0.1:{server.port}/send?key=k1"
    yield server
    server.close()


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, Recipient | None]:
    """Whom the effect ``tests.contact`` finds, by case; a case that is not in it has a resident with an e-mail."""
    contacts: dict[UUID, Recipient | None] = {}
    resident = Recipient("email", EMAIL, "zh", REFERENCE)
    monkeypatch.setattr(effects, "_resolvers", {})
    effects.register("tests.contact", lambda case: contacts.get(case, resident))
    return contacts


@pytest.fixture
def queue(db: None) -> Queue:
    """``queue(3)`` writes three notices, each for a case of its own, and returns them."""

    def write(
        count: int = 1, channel: str = "email", effect: str = "tests.contact", at: datetime = NOW
    ) -> list[OutboxRow]:
        rows = [
            row for _ in range(count) for row in actions.rows_for(new_id(), "answered", [channel], effect, at)
        ]
        return OutboxRow.objects.bulk_create(rows)

    return write


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file. No authority has signed it."""
    return self_signed(tmp_path)


@pytest.fixture
def server_context(certificate: Path) -> ssl.SSLContext:
    """A server's side of TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
