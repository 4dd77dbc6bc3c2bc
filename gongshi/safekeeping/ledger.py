"""Leaves of the public ledger: salted commitments to what happened, without saying what or to which case.

A commitment is SHA-256 over a label, a random salt and the entry as canonical JSON (RFC 8785). The salt lies with the
entry; once it is erased, nothing ties the leaf to the entry any more. The leaf holds no key of any row.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from gongshi.formats.canonical_json import canonical_json
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf

SALT_BYTES = 16
_LABEL = b"gongshi leaf 1\x00"


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, entry: Mapping[str, Any]) -> bytes:
    """The 32-byte commitment to an entry.

    Beside JSON's own values an entry may hold keys (UUID), dates, and aware datetimes, which count as UTC. Raises
    TypeError or ValueError for anything else, and ValueError for a salt that is not 16 bytes long: with salts of
    several lengths one commitment could stand for two entries.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(_LABEL + salt + canonical_json(_plain(entry))).digest()


def leaf(salt: bytes, entry: Mapping[str, Any], at: datetime) -> Leaf:
    """The leaf that commits to an entry, not yet saved. See `commitment` for the errors."""
    return Leaf(id=new_id(), commitment=commitment(salt, entry), created_at=at)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a ledger entry needs aware datetimes")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
