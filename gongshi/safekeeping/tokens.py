"""Short-lived secrets that the resident's own browser keeps, so that the server need store nothing about them.

Encrypted and authenticated in one (AES-256-GCM under a subkey of the instance, one per kind of token), so a token
shows nothing, cannot be made or changed by others, and one kind does not pass for another. Layout before base64url:
format byte 1, key version (4 bytes), seconds since 1970 (8 bytes), nonce (12), ciphertext and tag.
"""

import base64
import binascii
import os
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from gongshi.safekeeping.keys import KeyFileError, instance_keys
from gongshi.safekeeping.receipts import normalise_receipt
from gongshi.safekeeping.sealing import NONCE_BYTES

DRAFT_AGE = timedelta(days=3)
VISIT_AGE = timedelta(hours=2)
# A form of one kind passes for no other: what an operator's form holds opens nothing at the residents' doors.
FORMS = {
    "draft": "tokens/drafts",
    "call": "tokens/calls",
    "claim": "tokens/claims",
    "reprisal": "tokens/reprisals",
    "join": "tokens/joining",
    "booking": "tokens/bookings",
    "telling": "tokens/telling",
}
_VISITS = "tokens/visits"
_REPORTS = "tokens/reports"
_ONCE = "tokens/once"
REPORT_AGE = timedelta(days=5 * 366)
_FORMAT = 1
_HEADER = struct.Struct(">BIQ")
_LONGEST = 400


class TokenError(ValueError):
    """A token is not accepted. ``code``: ``expired``, or ``forged`` for anything this server did not make."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Visit:
    """A resident at their filing. The caller still asks whether the receipt with this id has been revoked."""

    filing_id: UUID
    receipt_id: UUID
    receipt: str = field(repr=False)


def draft_token(receipt: str, *, form: str = "draft", at: datetime | None = None) -> str:
    """The receipt made with a draft, for a hidden field of its form, so that a retry brings the same one.

    ``form``: a key of `FORMS`. Raises ReceiptError.
    """
    return _issued(FORMS[form], normalise_receipt(receipt).encode("ascii"), at)


def receipt_from_draft(
    token: str, max_age: timedelta = DRAFT_AGE, *, form: str = "draft", at: datetime | None = None
) -> str:
    """The receipt in the token of a draft of this form. Raises TokenError."""
    return _opened(FORMS[form], token, max_age, at).decode("ascii")


def visit_token(filing_id: UUID, receipt_id: UUID, receipt: str, *, at: datetime | None = None) -> str:
    """The value of the cookie of a resident who has opened a filing. Raises ReceiptError."""
    secret = normalise_receipt(receipt).encode("ascii")
    return _issued(_VISITS, filing_id.bytes + receipt_id.bytes + secret, at)


def open_visit(token: str, max_age: timedelta = VISIT_AGE, *, at: datetime | None = None) -> Visit:
    """Whose visit a cookie stands for. Raises TokenError."""
    content = _opened(_VISITS, token, max_age, at)
    return Visit(UUID(bytes=content[:16]), UUID(bytes=content[16:32]), content[32:].decode("ascii"))


def report_token(filing_id: UUID, *, at: datetime | None = None) -> str:
    """What a program that filed for a resident asks by whether the filing is public. It opens nothing."""
    return _issued(_REPORTS, filing_id.bytes, at)


def filing_of_report(token: str, max_age: timedelta = REPORT_AGE, *, at: datetime | None = None) -> UUID:
    """The filing that a program asks about. Raises TokenError."""
    return UUID(bytes=_opened(_REPORTS, token, max_age, at))


def once_token(key: bytes, *, at: datetime | None = None) -> str:
    """A form's own key, by which what it sends is known when it comes twice. It opens nothing."""
    return _issued(_ONCE, key, at)


def opened_once(token: str, max_age: timedelta = DRAFT_AGE, *, at: datetime | None = None) -> bytes:
    """The key in a form's token. Raises TokenError."""
    return _opened(_ONCE, token, max_age, at)


def _issued(purpose: str, content: bytes, at: datetime | None) -> str:
    keys = instance_keys()
    seconds = int((at or timezone.now()).timestamp())
    header = _HEADER.pack(_FORMAT, keys.current_version, seconds)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(keys.subkey(purpose)).encrypt(nonce, content, header)
    return base64.urlsafe_b64encode(header + nonce + sealed).rstrip(b"=").decode("ascii")


def _opened(purpose: str, token: str, max_age: timedelta, at: datetime | None) -> bytes:
    if len(token) > _LONGEST or not token.isascii():
        raise TokenError("forged")
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        header, nonce = data[: _HEADER.size], data[_HEADER.size : _HEADER.size + NONCE_BYTES]
        _, version, seconds = _HEADER.unpack(header)
        key = instance_keys().subkey(purpose, version)
        content = AESGCM(key).decrypt(nonce, data[_HEADER.size + NONCE_BYTES :], header)
    except (binascii.Error, struct.error, InvalidTag, ValueError, KeyFileError):
        raise TokenError("forged") from None
    # The age counts after the token is proved: only its holder learns that it was once a good one.
    if (at or timezone.now()).timestamp() - seconds > max_age.total_seconds():
        raise TokenError("expired")
    return content
