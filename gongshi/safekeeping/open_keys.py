"""An opened private half between two requests: sealed in the session, under a secret that lies only in a cookie.

The session's row alone opens nothing, nor does the cookie alone, with or without the key file; and once the session is
over, the cookie opens nothing any more.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongshi.safekeeping.models import Owner
from gongshi.safekeeping.pairs import Holder, PrivateHalf
from gongshi.safekeeping.sealing import DATA_KEY_BYTES, NONCE_BYTES, new_data_key

_LABEL = b"gongshi open key 1 "


def put_away(half: PrivateHalf) -> tuple[dict[str, Any], str]:
    """What the session keeps of a member of staff's private half (plain JSON), and the secret for the cookie."""
    secret, nonce = new_data_key(), os.urandom(NONCE_BYTES)
    kept = {"pair": str(half.pair), "staff": str(half.holder.id), "version": half.holder.version}
    sealed = nonce + AESGCM(secret).encrypt(nonce, half.key, _bound(half.pair, half.holder))
    return {**kept, "sealed": base64.b64encode(sealed).decode()}, base64.urlsafe_b64encode(secret).decode()


def taken_out(kept: Mapping[str, Any] | None, secret: str | None, *, staff: UUID) -> PrivateHalf | None:
    """The private half again, for the member of staff whose session it is; None where the two do not fit."""
    if not kept or not secret or kept.get("staff") != str(staff):
        return None
    try:
        pair, holder = UUID(kept["pair"]), Holder(Owner.STAFF.value, staff, int(kept["version"]))
        sealed = base64.b64decode(kept["sealed"], validate=True)
        key = base64.urlsafe_b64decode(secret)
        if len(key) != DATA_KEY_BYTES:
            return None
        opened = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(pair, holder))
    except (InvalidTag, binascii.Error, ValueError, KeyError, TypeError):
        # No alarm: a cookie of an earlier sign-in is an everyday thing.
        return None
    return PrivateHalf(pair, holder, opened)


def _bound(pair: UUID, holder: Holder) -> bytes:
    return _LABEL + pair.bytes + holder.id.bytes + holder.version.to_bytes(4, "big")
