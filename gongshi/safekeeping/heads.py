"""Every read of the public ledger: heads as statements, where a commitment lies, and promises, made on demand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from gongshi.formats.proof import statements
from gongshi.formats.proof.commitments import instant
from gongshi.formats.proof.statements import Promise, base64_text, key_id
from gongshi.safekeeping.ledger_keys import HEADS, current_key_id, ledger_keys, signature_over
from gongshi.safekeeping.models import Head
from gongshi.safekeeping.signatures import public_of
from gongshi.safekeeping.stored_tree import StoredTree

MERGED_WITHIN = statements.MERGED_WITHIN
# A leaf is in the first batch after it was made, or in the second if its transaction ran on; more after a large import.
LOOKED_THROUGH = 40


def statement_of(head: Head) -> statements.Head:
    """A stored head as the signed statement that it is."""
    return statements.Head(
        key=key_id(public_of(ledger_keys().subkey(HEADS, head.key_version))),
        signature=base64_text(bytes(head.signature)),
        origin=head.origin,
        batch=head.batch,
        size=head.size,
        root=bytes(head.root).hex(),
        at=instant(head.at),
    )


def latest_head() -> Head | None:
    """The newest head; None before the first batch."""
    return Head.objects.order_by("-batch").first()


def head_of(batch: int) -> Head | None:
    """One batch's head."""
    return Head.objects.filter(batch=batch).first()


def first_head_from(at: datetime) -> Head | None:
    """The first head of an interval that ended at ``at`` or later."""
    return Head.objects.filter(at__gte=at).order_by("batch").first()


def head_with(index: int) -> Head | None:
    """The head of the batch that an entry came in with: the oldest one that has it."""
    return Head.objects.filter(size__gt=index).order_by("batch").first()


def heads_after(batch: int, limit: int) -> list[Head]:
    """Heads of later batches, oldest first."""
    return list(Head.objects.filter(batch__gt=batch).order_by("batch")[:limit])


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: its number, its entries from ``start`` up to before ``end``, and when it was closed."""

    number: int
    start: int
    end: int
    at: datetime


def place_of(commitment: bytes, since: datetime | None, tree: StoredTree) -> int | None:
    """Where a commitment lies in the list, if it was made at ``since``; everywhere is looked if that is not known.

    None for what is still waiting, and for what is no commitment of this ledger. Pads are found like leaves.
    """
    for batch in batches_after(since):
        found = tree.index_of(commitment, batch.start, batch.end)
        if found is not None:
            return found
    return None


def batches_after(since: datetime | None) -> Iterator[Batch]:
    """The batches that were closed after ``since``, as many as an entry of that time may be in; all for None."""
    heads = Head.objects.order_by("batch")
    if since is not None:
        before = heads.filter(at__lte=since).reverse().values("batch")[:1]
        heads = heads.filter(batch__gte=Coalesce(Subquery(before), 0))[: LOOKED_THROUGH + 1]
    start = 0
    for number, end, at in heads.values_list("batch", "size", "at"):
        if since is None or at > since:
            yield Batch(number, start, end, at)
        start = end


def promise_of(commitment: bytes, at: datetime) -> Promise:
    """The house's word that it had a commitment at ``at`` and will have it in the ledger a day later at the latest.

    Only for what is durably stored. The same again each time: nothing is kept of it.
    """
    unsigned = Promise(
        key=current_key_id(),
        signature="",
        origin=settings.BASE_URL,
        commitment=commitment.hex(),
        at=instant(at),
        merge_by=instant(at + MERGED_WITHIN),
    )
    return Promise(**{**unsigned.as_data(), "signature": signature_over(unsigned.signed_bytes())})
