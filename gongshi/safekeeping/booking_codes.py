"""Booking codes: who comes to a reception day shows one, and is nobody else than whoever shows it.

8 Crockford base 32 symbols, 40 bits: short enough to be kept in one's head; wrong ones are limited as receipts are, and
what one opens is a time of day. The code is derived from a secret of the form, so that a form sent again has the same
code.

A reception day has one sheet with 32 bytes for each of its times, sealed as a whole under a subkey of the instance: a
keyed hash of the code where a time is taken, `FREE` or `HELD` where it is not. Any change seals all of it anew, so
without the key file a stolen database, two of its backups, or the versions of its rows tell neither which times are
taken nor how many.
"""

from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.rules import crockford
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.receipts import normalise_receipt, normalised
from gongshi.safekeeping.sealing import key_version_of, seal, unseal

SYMBOLS = 8
_BYTES = 5
_CODES = "booking codes"
_SHEETS = "sheets of reception days"
_FIELD = "marks"
_MARK = 32
# A time that can be booked, and one that cannot although nobody has it. No keyed hash is either.
FREE, HELD = bytes(_MARK), bytes([255]) * _MARK


def booking_code_of(receipt: str) -> str:
    """The code that belongs to the secret of a form, as in ``"7G2K-M4QX"``. Raises ReceiptError."""
    secret = normalise_receipt(receipt).encode("ascii")
    derivation = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=b"gongshi booking code 1")
    return crockford.grouped(crockford.encode(derivation.derive(secret)))


def booking_hash(code: str) -> bytes:
    """The mark of a taken time: 32 bytes. Raises ReceiptError for what is no code."""
    return keyed_hash(_CODES, _typed(code))


def booking_hashes(code: str) -> list[bytes]:
    """The same under every key version. Raises ReceiptError."""
    return keyed_hashes(_CODES, _typed(code))


def sealed_sheet(day: UUID, marks: Sequence[bytes]) -> bytes:
    """A day's marks, in the order of its times, under the current key version. Each is 32 bytes long."""
    keys = instance_keys()
    key, version = keys.subkey(_SHEETS), keys.current_version
    return seal(key, b"".join(marks), row=day, field=_FIELD, key_version=version)


def opened_sheet(day: UUID, sealed: bytes | memoryview) -> list[bytes]:
    """The marks of a day. Raises SealError."""
    key = instance_keys().subkey(_SHEETS, key_version_of(sealed))
    marks = unseal(key, sealed, row=day, field=_FIELD)
    return [marks[start : start + _MARK] for start in range(0, len(marks), _MARK)]


def _typed(code: str) -> bytes:
    return normalised(code, SYMBOLS).encode("ascii")
