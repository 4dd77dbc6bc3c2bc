"""A private half under a passphrase: Argon2id (RFC 9106) makes the key, AES-256-GCM seals.

Salt and cost lie beside what they sealed, so that the cost can be raised later. The cost is about that of the sign-in
itself (64 MiB, three passes): whoever tries passphrases against a stolen store pays it for each.
"""

import os
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongshi.safekeeping.sealing import DATA_KEY_BYTES, NONCE_BYTES

SALT_BYTES: Final = 16
LONGEST: Final = 1_024
_LABEL: Final = b"gongshi locked 1 "


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try takes: passes over so many KiB of memory, in so many lanes."""

    passes: int
    memory_kib: int
    lanes: int


COST = Cost(passes=3, memory_kib=65_536, lanes=1)
# For keys whose passphrase is shown to everybody, as in the demo.
LOWEST = Cost(passes=1, memory_kib=8, lanes=1)


@dataclass(frozen=True, slots=True)
class Locked:
    """Something under a passphrase, with all that is needed to open it but the passphrase."""

    salt: bytes
    cost: Cost
    sealed: bytes


class WrongPassphrase(ValueError):
    """The passphrase does not open it."""


def lock(secret: bytes, passphrase: str, *, row: UUID, cost: Cost | None = None) -> Locked:
    """``secret`` sealed under a passphrase, bound to ``row``. Slow and hungry on purpose. ValueError when too long."""
    salt, chosen = os.urandom(SALT_BYTES), cost or COST
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(_key(passphrase, salt, chosen))
    return Locked(salt, chosen, nonce + cipher.encrypt(nonce, secret, _LABEL + row.bytes))


def unlock(locked: Locked, passphrase: str, *, row: UUID) -> bytes:
    """What was locked. Raises WrongPassphrase; a wrong one cannot be told from bytes that were changed."""
    nonce, sealed = locked.sealed[:NONCE_BYTES], locked.sealed[NONCE_BYTES:]
    try:
        cipher = AESGCM(_key(passphrase, locked.salt, locked.cost))
        return cipher.decrypt(nonce, sealed, _LABEL + row.bytes)
    except (InvalidTag, ValueError):
        raise WrongPassphrase from None


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """One written form of the passphrase, whatever keyboard it came from."""
    if len(passphrase) > LONGEST:
        raise ValueError(f"a passphrase has at most {LONGEST} characters")
    return hash_secret_raw(
        unicodedata.normalize("NFKC", passphrase).encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=DATA_KEY_BYTES,
        type=Type.ID,
    )
