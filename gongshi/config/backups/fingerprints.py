"""What tells an instance's keys apart without telling anything about them."""

from hashlib import sha256

from gongshi.safekeeping.keys import InstanceKeys

_PURPOSE = "backup fingerprint"
_LABEL = b"gongshi backup 1 "


def fingerprints(keys: InstanceKeys) -> dict[str, str]:
    """64 bits by key version, of a subkey that nothing is sealed with."""
    subkeys = {version: keys.subkey(_PURPOSE, version) for version in keys.versions}
    return {str(version): sha256(_LABEL + key).hexdigest()[:16] for version, key in subkeys.items()}
