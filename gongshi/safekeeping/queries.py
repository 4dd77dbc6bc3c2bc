"""Every read of wraps: data keys of many subjects at once, one statement whatever their number.

Who may ask is decided by the caller, which knows what the subjects are. A subject without a wrap for the asker is left
out of the answer; a wrap that does not open raises SealError, because that has no harmless reason.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from gongshi.safekeeping.models import Recipient, Tombstone, Wrap
from gongshi.safekeeping.receipts import normalise_receipt, receipt_key
from gongshi.safekeeping.sealing import SealError
from gongshi.safekeeping.wrapping import opened, opened_with_instance


def open_with_instance(subjects: Iterable[UUID]) -> dict[UUID, bytes]:
    """Data keys by subject, opened with the key file. Raises SealError."""
    wanted = set(subjects)
    if not wanted:
        return {}
    wraps = Wrap.objects.filter(subject__in=wanted, recipient=Recipient.INSTANCE)
    return {wrap.subject: opened_with_instance(wrap) for wrap in wraps}


def key_file_opens(wrap: Wrap) -> bool:
    """Whether the key file opens a wrap for the instance, stored or not; the key itself is given to nobody."""
    try:
        opened_with_instance(wrap)
    except SealError:
        return False
    return True


def open_with_receipt(subjects: Iterable[UUID], receipt_id: UUID, receipt: str) -> dict[UUID, bytes]:
    """Data keys by subject, opened with a receipt. Raises ReceiptError, and SealError for a receipt with another id."""
    receipt = normalise_receipt(receipt)
    wanted = set(subjects)
    if not wanted:
        return {}
    wraps = Wrap.objects.filter(subject__in=wanted, recipient=Recipient.RECEIPT, recipient_id=receipt_id)
    return {wrap.subject: opened(wrap, receipt_key(receipt, wrap.subject)) for wrap in wraps}


def tombstones() -> Iterator[tuple[UUID, datetime]]:
    """Every subject whose wraps were destroyed, and when."""
    yield from Tombstone.objects.order_by("subject").values_list("subject", "destroyed_at").iterator()


def is_buried(subject: UUID) -> bool:
    """Whether the subject's wraps were destroyed."""
    return Tombstone.objects.filter(subject=subject).exists()


def without_wraps(subjects: Iterable[UUID]) -> set[UUID]:
    """Those of the subjects that have neither a wrap nor a tombstone. Two statements."""
    wanted = set(subjects)
    for table in (Wrap, Tombstone):
        wanted.difference_update(
            table._default_manager.filter(subject__in=wanted).values_list("subject", flat=True)
        )
    return wanted


def wraps_of(subjects: Iterable[UUID]) -> list[Wrap]:
    """Every wrap of the subjects, for this package and for what completes them. One statement."""
    return list(Wrap.objects.filter(subject__in=set(subjects)))
