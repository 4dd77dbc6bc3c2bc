"""Signed events: the library of Standard Webhooks verifies them, and nothing else passes."""

import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gongshi.formats.signed_events import body_of, headers_of, secret_of


def new_secret() -> str:
    return secret_of(secrets.token_bytes(32))


@pytest.fixture
def now() -> datetime:
    """The library takes nothing that is five minutes old."""
    return datetime.now(UTC)


@pytest.fixture
def body(now: datetime) -> bytes:
    return body_of("case.published", now, {"id": "1", "state": "open"})


def test_the_library_verifies_it(now: datetime, body: bytes) -> None:
    key = new_secret()
    found = Webhook(key).verify(body, headers_of("one", now, body, [key]))
    assert found == json.loads(body)
    assert found["type"] == "case.published"
    assert datetime.fromisoformat(found["timestamp"]) == now.replace(microsecond=0)


def test_either_of_two_secrets_is_good(now: datetime, body: bytes) -> None:
    new, old = new_secret(), new_secret()
    headers = headers_of("one", now, body, [new, old])
    for key in (new, old):
        Webhook(key).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body", "old"])
def test_nothing_can_be_changed_or_played_again(changed: str, now: datetime, body: bytes) -> None:
    key = new_secret()
    at = now - timedelta(minutes=10) if changed == "old" else now
    headers = headers_of("one", at, body, [key])
    if changed == "body":
        body = body.replace(b"open", b"done")
    elif changed != "old":
        headers[changed] = headers[changed][:-1] + ("8" if headers[changed][-1] != "8" else "9")
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body, headers)


@pytest.mark.parametrize("wrong", ["whsec_", "whsec_MTIz", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY=", "whsec_*"])
def test_what_is_no_secret_signs_nothing(wrong: str, now: datetime, body: bytes) -> None:
    with pytest.raises(ValueError, match="not a secret"):
        headers_of("one", now, body, [wrong])


def test_an_id_cannot_be_read_as_another_one(now: datetime, body: bytes) -> None:
    with pytest.raises(ValueError, match="full stop"):
        headers_of("one.1", now, body, [new_secret()])
