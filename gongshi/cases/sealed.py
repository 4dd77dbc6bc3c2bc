"""Words of residents and staff as sealed JSON: written and read in one place, bound to row and field."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gongshi.formats.proof.commitments import WORDS_LABEL, commitment
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.ledger import new_salt
from gongshi.safekeeping.sealing import key_version_of, seal, unseal

SALT = "salt"
ASKED = "asked reason"
TOLD, PHONE_CODE, WRITER = "told", "phone code", "writer of a mail"
VIEW_NAME, DIGEST_TO = "name of a view", "weekly mail"
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def seal_json(key: bytes, value: Any, *, row: UUID, field: str) -> bytes:
    """``value`` as JSON, sealed with a data key; ``row`` and ``field`` are bound as associated data."""
    version = instance_keys().current_version
    return seal(key, _text(value).encode(), row=row, field=field, key_version=version)


def seal_words(key: bytes, words: Mapping[str, Any], *, row: UUID, field: str) -> tuple[bytes, str]:
    """Words that history commits to: sealed together with a salt of their own, and the commitment in hexadecimal.

    The commitment may stand in the clear: without the salt nobody can try what the words might be.
    """
    salt = new_salt()
    sealed = seal_json(key, {**words, SALT: salt.hex()}, row=row, field=field)
    return sealed, commitment(salt, words, WORDS_LABEL).hex()


def opening_of(sealed: Mapping[str, Any]) -> tuple[bytes, dict[str, Any], str] | None:
    """Salt, words and commitment of what `seal_words` sealed; None for words that nothing commits to."""
    if SALT not in sealed:
        return None
    salt = bytes.fromhex(sealed[SALT])
    words = {name: value for name, value in sealed.items() if name != SALT}
    return salt, words, commitment(salt, words, WORDS_LABEL).hex()


def seal_asked(text: str, *, row: UUID) -> bytes:
    """Words of a request whose case a worker has still to find: sealed for the instance until it has looked."""
    return seal_json(instance_keys().subkey(ASKED), text, row=row, field=ASKED)


def unseal_asked(sealed: bytes | memoryview, *, row: UUID) -> str:
    """What `seal_asked` sealed. Raises SealError, and KeyFileError for a key version that is no longer there."""
    key = instance_keys().subkey(ASKED, key_version_of(sealed))
    return str(unseal_json(key, sealed, row=row, field=ASKED))


def seal_writer(writer: Mapping[str, str], *, row: UUID) -> bytes:
    """Who wrote a mail that could not be taken in: sealed for the instance until they were told."""
    return seal_json(instance_keys().subkey(WRITER), writer, row=row, field=WRITER)


def unseal_writer(sealed: bytes | memoryview, *, row: UUID) -> dict[str, str]:
    """What `seal_writer` sealed. Raises SealError, and KeyFileError for a key version that is no longer there."""
    key = instance_keys().subkey(WRITER, key_version_of(sealed))
    return dict(unseal_json(key, sealed, row=row, field=WRITER))


def unseal_json(key: bytes, sealed: bytes | memoryview | None, *, row: UUID, field: str) -> Any:
    """What `seal_json` sealed for the same row and field; None for nothing. Raises SealError for any other."""
    if sealed is None:
        return None
    return json.loads(unseal(key, bytes(sealed), row=row, field=field))


def clean(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters for history: dates and keys as text, so that the stored JSON is the committed JSON."""
    return {name: _plain(value) for name, value in params.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
