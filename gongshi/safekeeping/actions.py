"""Every write of this package. Rows are made unsaved first, so that an action can insert all of its rows at once."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connections, transaction

from gongshi.safekeeping import ledger
from gongshi.safekeeping.apart_store import STORE, shares_its_log
from gongshi.safekeeping.bulk import FEW, insert_all, insert_apart
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.models import Leaf, Recipient, Tombstone, Unlinked, Unlinking, Wrap
from gongshi.safekeeping.receipts import receipt_key
from gongshi.safekeeping.sealing import seal
from gongshi.safekeeping.together import Together
from gongshi.safekeeping.wrapping import RECEIPT_KEY_VERSION, WRAPS, field_of

SWEPT_AT_ONCE = 500
security = logging.getLogger("gongshi.security")


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


def save_wraps(wraps: Sequence[Wrap]) -> None:
    """Commits wraps to their store; they are on the disk before the transaction is that this thread commits next.

    To be called before that transaction, which inserts what they open: if it fails, see `discard_wraps`.
    """
    if len(wraps) <= FEW and shares_its_log():
        insert_all(wraps, also="set_config('synchronous_commit', 'off', true)")
    elif connections[STORE].in_atomic_block:
        insert_all(wraps)
    else:
        _together(wraps)


def complete_wraps(wraps: Iterable[Wrap]) -> list[Wrap]:
    """Commits wraps, in place of those for an older key of the same recipient; those that had none before."""
    new = []
    for wrap in wraps:
        same = Wrap.objects.filter(
            subject=wrap.subject, recipient=wrap.recipient, recipient_id=wrap.recipient_id
        )
        older = same.filter(key_version__lt=wrap.key_version)
        if not older.update(sealed=wrap.sealed, key_version=wrap.key_version):
            new.append(wrap)
    if new:
        save_wraps(new)
    return new


_together = Together(insert_apart)


def discard_wraps(wraps: Iterable[Wrap]) -> None:
    """Takes back wraps of rows that were not inserted after all."""
    Wrap.objects.filter(id__in=[wrap.id for wrap in wraps]).delete()


def destroy_wraps(subjects: Iterable[UUID], *, at: datetime) -> int:
    """Destroys all wraps of the subjects, after which nothing sealed with their data keys ever opens again.

    A tombstone stays of each, so that a restore can destroy them again (`replay_tombstones`). Returns how many wraps
    there were.
    """
    chosen = set(subjects)
    with transaction.atomic(using=STORE):
        bury((subject, at) for subject in chosen)
        return Wrap.objects.filter(subject__in=chosen).delete()[0]


def keep_office_wraps(subject: UUID, offices: Iterable[UUID]) -> int:
    """Destroys a subject's wraps for all offices but these. Returns how many there were."""
    wraps = Wrap.objects.filter(subject=subject, recipient=Recipient.OFFICE)
    return wraps.exclude(recipient_id__in=set(offices)).delete()[0]


def destroy_wraps_of_instance(subject: UUID) -> int:
    """Destroys a subject's wrap for the key file, once others can open it. Returns how many there were."""
    return Wrap.objects.filter(subject=subject, recipient=Recipient.INSTANCE).delete()[0]


def destroy_glass_wraps(request_ids: Iterable[UUID]) -> int:
    """Destroys what was wrapped for requests to break glass that are over. Returns how many there were."""
    return Wrap.objects.filter(recipient=Recipient.GLASS, recipient_id__in=set(request_ids)).delete()[0]


def keep_glass_wraps(request_ids: Iterable[UUID], *, until: datetime) -> int:
    """Destroys what was wrapped before ``until`` for requests to break glass, all but these; how many there were."""
    wraps = Wrap.objects.filter(recipient=Recipient.GLASS, created_at__lt=until)
    over = [wrap.id for wrap in wraps if wrap.recipient_id not in set(request_ids)]
    return Wrap.objects.filter(id__in=over).delete()[0]


def destroy_spent_wraps(subjects: Iterable[UUID]) -> int:
    """Destroys all wraps of keys with which nothing is sealed any more. Returns how many there were.

    No tombstone stays: where a restore brings back what they sealed, it is to open until it is over again.
    """
    return Wrap.objects.filter(subject__in=set(subjects)).delete()[0]


def destroy_wraps_of_receipt(subjects: Iterable[UUID], receipt_id: UUID) -> int:
    """Destroys the subjects' wraps for one receipt, as when it is replaced. Returns how many there were."""
    wraps = Wrap.objects.filter(subject__in=set(subjects), recipient=Recipient.RECEIPT)
    return wraps.filter(recipient_id=receipt_id).delete()[0]


def bury(subjects: Iterable[tuple[UUID, datetime]]) -> None:
    """Tombstones, those that another copy of the store kept among them: what was erased there is erased here."""
    stones = [Tombstone(subject=subject, destroyed_at=at) for subject, at in subjects]
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True, batch_size=1_000)


def replay_tombstones() -> int:
    """Destroys wraps that an older copy of the store brought back. Returns how many."""
    return Wrap.objects.filter(subject__in=Tombstone.objects.values("subject")).delete()[0]


class TooManyOrphans(RuntimeError):
    """Nearly all wraps seem to belong to nothing: the program looks at the wrong database, so none was destroyed."""


def sweep_wraps(exist: Callable[[Collection[UUID]], set[UUID]], *, since: datetime, until: datetime) -> int:
    """Destroys wraps made between two instants whose subject never came to be; returns their number.

    ``exist`` tells which of some subjects there are. Raises TooManyOrphans, and destroys nothing, where more than half
    of over 100 wraps belong to nothing: retries and crashes leave few.
    """
    rows = Wrap.objects.filter(created_at__gte=since, created_at__lt=until).values_list("id", "subject")
    orphans: list[UUID] = []
    seen = 0
    batch: list[tuple[UUID, UUID]] = []

    def look() -> None:
        there = exist({subject for _, subject in batch})
        orphans.extend(wrap for wrap, subject in batch if subject not in there)
        batch.clear()

    for row in rows.iterator(chunk_size=SWEPT_AT_ONCE):
        batch.append(row)
        seen += 1
        if len(batch) == SWEPT_AT_ONCE:
            look()
    look()
    if seen > 100 and len(orphans) * 2 > seen:
        security.error(
            "wraps of %d subjects belong to nothing in this database; none was destroyed", len(orphans)
        )
        raise TooManyOrphans
    for start in range(0, len(orphans), SWEPT_AT_ONCE):
        Wrap.objects.filter(id__in=orphans[start : start + SWEPT_AT_ONCE]).delete()
    return len(orphans)


def save_leaves(leaves: Sequence[Leaf], insert: Callable[[Sequence[Leaf]], object] | None = None) -> None:
    """Inserts leaves in one statement, in the transaction of what they commit to; ``insert`` is a quicker way."""
    (insert or Leaf.objects.bulk_create)(leaves)


def unlink_leaves(commitments: Collection[bytes], *, at: datetime) -> list[Leaf]:
    """Writes down that these commitments' entries are erased, in the transaction that takes the salts from the entries.

    Their leaves stay, in the ledger or waiting for it. Returns one leaf more, which commits to how many were not
    unlinked before; the caller stores it with its own, in the same transaction. Nothing is written for none.
    """
    chosen = {bytes(one) for one in commitments}
    known = Unlinked.objects.filter(commitment__in=chosen).values_list("commitment", flat=True)
    chosen -= {bytes(one) for one in known}
    if not chosen:
        return []
    Unlinked.objects.bulk_create([Unlinked(commitment=one) for one in sorted(chosen)])
    row = Unlinking(id=new_id(), on=at.astimezone(UTC).date(), number=len(chosen), salt=ledger.new_salt())
    row.save(force_insert=True)
    return [ledger.leaf(bytes(row.salt), ledger.unlinking_entry(row), at)]
