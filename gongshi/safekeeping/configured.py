"""Secrets in the configuration, sealed under a subkey of the instance: what this server must show or use again.

A stolen database does not show them; the key file lies elsewhere. Each is bound to its row and field, and is written
once: another value is another row, so that no older one can be put back in its place.
"""

from uuid import UUID

from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.sealing import key_version_of, seal, unseal

_PURPOSE = "configured"


def seal_configured(text: str, *, row: UUID, field: str) -> bytes:
    """``text`` sealed under the current key version, for this row and field."""
    keys = instance_keys()
    return seal(keys.subkey(_PURPOSE), text.encode(), row=row, field=field, key_version=keys.current_version)


def open_configured(sealed: bytes | memoryview, *, row: UUID, field: str) -> str:
    """What `seal_configured` sealed. Raises SealError, and KeyFileError for a version that the key file lacks."""
    key = instance_keys().subkey(_PURPOSE, key_version_of(sealed))
    return unseal(key, sealed, row=row, field=field).decode()


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether it is sealed under the current key version."""
    return key_version_of(sealed) == instance_keys().current_version
