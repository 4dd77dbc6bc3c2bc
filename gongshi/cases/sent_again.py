"""The same words and files sent again, known by a key that went out with the form: a double press, a lost reply.

As with a draft's token, nothing is stored beforehand. From the key and from what was said comes the id of the row that
will hold it, so the second time that row is there already; other words under the same key are another row. Without the
key nobody can work the id out, and it says nothing of the words (HMAC with the instance's key, `hashing`).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gongshi.cases.models import Attachment, Case, Message
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.photos import Prepared
from gongshi.safekeeping.tokens import TokenError, once_token, opened_once

PURPOSE = "sent again"
_TIME_BYTES = 6


def new_key(at: datetime) -> str:
    """A key for one form, good for as long as a draft (`tokens.DRAFT_AGE`)."""
    return once_token(new_id().bytes, at=at)


def opened_key(typed: str, at: datetime) -> bytes | None:
    """What a key holds; None where none came. Raises TokenError for one that is too old or none of ours."""
    return opened_once(typed, at=at) if typed else None


def key_or_none(typed: str, at: datetime) -> bytes | None:
    """`opened_key` for a page, where a key that is no good is none: what was typed is taken in all the same."""
    try:
        return opened_key(typed, at)
    except TokenError:
        return None


def id_for(key: bytes, case: Case, text: str, files: Sequence[tuple[str, Prepared]]) -> UUID:
    """The id of the row that will hold this: the message, or of files alone the first of them. A UUIDv7 by its form."""
    return _as_id(key, keyed_hash(PURPOSE, _said(key, case, text, files)))


def is_there(key: bytes, case: Case, text: str, files: Sequence[tuple[str, Prepared]]) -> bool:
    """Whether exactly this was sent under the key before, also under an earlier version of the instance's key."""
    ids = [_as_id(key, one) for one in keyed_hashes(PURPOSE, _said(key, case, text, files))]
    model = Message if text else Attachment
    return model._default_manager.filter(pk__in=ids, case=case).exists()


def _said(key: bytes, case: Case, text: str, files: Sequence[tuple[str, Prepared]]) -> bytes:
    parts = [key, case.id.bytes, text.encode()]
    for name, one in files:
        parts += [name.encode(), one.shown.data, one.original.data if one.original else b""]
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def _as_id(key: bytes, digest: bytes) -> UUID:
    number = int.from_bytes(key[:_TIME_BYTES] + digest[: 16 - _TIME_BYTES])
    number &= ~(0xF << 76) & ~(0b11 << 62)
    return UUID(int=number | 7 << 76 | 0b10 << 62)
