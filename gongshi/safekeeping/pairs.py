"""Sealing to a public key: HPKE (RFC 9180), base mode, with X25519, HKDF-SHA256 and AES-256-GCM.

Whoever has the public half can seal, nobody but the holder of the private half can open. What is sealed is bound to
its holder with the version of their pair, to a row and to a field, all through HPKE's ``info``. Layout: format byte 2,
the pair's version (4 bytes, big-endian), the encapsulated key (32 bytes), ciphertext and tag.
"""

import struct
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gongshi.safekeeping.sealing import key_version_of, refused

HALF_BYTES: Final = 32
RECOVERY_ID: Final = UUID(int=0)
_FORMAT: Final = 2
_HEADER = struct.Struct(">BI")
_LABEL: Final = b"gongshi pair 1 "
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose pair: its kind ("office", "staff" or "recovery"), their id, and which of their pairs, counted from 1."""

    kind: str
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class PublicHalf:
    """A pair as everybody may know it."""

    pair: UUID
    holder: Holder
    key: X25519PublicKey


@dataclass(frozen=True, slots=True)
class PrivateHalf:
    """A pair's private half (32 bytes), which opens. Its repr does not show it."""

    pair: UUID
    holder: Holder
    key: bytes = field(repr=False)


def new_private() -> bytes:
    """A new private half."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a private one. Raises ValueError for bytes that are no key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def public_half(pair: UUID, holder: Holder, public: bytes) -> PublicHalf:
    """A public half, ready to seal to. Raises ValueError for bytes that are no key."""
    return PublicHalf(pair, holder, X25519PublicKey.from_public_bytes(public))


def seal_to(half: PublicHalf, plaintext: bytes, *, row: UUID, field: str) -> bytes:
    """``plaintext`` sealed for the holder of ``half``, bound to row and field; 53 bytes are added."""
    header = _HEADER.pack(_FORMAT, half.holder.version)
    return header + _SUITE.encrypt(plaintext, half.key, info=_bound(header, half.holder, row, field))


def open_with(half: PrivateHalf, sealed: bytes | memoryview, *, row: UUID, field: str) -> bytes:
    """What `seal_to` sealed for this holder, row and field. Raises SealError for anything else."""
    sealed = bytes(sealed)
    header = _HEADER.pack(_FORMAT, half.holder.version)
    if not sealed.startswith(header) or key_version_of(sealed) != half.holder.version:
        raise refused(row, field)
    try:
        return _SUITE.decrypt(
            sealed[_HEADER.size :],
            X25519PrivateKey.from_private_bytes(half.key),
            info=_bound(header, half.holder, row, field),
        )
    except (InvalidTag, ValueError):
        raise refused(row, field) from None


def _bound(header: bytes, holder: Holder, row: UUID, field: str) -> bytes:
    return b"\0".join((_LABEL + header, holder.kind.encode(), holder.id.bytes + row.bytes, field.encode()))
