"""Claim codes: with one, whoever filed by telephone, in person or by letter takes over their filing, once.

16 Crockford base 32 symbols, 80 bits: short enough to be typed from a letter, long enough that a fast keyed hash serves
as for receipts, and that nobody who has stolen everything tries them all (2^80 derivations). A filing that staff type
in is filed under a receipt of chance that nobody is ever shown. The code is derived from that receipt, so that the same
form sent again has the same code; the receipt lies sealed under the code (HKDF-SHA256, RFC 5869). Neither the instance
nor the database opens it.
"""

from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.rules import crockford
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.receipts import normalise_receipt, normalised
from gongshi.safekeeping.sealing import seal, unseal

SYMBOLS = 16
_RANDOM_BYTES = 10
_PHONE_DIGITS = 6
_PURPOSE = "claim codes"
_FIELD = "stand-in receipt"


def claim_code_of(receipt: str) -> str:
    """The code of the filing that stands under this receipt, as in ``"7G2K-M4QX-0V9T-3NRB"``. Raises ReceiptError."""
    return crockford.grouped(crockford.encode(_derived(receipt, b"gongshi claim code 1", _RANDOM_BYTES)))


def phone_code_of(receipt: str) -> str:
    """Six digits with which whoever called may ask by telephone how it stands. Raises ReceiptError."""
    number = int.from_bytes(_derived(receipt, b"gongshi phone code 1", 16), "big")
    return f"{number % 10**_PHONE_DIGITS:0{_PHONE_DIGITS}d}"


def normalise_claim_code(text: str) -> str:
    """The code that was typed, in its one written form. Raises ReceiptError."""
    return normalised(text, SYMBOLS)


def claim_hash(code: str) -> bytes:
    """The keyed hash under which a code is found: 32 bytes. Raises ReceiptError."""
    return keyed_hash(_PURPOSE, _typed(code))


def claim_hashes(code: str) -> list[bytes]:
    """The same under every key version. Raises ReceiptError."""
    return keyed_hashes(_PURPOSE, _typed(code))


def seal_stand_in(receipt: str, *, row: UUID) -> bytes:
    """The receipt that stands in until the filing is claimed, sealed under the claim code of row ``row``."""
    key = _key(claim_code_of(receipt), row)
    return seal(key, normalise_receipt(receipt).encode("ascii"), row=row, field=_FIELD)


def open_stand_in(sealed: bytes | memoryview, code: str, *, row: UUID) -> str:
    """What `seal_stand_in` sealed, with the code. Raises ReceiptError, and SealError for another code."""
    return unseal(_key(code, row), sealed, row=row, field=_FIELD).decode("ascii")


def _key(code: str, row: UUID) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=row.bytes, info=b"gongshi claim key 1").derive(
        _typed(code)
    )


def _derived(receipt: str, info: bytes, length: int) -> bytes:
    secret = normalise_receipt(receipt).encode("ascii")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def _typed(code: str) -> bytes:
    return normalise_claim_code(code).encode("ascii")
