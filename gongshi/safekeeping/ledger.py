"""Leaves of the public ledger: salted commitments to what happened, without saying what or to which case.

The salt lies with the entry; once it is erased, nothing ties the leaf to the entry any more. The leaf holds no key of
any row. What a commitment is: `gongshi.formats.proof.commitments`.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongshi.formats.proof.commitments import SALT_BYTES, commitment
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Leaf, Unlinking

__all__ = ["SALT_BYTES", "commitment", "leaf", "new_salt", "unlinking_entry"]


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def leaf(salt: bytes, entry: Mapping[str, Any], at: datetime) -> Leaf:
    """The leaf that commits to an entry, not yet saved. See `commitment` for the errors."""
    return Leaf(id=new_id(), commitment=commitment(salt, entry), created_at=at)


def unlinking_entry(row: Unlinking) -> dict[str, Any]:
    """What the leaf of an erasure commits to."""
    return {"id": row.id, "on": row.on, "unlinked": row.number}
