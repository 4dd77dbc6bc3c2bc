"""Signed events: the library of Standard Webhooks verifies them, and nothing else passes."""

import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gongshi.formats.signed_events import body_of, headers_of, secret_of

NOW = datetime.now(UTC)


def new_secret() -> str:
    return secret_of(secrets.token_bytes(32))


BODY = body_of("case.published", NOW, {"id": "1", "state": "open"})


def test_the_library_verifies_it() -> None:
    key = new_secret()
    found = Webhook(key).verify(BODY, headers_of("one", NOW, BODY, [key]))
    assert found == json.loads(BODY)
    assert found["type"] == "case.published"
    assert datetime.fromisoformat(found["timestamp"]) == NOW.replace(microsecond=0)


def test_either_of_two_secrets_is_good() -> None:
    new, old = new_secret(), new_secret()
    headers = headers_of("one", NOW, BODY, [new, old])
    for key in (new, old):
        Webhook(key).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body", "old"])
def test_nothing_can_be_changed_or_played_again(changed: str) -> None:
    key = new_secret()
    at = NOW - timedelta(minutes=10) if changed == "old" else NOW
    headers, body = headers_of("one", at, BODY, [key]), BODY
    if changed == "body":
        body = BODY.replace(b"open", b"done")
    elif changed != "old":
        headers[changed] = headers[changed][:-1] + ("8" if headers[changed][-1] != "8" else "9")
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body, headers)


@pytest.mark.parametrize("wrong", ["whsec_", "whsec_MTIz", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY=", "whsec_*"])
def test_what_is_no_secret_signs_nothing(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a secret"):
        headers_of("one", NOW, BODY, [wrong])


def test_an_id_cannot_be_read_as_another_one() -> None:
    with pytest.raises(ValueError, match="full stop"):
        headers_of("one.1", NOW, BODY, [new_secret()])
