"""Sealed fields: AES-256-GCM (NIST SP 800-38D) under a data key, bound to the row and field they belong to.

Layout: format byte 1, key version (4 bytes, big-endian), nonce (12 random bytes), ciphertext and tag. The associated
data is format, key version, row and field, so that a value copied into another row or field, or relabelled with
another key version, does not open. What it cannot tell is an older value of the same row and field put back: what
may change is therefore written as a new row, or carries its revision in the field's name.

Nonces are random. A data key seals a few hundred values at most; SP 800-38D allows 2^32 under one key.
"""

import logging
import secrets
import struct
from ssl import RAND_bytes
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

DATA_KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
_FORMAT: Final = 1
_HEADER = struct.Struct(">BI")
_SHORTEST = _HEADER.size + NONCE_BYTES + TAG_BYTES

security = logging.getLogger("gongshi.security")


class SealError(Exception):
    """Something sealed does not open: another key, row, field or version, or bytes that were changed or cut off.

    There is no harmless reason for it. It is logged to ``gongshi.security`` where it is raised, by row and field.
    """


def new_data_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(DATA_KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *, row: UUID, field: str, key_version: int = 1) -> bytes:
    """``plaintext`` sealed for this row and field. ``key_version`` (0 to 2^32 - 1) is bound to it; 33 bytes are added.

    Raises ValueError for a key that is not 32 bytes long, and for a version out of range.
    """
    _check(key)
    if not 0 <= key_version < 2**32:
        raise ValueError(f"no key version is {key_version}")
    header = _HEADER.pack(_FORMAT, key_version)
    # Of OpenSSL's generator: unlike the kernel's it is asked without another thread taking over the interpreter.
    nonce = RAND_bytes(NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + row.bytes + field.encode())


def unseal(key: bytes, sealed: bytes | memoryview, *, row: UUID, field: str) -> bytes:
    """What `seal` sealed with the same key, row and field. Raises SealError for anything else."""
    _check(key)
    sealed = bytes(sealed)
    if len(sealed) < _SHORTEST or sealed[0] != _FORMAT:
        raise refused(row, field)
    header, nonce = sealed[: _HEADER.size], sealed[_HEADER.size : _HEADER.size + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(
            nonce, sealed[_HEADER.size + NONCE_BYTES :], header + row.bytes + field.encode()
        )
    except InvalidTag:
        raise refused(row, field) from None


def key_version_of(sealed: bytes | memoryview) -> int:
    """The key version that a sealed value names, not yet proved by opening it. Raises SealError when cut off."""
    if len(sealed) < _SHORTEST:
        raise SealError("a sealed value is cut off")
    version: int = _HEADER.unpack(sealed[: _HEADER.size])[1]
    return version


def refused(row: UUID, field: str) -> SealError:
    """The error for something that does not open, after an alarm that names row and field and nothing else."""
    security.error("seal refused: row %s, field %s", row, field)
    return SealError(f"what is sealed in {field} of {row} does not open")


def _check(key: bytes) -> None:
    # AESGCM would take 16 bytes too and quietly give half the strength.
    if len(key) != DATA_KEY_BYTES:
        raise ValueError(f"a data key has {DATA_KEY_BYTES} bytes, not {len(key)}")
