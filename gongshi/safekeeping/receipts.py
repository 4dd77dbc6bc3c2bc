"""Receipts: the secret that opens a filing. 24 Crockford base 32 symbols, 120 random bits, stored nowhere.

What is stored is a keyed hash. A slow hash (argon2, scrypt) makes guessing dear for secrets that people choose; 120
random bits cannot be guessed at any speed, so a fast one serves, and nobody can tire the server with it. The key that
wraps data keys is derived from the receipt alone (HKDF-SHA256, RFC 5869), not from the instance: neither the hash nor
the key file gives it.
"""

import hmac
import re
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.rules import crockford
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes

MAX_TYPED = 128
_SYMBOLS = 24
_RANDOM_BYTES = 15
_PURPOSE = "receipts"
_INFO = b"gongshi receipt key 1"
_GROUP = f"[{crockford.ALPHABET}]{{4}}"
_WRITTEN = re.compile(f"{_GROUP}(?:-{_GROUP}){{{_SYMBOLS // 4 - 1}}}")
_DUMMY = secrets.token_bytes(32)


class ReceiptError(ValueError):
    """The text is no receipt. ``code`` says why: ``empty``, ``too_long``, ``wrong_characters``, ``wrong_length``."""

    def __init__(self, code: str) -> None:
        # The text itself is left out: it may be a receipt with one letter too many.
        super().__init__(code)
        self.code = code


def new_receipt() -> str:
    """A new receipt, as in ``"7G2K-M4QX-0V9T-3NRB-8WZE-5HCD"``."""
    return crockford.grouped(crockford.encode(secrets.token_bytes(_RANDOM_BYTES)))


def normalise_receipt(text: str) -> str:
    """The receipt that was typed, in its one written form. Raises ReceiptError as `normalised`."""
    return normalised(text, _SYMBOLS)


def normalised(text: str, length: int) -> str:
    """A secret of so many symbols that was typed, in its one written form.

    Accepts small letters, full-width forms, other or missing spaces and dashes, O for 0, I and L for 1. Texts over 128
    characters are refused before any work. Raises ReceiptError.
    """
    if _WRITTEN.fullmatch(text):
        return text
    if len(text) > MAX_TYPED:
        raise ReceiptError("too_long")
    code = crockford.symbols(crockford.typed(text))
    if not code:
        raise ReceiptError("empty")
    if any(symbol not in crockford.VALUES for symbol in code):
        raise ReceiptError("wrong_characters")
    if len(code) != length:
        raise ReceiptError("wrong_length")
    return crockford.grouped(code)


def receipt_hash(receipt: str) -> bytes:
    """The keyed hash under which a new receipt is stored: 32 bytes. Raises ReceiptError."""
    return keyed_hash(_PURPOSE, _secret(receipt))


def receipt_hashes(receipt: str) -> list[bytes]:
    """The hashes under which a receipt may be stored, one per key version. Raises ReceiptError.

    A search for ``reference`` and ``hash in receipt_hashes(...)`` costs the same whether the reference exists or not,
    and the time that the comparison takes tells nothing about a hash that nobody outside can compute.
    """
    return keyed_hashes(_PURPOSE, _secret(receipt))


def dummy_hash() -> bytes:
    """A hash that no receipt has, to be compared with where a reference is unknown."""
    return _DUMMY


def receipt_matches(receipt: str, stored: bytes | memoryview | None) -> bool:
    """Whether ``stored`` is a hash of the receipt, compared in constant time under every key version.

    None, for a reference that does not exist, takes the same path as a wrong receipt. Raises ReceiptError.
    """
    known = dummy_hash() if stored is None else bytes(stored)
    found = [hmac.compare_digest(candidate, known) for candidate in receipt_hashes(receipt)]
    return any(found)


def receipt_key(receipt: str, subject: UUID) -> bytes:
    """The 32-byte key that wraps the data key of ``subject`` for whoever holds the receipt. Raises ReceiptError."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=subject.bytes, info=_INFO)
    return derivation.derive(_secret(receipt))


def _secret(receipt: str) -> bytes:
    return normalise_receipt(receipt).encode("ascii")
