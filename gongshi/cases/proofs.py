"""The dated, signed proof of a filing: its entries opened for whoever holds the receipt. Asking leaves no trace."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from gongshi.cases.models import Case, History, Look
from gongshi.cases.queries import cases_of
from gongshi.cases.reading import Erased
from gongshi.cases.record import entry_of
from gongshi.cases.visiting import Visitor, own_openings
from gongshi.formats.proof.commitments import instant, plain
from gongshi.formats.proof.file import Earlier, Opening, ProofFile, Words, written
from gongshi.formats.proof.statements import Promise, base64_text
from gongshi.safekeeping import heads
from gongshi.safekeeping.heads import Batch
from gongshi.safekeeping.ledger import commitment
from gongshi.safekeeping.ledger_keys import current_key_id, public_keys, signature_over
from gongshi.safekeeping.models import Head
from gongshi.safekeeping.stored_tree import StoredTree
from gongshi.words import pair

NOTE = pair(
    "这是一份带日期和签名的凭证。它证明这些事项当时已登记，此后没有改动。里面有您写的内容，请像回执一样收好。"
    "核对：gongshi verify 文件名（不需要联网）。",
    "This is a dated, signed proof: that these entries stood on record then and have not been changed since. It holds "
    "what you wrote, so keep it like your receipt. To check it: gongshi verify FILE (needs no network).",
)


def proof_of(visitor: Visitor, at: datetime, cases: Iterable[Case] | None = None) -> tuple[str, bytes]:
    """The file's name, which says nothing of what it is about, and its content. ``cases``: not of all matters."""
    file = proof_file(visitor, at, cases)
    name = file.entries[0].promise.commitment[:8] if file.entries else "empty"
    return f"proof-{name}.json", written(file.signed(signature_over(file.signed_bytes())).as_data())


def proof_file(visitor: Visitor, at: datetime, cases: Iterable[Case] | None = None) -> ProofFile:
    """The same, opened and not signed yet: each matter's history, then the looks at it, oldest first."""
    book = Book()
    chosen = cases_of(visitor.filing) if cases is None else cases
    entries = [opening for case in chosen for opening in _openings(visitor, case, book)]
    return ProofFile(
        note=NOTE,
        origin=settings.BASE_URL,
        made_at=instant(at),
        keys={name: base64_text(public) for name, public in public_keys().items()},
        head=heads.statement_of(book.newest) if book.newest else None,
        earlier=book.earlier({one.batch for one in entries if one.batch}),
        entries=entries,
        key=current_key_id(),
    )


class Book:
    """The ledger as it is now, for one file: every tile, and each stretch of its batches, is read once."""

    def __init__(self) -> None:
        self.newest = heads.latest_head()
        self.tree = StoredTree()
        self._read: list[tuple[datetime, list[Batch]]] = []

    def find(self, committed: bytes, made_at: datetime) -> tuple[int, Batch] | None:
        """Where a commitment lies, and the batch that it came in with; None while it waits."""
        if self.newest is None:
            return None
        for batch in self._batches(made_at):
            index = self.tree.index_of(committed, batch.start, batch.end)
            if index is not None:
                return (index, batch) if batch.end <= self.newest.size else None
        return None

    def _batches(self, made_at: datetime) -> Iterator[Batch]:
        """Where to look, the likeliest first. What an older system told may be anywhere."""
        for since, batches in self._read:
            if since <= made_at:
                yield from (batch for batch in batches if batch.at > made_at)
        fresh = list(heads.batches_after(made_at))
        self._read.append((made_at, fresh))
        yield from fresh
        assert self.newest is not None
        if self.newest.at - made_at > heads.MERGED_WITHIN:
            yield from heads.batches_after(None)

    def earlier(self, batches: set[int]) -> list[Earlier]:
        """The heads of these batches but the newest, oldest first, with the paths to the newest."""
        newest = self.newest
        if newest is None:
            return []
        older = Head.objects.filter(batch__in=batches - {newest.batch}).order_by("batch")
        return [
            Earlier(
                heads.statement_of(head),
                [step.hex() for step in self.tree.consistency(head.size, newest.size)],
            )
            for head in older
        ]


def promises_of(visitor: Visitor) -> list[Promise]:
    """The promise about each matter's first entry, in the matters' order: what fits on paper."""
    firsts = History.objects.filter(case__filing=visitor.filing, seq=1).exclude(salt=b"")
    return [heads.promise_of(_committed(row), row.at) for row in firsts.order_by("case__number")]


def _openings(visitor: Visitor, case: Case, book: Book) -> Iterator[Opening]:
    try:
        words = own_openings(visitor, case)
    except Erased:
        words = {}
    for row, made_at in _dated(case):
        committed = _committed(row)
        told = words.get(row.params.get("words", "")) if isinstance(row, History) else None
        opening = Opening(
            salt=bytes(row.salt).hex(),
            entry=plain(entry_of(row)),
            promise=heads.promise_of(committed, made_at),
            words=Words(told[0].hex(), told[1]) if told else None,
        )
        found = book.find(committed, made_at)
        if found:
            index, batch = found
            path = [step.hex() for step in book.tree.inclusion(index, batch.end)]
            opening = replace(opening, batch=batch.number, index=index, path=path)
        yield opening


def _dated(case: Case) -> Iterator[tuple[History | Look, datetime]]:
    """The matter's entries with when they were written down, which for what an older system told is later."""
    latest = None
    for row in History.objects.filter(case=case).exclude(salt=b"").order_by("seq"):
        latest = row.at if latest is None else max(latest, row.at)
        yield row, latest
    for look in Look.objects.filter(case=case).exclude(salt=b"").order_by("at", "id"):
        yield look, look.at


def _committed(row: History | Look) -> bytes:
    return commitment(bytes(row.salt), entry_of(row))
