"""The ledger's own key: in a file of its own beside the instance's, of the same form, and never changed with it.

Signatures and pads of every version must stay checkable for as long as the ledger is kept, so no version is ever taken
out of this file. Who has it can sign a rewritten past; who kept a head notices.
"""

import contextlib
from pathlib import Path

from django.conf import settings

from gongshi.formats.proof.statements import base64_text, key_id
from gongshi.safekeeping.keys import InstanceKeys, KeyFileError, keys_in, make_key_file
from gongshi.safekeeping.models import Head
from gongshi.safekeeping.signatures import public_of, sign

HEADS, PADS = "ledger/heads", "ledger/pads"


def ledger_keys() -> InstanceKeys:
    """The ledger's keys; made where nothing has been signed yet. Raises KeyFileError for a file that is gone."""
    path = Path(settings.LEDGER_KEY_FILE)
    if not path.exists() and not Head.objects.exists():
        # Two workers may come here at once: the first one's file stays.
        with contextlib.suppress(KeyFileError):
            make_key_file(path)
    return keys_in(path)


def public_keys() -> dict[str, bytes]:
    """Every version's public key by its id, the current one first."""
    keys = ledger_keys()
    versions = sorted(keys.versions, key=lambda version: (version != keys.current_version, -version))
    publics = [public_of(keys.subkey(HEADS, version)) for version in versions]
    return {key_id(public): public for public in publics}


def current_key_id() -> str:
    """The id of the key that signs now."""
    return next(iter(public_keys()))


def signature_over(message: bytes) -> str:
    """The current key's signature, base64."""
    return base64_text(sign(ledger_keys().subkey(HEADS), message))
