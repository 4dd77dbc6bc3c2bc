"""Keys of all tables: UUIDv7 (RFC 9562), made by the program before anything is inserted."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new time-ordered key."""
    return uuid7()
