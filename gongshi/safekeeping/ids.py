"""Keys of all tables: UUIDv7 (RFC 9562), made by the program before anything is inserted."""

import uuid
from datetime import datetime

from uuid_utils.compat import uuid7


def first_id_from(at: datetime) -> uuid.UUID:
    """The smallest key that can have been made at ``at`` (aware) or later: keys begin with their millisecond."""
    return uuid.UUID(bytes=(int(at.timestamp() * 1000) << 80).to_bytes(16, "big"))


def new_id() -> uuid.UUID:
    """A new time-ordered key."""
    return uuid7()
