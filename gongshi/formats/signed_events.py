"""Signed events, after Standard Webhooks 1.0.0: the body, its three headers, and the secret.

The signature is HMAC-SHA256 (RFC 2104) over ``id.timestamp.body``, so neither can be changed nor the message be played
again later. Where a secret is being changed both sign, and a receiver takes either.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

MEDIA_TYPE = "application/json"
PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def secret_of(key: bytes) -> str:
    """A secret as it is handed over: ``whsec_`` and base64. ``key``: 24 to 64 random bytes."""
    return PREFIX + base64.b64encode(key).decode("ascii")


def body_of(type_: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The body: what happened, when it was seen (to the second), and the least that says what it is about."""
    content = {"type": type_, "timestamp": at.isoformat(timespec="seconds"), "data": dict(data)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The headers of one attempt at ``at``, signed with each of the secrets.

    ``message_id`` is the same for every attempt and holds no full stop. ValueError for one that does, and for what is
    no secret.
    """
    if "." in message_id:
        raise ValueError("an id with a full stop could be read as another one")
    moment = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), moment.encode(), body))
    return {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    digest = hmac.new(_key(key), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a secret") from error
    if not text.startswith(PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("not a secret")
    return key
