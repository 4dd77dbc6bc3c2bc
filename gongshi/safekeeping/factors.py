"""Secrets of second factors: the seed of an authenticator app, and of recovery codes, sealed under a subkey.

They are staff's, never a resident's. A stolen database does not show them; the key file lies elsewhere. The library
that keeps them tells nothing of the row, so a value moved into another row, or put back as it was before, opens there.
Whoever can do that can write to the database, and move password hashes as well: docs/security/safekeeping.md says so.
"""

import base64
import binascii
from uuid import UUID

from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.sealing import SealError, key_version_of, seal, unseal

_PURPOSE = "factors"
_ROW = UUID(int=0)
_FIELD = "factor"


def seal_factor(text: str) -> str:
    """A factor's secret, sealed under the current key version, as base64."""
    keys = instance_keys()
    sealed = seal(
        keys.subkey(_PURPOSE), text.encode(), row=_ROW, field=_FIELD, key_version=keys.current_version
    )
    return base64.b64encode(sealed).decode("ascii")


def open_factor(sealed: str) -> str:
    """What `seal_factor` sealed. Raises SealError, and KeyFileError for a version that the key file lacks."""
    data = _bytes(sealed)
    key = instance_keys().subkey(_PURPOSE, key_version_of(data))
    return unseal(key, data, row=_ROW, field=_FIELD).decode()


def is_current_factor(sealed: str) -> bool:
    """Whether it is sealed under the current key version."""
    return key_version_of(_bytes(sealed)) == instance_keys().current_version


def _bytes(sealed: str) -> bytes:
    try:
        return base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise SealError("a factor's secret is not base64") from None
