"""Commitments: 32 bytes that fix an entry without saying anything about it to whoever lacks the salt.

SHA-256 over a label, 16 random bytes of salt and the entry as canonical JSON (RFC 8785).
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from gongshi.formats.canonical_json import CanonicalJson

SALT_BYTES = 16
LEAF_LABEL = b"gongshi leaf 1\x00"
WORDS_LABEL = b"gongshi words 1\x00"
_AS_IT_IS = frozenset({str, int, bool, type(None)})


def commitment(salt: bytes, entry: Mapping[str, Any], label: bytes = LEAF_LABEL) -> bytes:
    """The 32-byte commitment to an entry.

    Beside JSON's own values an entry may hold keys (UUID), dates, and aware datetimes, which count as UTC. Raises
    TypeError or ValueError for anything else, and ValueError for a salt that is not 16 bytes long: with salts of
    several lengths one commitment could stand for two entries.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(label + salt + _canonical(entry)).digest()


def instant(at: datetime, timespec: str = "seconds") -> str:
    """An aware datetime as text in UTC, ending in Z. ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a ledger entry needs aware datetimes")
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def _moment(at: datetime) -> str:
    return instant(at, "microseconds")


# A datetime is a date too.
_TEXTS: dict[type, Callable[[Any], str]] = {UUID: str, datetime: _moment, date: date.isoformat}
_canonical = CanonicalJson(_TEXTS)


def plain(value: Any) -> Any:
    """A value with keys, days and instants as the texts that JSON holds, as the commitment has them."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return next((text(value) for kind, text in _TEXTS.items() if isinstance(value, kind)), value)
