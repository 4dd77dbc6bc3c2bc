"""Keyed hashes: HMAC-SHA256 (RFC 2104) with a subkey of the instance, for what must be found again but not stored.

Without the key file a stolen database cannot even test a guess. After a rotation older rows still hold hashes of older
key versions, so a search asks for all of `keyed_hashes`.
"""

import hmac

from gongshi.safekeeping.keys import instance_keys


def keyed_hash(purpose: str, value: bytes) -> bytes:
    """The 32-byte hash under the current key version. Hashes of different purposes never meet."""
    return hmac.digest(instance_keys().subkey(purpose), value, "sha256")


def keyed_hashes(purpose: str, value: bytes) -> list[bytes]:
    """The hashes under every key version, the newest first."""
    keys = instance_keys()
    return [hmac.digest(keys.subkey(purpose, version), value, "sha256") for version in keys.versions]


def lasting_hash(purpose: str, value: bytes) -> bytes:
    """The hash under the oldest key version that there is, so that it outlasts a rotation as long as that is kept.

    For what is drawn by a key and never stored: drawn twice it would tell more than drawn once.
    """
    return keyed_hashes(purpose, value)[-1]


def source_hash(key: str) -> bytes:
    """The hash of an imported row's own key, by which a second import knows it again."""
    return keyed_hash("sources", key.encode())


def source_hashes(key: str) -> list[bytes]:
    """`source_hash` under every key version, the newest first."""
    return keyed_hashes("sources", key.encode())
