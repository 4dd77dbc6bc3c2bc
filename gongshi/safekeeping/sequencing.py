"""The sequencer: waiting leaves become a batch of the public ledger, at fixed times and in sizes that say nothing.

A batch takes the leaves made before the last full interval, adds pads up to one of a few sizes, puts both in the order
of their bytes (they are hashes, so this is as good as a shuffle, and an entry is found by halving), and signs the head.
One goes out in every interval, when nothing happened too. All of it is one transaction: killed half-way, nothing
happened, and of two workers at once the second finds the batch made.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from gongshi.formats.proof import statements
from gongshi.formats.proof.commitments import instant
from gongshi.safekeeping.ledger_keys import HEADS, PADS, ledger_keys
from gongshi.safekeeping.models import Head, LastHead, Leaf
from gongshi.safekeeping.signatures import public_of, sign
from gongshi.safekeeping.stored_tree import StoredTree

SMALLEST, LARGEST = 16, 65_536
STEP = 4
AT_ONCE = 500


def interval() -> timedelta:
    """The time between two batches."""
    return timedelta(minutes=settings.LEDGER_MINUTES)


def interval_start(at: datetime) -> datetime:
    """The last instant, not after ``at``, at which an interval began; intervals are counted from midnight UTC."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // interval() * interval()


def padded_size(leaves: int) -> int:
    """The size of the batch that so many leaves go out in; at most `LARGEST`, the rest waits for the next one."""
    size = SMALLEST
    while size < min(leaves, LARGEST):
        size *= STEP
    return size


def pad(batch: int, number: int, key_version: int) -> bytes:
    """One pad of a batch: looks like any commitment to whoever lacks the ledger's key."""
    secret = hmac.digest(ledger_keys().subkey(PADS, key_version), batch.to_bytes(8, "big"), "sha256")
    return hmac.digest(secret, number.to_bytes(8, "big"), "sha256")


def sequence(at: datetime) -> bool:
    """Make the batch of the last full interval, if it is not made yet; whether one was made. Durable on return.

    Raises BehindOneself, and signs nothing, while the ledger is shorter than one that was signed before.
    """
    closes = interval_start(at)
    noted = _noted_size()  # before the transaction, so that whatever is noted, its head is seen in there
    try:
        with transaction.atomic():
            made = _sequence(closes, noted)
    except IntegrityError:
        return False  # another worker's batch came first
    remember()
    return made


class BehindOneself(RuntimeError):
    """The database was put back to before heads that went out: going on from here would show two different pasts."""


def remember(*, shorter: bool = False) -> None:
    """Note the newest head down outside the database; ``shorter``: also if a later one was noted before."""
    head, noted = Head.objects.order_by("-batch").first(), LastHead.objects.first()
    batch, size = (head.batch, head.size) if head else (0, 0)
    if noted is None or batch > noted.batch or (shorter and batch < noted.batch):
        LastHead.objects.update_or_create(id=1, defaults={"batch": batch, "size": size})


def entries_missing() -> int:
    """How many entries the ledger had more when its newest head went out than it has now; 0 as a rule."""
    noted = _noted_size()
    head = Head.objects.order_by("-batch").first()
    return max(noted - (head.size if head else 0), 0)


def _noted_size() -> int:
    noted = LastHead.objects.first()
    return noted.size if noted else 0


def _sequence(closes: datetime, noted: int) -> bool:
    last = Head.objects.select_for_update().order_by("-batch").first()
    if last and (last.at >= closes or Head.objects.filter(batch__gt=last.batch).exists()):
        return False
    if (last.size if last else 0) < noted:
        raise BehindOneself
    waiting = Leaf.objects.filter(created_at__lt=closes).order_by("created_at", "id")
    rows = list(waiting.values_list("id", "commitment")[:LARGEST])
    grow(last, [bytes(commitment) for _, commitment in rows], closes)
    for start in range(0, len(rows), AT_ONCE):
        Leaf.objects.filter(id__in=[row for row, _ in rows[start : start + AT_ONCE]]).delete()
    return True


def grow(last: Head | None, leaves: Sequence[bytes], closes: datetime) -> Head:
    """The batch after ``last`` with these leaves, at most `LARGEST`, padded, in order and signed. In a transaction."""
    batch, size = (last.batch + 1, last.size) if last else (1, 0)
    version = ledger_keys().current_version
    pads = (pad(batch, number, version) for number in range(padded_size(len(leaves)) - len(leaves)))
    entries = sorted([*leaves, *pads])
    tree = StoredTree()
    tree.append(size, entries)
    size += len(entries)
    head = _signed(batch, size, tree.root(size), closes, version)
    head.save(force_insert=True)
    return head


def _signed(batch: int, size: int, root: bytes, at: datetime, version: int) -> Head:
    secret = ledger_keys().subkey(HEADS, version)
    said = statements.Head(
        key=statements.key_id(public_of(secret)),
        signature="",
        origin=settings.BASE_URL,
        batch=batch,
        size=size,
        root=root.hex(),
        at=instant(at),
    )
    return Head(
        batch=batch,
        size=size,
        root=root,
        at=at,
        origin=said.origin,
        key_version=version,
        signature=sign(secret, said.signed_bytes()),
    )
