"""Booking codes: who comes to a reception day shows one, and is nobody else than whoever shows it.

8 Crockford base 32 symbols, 40 bits: short enough to be kept in one's head; wrong ones are limited as receipts are, and
what one opens is a time of day. The code is derived from a secret of the form, so that a form sent again has the same
code.

Every time of a reception day has a row with 32 bytes from the start: a keyed hash of the code where it is taken, of the
row's own key where it is free. Both look alike without the key file, so a stolen database, or somebody who reads
tables, learns neither which times are taken nor how many.
"""

from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.rules import crockford
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.receipts import normalise_receipt, normalised

SYMBOLS = 8
_BYTES = 5
_CODES = "booking codes"
_FREE = "free times"


def booking_code_of(receipt: str) -> str:
    """The code that belongs to the secret of a form, as in ``"7G2K-M4QX"``. Raises ReceiptError."""
    secret = normalise_receipt(receipt).encode("ascii")
    derivation = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=b"gongshi booking code 1")
    return crockford.grouped(crockford.encode(derivation.derive(secret)))


def booking_hash(code: str) -> bytes:
    """What stands in the row of a taken time: 32 bytes. Raises ReceiptError for what is no code."""
    return keyed_hash(_CODES, _typed(code))


def booking_hashes(code: str) -> list[bytes]:
    """The same under every key version. Raises ReceiptError."""
    return keyed_hashes(_CODES, _typed(code))


def free_mark(row: UUID) -> bytes:
    """What stands in the row of a free time: 32 bytes."""
    return keyed_hash(_FREE, row.bytes)


def free_marks(row: UUID) -> list[bytes]:
    """The same under every key version."""
    return keyed_hashes(_FREE, row.bytes)


def _typed(code: str) -> bytes:
    return normalised(code, SYMBOLS).encode("ascii")
