"""Sessions of staff at rest: what the database holds of one opens only with the cookie that the browser holds.

The row is named by a hash of the session's key, and its content is sealed with a key derived from it. So a stolen
database signs nobody in, and shows nothing of what a session keeps while somebody works (a secret being set up, an
opened key). The session's key has 32 symbols of 36, 165 bits: it cannot be guessed, so no slow hash is needed.
"""

import base64
import binascii
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.safekeeping.sealing import DATA_KEY_BYTES, SealError, seal, unseal

_NAME = b"gongshi session row 1 "
_INFO = b"gongshi session content 1"
_FIELD = "session"


def row_of_session(session_key: str) -> str:
    """The name of a session's row: 64 hexadecimal digits."""
    return sha256(_NAME + session_key.encode()).hexdigest()


def seal_session(session_key: str, content: bytes) -> str:
    """What a session keeps, sealed with its own key and bound to its row, as base64."""
    sealed = seal(_key(session_key), content, row=_row(session_key), field=_FIELD)
    return base64.b64encode(sealed).decode("ascii")


def open_session(session_key: str, sealed: str) -> bytes:
    """What `seal_session` sealed. Raises SealError for anything else."""
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise SealError("a session is not base64") from None
    return unseal(_key(session_key), data, row=_row(session_key), field=_FIELD)


def _row(session_key: str) -> UUID:
    return UUID(hex=row_of_session(session_key)[:32])


def _key(session_key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=DATA_KEY_BYTES, salt=None, info=_INFO)
    return derivation.derive(session_key.encode())
