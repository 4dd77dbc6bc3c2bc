"""How a data key is wrapped for a recipient: which key, which associated data. Used by this package alone."""

from uuid import UUID

from gongshi.safekeeping.keys import KeyFileError, instance_keys
from gongshi.safekeeping.models import Recipient, Wrap
from gongshi.safekeeping.sealing import SealError, key_version_of, refused, unseal

WRAPS = "wraps"
# Which derivation `receipts.receipt_key` uses; a receipt itself never changes its key.
RECEIPT_KEY_VERSION = 1


def field_of(recipient: str, recipient_id: UUID | None) -> str:
    """The associated data's field: a wrap copied to another recipient does not open."""
    return f"wrap/{recipient}/{recipient_id or ''}"


def opened(wrap: Wrap, key: bytes) -> bytes:
    """The data key in a wrap, opened with the recipient's key. Raises SealError."""
    field = field_of(wrap.recipient, wrap.recipient_id)
    if key_version_of(wrap.sealed) != wrap.key_version:
        raise refused(wrap.subject, field)
    return unseal(key, wrap.sealed, row=wrap.subject, field=field)


def opened_with_instance(wrap: Wrap) -> bytes:
    """The data key in the instance's wrap. Raises SealError, also when the key file lacks the version."""
    try:
        key = instance_keys().subkey(WRAPS, wrap.key_version)
    except KeyFileError as error:
        refused(wrap.subject, field_of(Recipient.INSTANCE, None))
        raise SealError(str(error)) from error
    return opened(wrap, key)
