"""Every write of this package. Rows are made unsaved first, so that an action can insert all of its rows at once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.models import Leaf, Recipient, Wrap
from gongshi.safekeeping.receipts import receipt_key
from gongshi.safekeeping.sealing import seal
from gongshi.safekeeping.wrapping import RECEIPT_KEY_VERSION, WRAPS, field_of


def wraps_for(
    subject: UUID, data_key: bytes, *, receipt: str | None, receipt_id: UUID | None, at: datetime
) -> list[Wrap]:
    """Unsaved wraps of a new subject's data key: for the instance and, if there is one, for the receipt.

    Raises ReceiptError for a text that is no receipt, ValueError when only one of receipt and its id is given.
    """
    if (receipt is None) != (receipt_id is None):
        raise ValueError("a receipt and its id go together")
    wraps = [wrap_for_instance(subject, data_key, at=at)]
    if receipt is not None and receipt_id is not None:
        wraps.append(wrap_for_receipt(subject, data_key, receipt=receipt, receipt_id=receipt_id, at=at))
    return wraps


def wrap_for_instance(subject: UUID, data_key: bytes, *, at: datetime) -> Wrap:
    """An unsaved wrap that the key file opens."""
    keys = instance_keys()
    key, version = keys.subkey(WRAPS), keys.current_version
    return _wrap(
        subject, data_key, key, at=at, recipient=Recipient.INSTANCE, recipient_id=None, version=version
    )


def wrap_for_receipt(subject: UUID, data_key: bytes, *, receipt: str, receipt_id: UUID, at: datetime) -> Wrap:
    """An unsaved wrap that a receipt opens, as for a receipt issued anew. Raises ReceiptError."""
    key = receipt_key(receipt, subject)
    return _wrap(
        subject,
        data_key,
        key,
        at=at,
        recipient=Recipient.RECEIPT,
        recipient_id=receipt_id,
        version=RECEIPT_KEY_VERSION,
    )


def _wrap(
    subject: UUID,
    data_key: bytes,
    key: bytes,
    *,
    at: datetime,
    recipient: Recipient,
    recipient_id: UUID | None,
    version: int,
) -> Wrap:
    code = recipient.value
    field = field_of(code, recipient_id)
    return Wrap(
        id=new_id(),
        subject=subject,
        recipient=code,
        recipient_id=recipient_id,
        key_version=version,
        sealed=seal(key, data_key, row=subject, field=field, key_version=version),
        created_at=at,
    )


def save_wraps(wraps: Sequence[Wrap], insert: Callable[[Sequence[Wrap]], object] | None = None) -> None:
    """Inserts wraps in one statement; ``insert`` is a quicker way for very many."""
    (insert or Wrap.objects.bulk_create)(wraps)


def destroy_wraps(subjects: Iterable[UUID], *, receipt_id: UUID | None = None) -> int:
    """Destroys all wraps of the subjects, after which nothing sealed with their data keys ever opens again.

    With ``receipt_id`` only those for that receipt, as when it is replaced. Returns how many there were.
    """
    wraps = Wrap.objects.filter(subject__in=set(subjects))
    if receipt_id is not None:
        wraps = wraps.filter(recipient=Recipient.RECEIPT, recipient_id=receipt_id)
    return wraps.delete()[0]


def save_leaves(leaves: Sequence[Leaf], insert: Callable[[Sequence[Leaf]], object] | None = None) -> None:
    """Inserts leaves in one statement, in the transaction of what they commit to; ``insert`` as in `save_wraps`."""
    (insert or Leaf.objects.bulk_create)(leaves)
