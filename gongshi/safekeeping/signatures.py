"""Ed25519 signatures (RFC 8032), for the ledger's statements and for witnesses. Without Django, so that anybody checks.

A key is derived from nothing here: whoever signs brings the 32 secret bytes.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def public_of(secret: bytes) -> bytes:
    """The public key, 32 bytes, of a secret one."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(secret: bytes, message: bytes) -> bytes:
    """The 64-byte signature. The same message gives the same signature."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over this message. Anything that is no key or signature is not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
