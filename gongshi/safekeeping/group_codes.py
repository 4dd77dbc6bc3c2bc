"""What several people share without knowing each other: a code that is handed on, and a key that each opens alone.

A code has 16 Crockford base 32 symbols, 80 bits, as claim codes do. Stored is a keyed hash of it, and what it opens
lies sealed under it (HKDF-SHA256, RFC 5869): neither the instance nor the database opens that. The same holds for what
lies sealed for a receipt. The key of a group is derived from that of its case: whoever opens the case has it, and
whoever has it cannot come back to the case's.
"""

import secrets
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.rules import crockford
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.receipts import normalised, receipt_key
from gongshi.safekeeping.sealing import seal, unseal

SYMBOLS: Final = 16
_RANDOM_BYTES = 10
_CODE, _GROUP = b"gongshi group code 1", b"gongshi group key 1"
_CONSENT = b"gongshi consent 1"
_FIELD = "group"


def new_code() -> str:
    """A new code, as in ``"7G2K-M4QX-0V9T-3NRB"``."""
    return crockford.grouped(crockford.encode(secrets.token_bytes(_RANDOM_BYTES)))


def code_hash(purpose: str, code: str) -> bytes:
    """The keyed hash under which a code is found: 32 bytes. Raises ReceiptError for a text that is none."""
    return keyed_hash(purpose, _typed(code))


def code_hashes(purpose: str, code: str) -> list[bytes]:
    """The same under every key version. Raises ReceiptError."""
    return keyed_hashes(purpose, _typed(code))


def seal_under_code(code: str, secret: bytes, *, row: UUID, field: str) -> bytes:
    """``secret`` sealed under a code, for a row and field. Raises ReceiptError."""
    return seal(_derived(_typed(code), row, _CODE), secret, row=row, field=field)


def open_under_code(code: str, sealed: bytes | memoryview, *, row: UUID, field: str) -> bytes:
    """What `seal_under_code` sealed. Raises ReceiptError, SealError."""
    return unseal(_derived(_typed(code), row, _CODE), sealed, row=row, field=field)


def seal_under_receipt(receipt: str, secret: bytes, *, row: UUID, field: str) -> bytes:
    """``secret`` sealed for whoever holds the receipt. Raises ReceiptError."""
    return seal(receipt_key(receipt, row), secret, row=row, field=field)


def open_under_receipt(receipt: str, sealed: bytes | memoryview, *, row: UUID, field: str) -> bytes:
    """What `seal_under_receipt` sealed. Raises ReceiptError, SealError."""
    return unseal(receipt_key(receipt, row), sealed, row=row, field=field)


def consent_mark(receipt: str, row: UUID) -> bytes:
    """32 bytes by which the holder of a receipt, and nobody else, is known again at ``row``. Raises ReceiptError."""
    return _derived(receipt_key(receipt, row), row, _CONSENT)


def group_key(case_key: bytes, row: UUID) -> bytes:
    """The 32-byte key of the group ``row`` that shares a case."""
    return _derived(case_key, row, _GROUP)


def seal_for_group(key: bytes, secret: bytes, *, row: UUID) -> bytes:
    """``secret`` sealed with a group's key."""
    return seal(key, secret, row=row, field=_FIELD)


def open_for_group(key: bytes, sealed: bytes | memoryview, *, row: UUID) -> bytes:
    """What `seal_for_group` sealed. Raises SealError."""
    return unseal(key, sealed, row=row, field=_FIELD)


def _typed(code: str) -> bytes:
    return normalised(code, SYMBOLS).encode("ascii")


def _derived(secret: bytes, row: UUID, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=row.bytes, info=info).derive(secret)
