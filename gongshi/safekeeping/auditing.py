"""The operator's own look through the whole ledger: is it what was signed, and what does each entry stand for?

What the rows behind the leaves are is known above (`cases.auditing`); here they are told apart from pads and from what
was erased. Reads only, and no lock: what is written meanwhile is looked at again at the end.
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from gongshi.rules.ledger import HASH_BYTES, TILE, Growing, root_of_tile
from gongshi.safekeeping import ledger
from gongshi.safekeeping.heads import statement_of
from gongshi.safekeeping.key_queries import event_entry
from gongshi.safekeeping.ledger_keys import HEADS, ledger_keys
from gongshi.safekeeping.models import Head, KeyEvent, Leaf, Tile, Unlinked, Unlinking
from gongshi.safekeeping.sequencing import pad
from gongshi.safekeeping.signatures import public_of, verify
from gongshi.safekeeping.stored_tree import StoredTree

WAITING = -1
CHUNK = 2_000


@dataclass(frozen=True)
class Fault:
    """Something that should not be: a code, and what it was found at."""

    code: str
    facts: dict[str, Any]


@dataclass
class Accounts:
    """What is found, and in ``open`` the leaves that nothing has accounted for yet, with their places in the list.

    ``open`` goes by commitment; the place of what still waits is `WAITING`.
    """

    open: dict[bytes, int]
    batches: int = 0
    entries: int = 0
    pads: int = 0
    rows: int = 0
    unlinked: int = 0
    waiting: int = 0
    faults: list[Fault] = field(default_factory=list)

    def settle(self, commitment: bytes) -> bool:
        """Whether a leaf commits to this, which accounts for it."""
        return self.open.pop(commitment, None) is not None


def open_accounts() -> Accounts:
    """The ledger read from its first entry to its last, every head and tile checked, pads taken out."""
    found = {bytes(one): WAITING for one in Leaf.objects.values_list("commitment", flat=True)}
    accounts = Accounts(found, waiting=len(found))
    growing, last = Growing(), None
    for head in Head.objects.order_by("batch").iterator(chunk_size=CHUNK):
        entries = _entries(growing.size, head.size)
        accounts.faults += _faults(head, last, entries)
        growing.append(entries)
        if growing.root() != bytes(head.root):
            accounts.faults.append(Fault("root", {"batch": head.batch}))
        _take_pads(accounts, head, growing.size - len(entries), entries)
        accounts.batches, accounts.entries, last = accounts.batches + 1, growing.size, head
        if accounts.faults:
            # Everything after the first bad batch is bad too; what comes after it says nothing more.
            break
    if not accounts.faults:
        accounts.faults += _faults_in_tiles(growing.size, accounts.batches)
    return accounts


def _entries(start: int, end: int) -> list[bytes]:
    """The stored entries of a batch; fewer where some are gone."""
    tree, found = StoredTree(), []
    for index in range(start, end):
        try:
            found.append(tree.entry(index))
        except IndexError:
            break
    return found


def _faults(head: Head, last: Head | None, entries: list[bytes]) -> Iterator[Fault]:
    facts = {"batch": head.batch}
    before = (last.batch, last.size) if last else (0, 0)
    if head.batch != before[0] + 1 or (last and head.at <= last.at):
        yield Fault("batch_missing", {"batch": before[0] + 1})
    elif len(entries) != head.size - before[1] or not entries:
        yield Fault("entries_missing", {"index": before[1] + len(entries), **facts})
    elif entries != sorted(entries):
        yield Fault("order", facts)
    said = statement_of(head)
    public = public_of(ledger_keys().subkey(HEADS, head.key_version))
    if not verify(public, said.signed_bytes(), b64decode(said.signature)):
        yield Fault("signature", facts)


def _take_pads(accounts: Accounts, head: Head, start: int, entries: list[bytes]) -> None:
    """Open an account for each entry of the batch that is no pad. Pads are numbered from 0 without a gap."""
    places = {entry: start + number for number, entry in enumerate(entries)}
    number = 0
    while places.pop(pad(head.batch, number, head.key_version), None) is not None:
        number += 1
    accounts.pads += number
    for entry, place in places.items():
        if accounts.open.get(entry) == WAITING:
            accounts.waiting -= 1
        accounts.open[entry] = place


def _faults_in_tiles(size: int, batch: int) -> Iterator[Fault]:
    """The tiles above hold the roots of those below, and nothing lies beyond the last head."""
    level, width, known, longer = 0, size, 0, False
    while width:
        tree = StoredTree()
        for index in range(-(-width // TILE)):
            content = tree.tile(level, index)
            known += 1
            wanted = min(TILE, width - index * TILE) * HASH_BYTES
            longer |= len(content) > wanted
            if len(content) < wanted:
                yield Fault("tile", {"level": level, "index": index})
            elif wanted == TILE * HASH_BYTES:
                above = tree.tile(level + 1, index // TILE)[index % TILE * HASH_BYTES :][:HASH_BYTES]
                if above != root_of_tile(content, level):
                    yield Fault("tile", {"level": level + 1, "index": index // TILE})
        level, width = level + 1, width // TILE
    longer |= Tile.objects.count() > known
    # Asked last: a batch made meanwhile is longer and no fault.
    if longer and not Head.objects.filter(batch__gt=batch).exists():
        yield Fault("beyond", {"index": size})


def settle_erasures(accounts: Accounts) -> None:
    """Account for what was unlinked, and for the leaves of the erasures that say how much it was."""
    for one in Unlinked.objects.values_list("commitment", flat=True).iterator(chunk_size=CHUNK):
        if accounts.settle(bytes(one)):
            accounts.unlinked += 1
        elif not is_there(bytes(one), accounts.batches):
            accounts.faults.append(Fault("unlinked", {"commitment": bytes(one).hex()}))
    for row in Unlinking.objects.order_by("id").iterator(chunk_size=CHUNK):
        commitment = ledger.commitment(bytes(row.salt), ledger.unlinking_entry(row))
        if accounts.settle(commitment):
            accounts.rows += 1
        elif not is_there(commitment, accounts.batches):
            accounts.faults.append(Fault("row", {"table": "unlinking", "row": str(row.id), "seq": None}))
    stored, committed = _numbers()
    if stored != committed:
        # Once more, should an erasure have come between the two.
        stored, committed = _numbers()
    if stored != committed:
        accounts.faults.append(Fault("unlinked_number", {"stored": stored, "committed": committed}))


def settle_keys(accounts: Accounts) -> None:
    """Account for what happened to keys of offices and officers."""
    for row in KeyEvent.objects.order_by("id").iterator(chunk_size=CHUNK):
        commitment = ledger.commitment(bytes(row.salt), event_entry(row))
        if accounts.settle(commitment):
            accounts.rows += 1
        elif not is_there(commitment, accounts.batches):
            accounts.faults.append(Fault("row", {"table": "keyevent", "row": str(row.id), "seq": None}))


def _numbers() -> tuple[int, int]:
    committed = Unlinking.objects.aggregate(all=Sum("number"))["all"] or 0
    return Unlinked.objects.count(), int(committed)


def is_there(commitment: bytes, since_batch: int) -> bool:
    """Whether a commitment waits, or went into the ledger after a batch: what was written during the audit."""
    if Leaf.objects.filter(commitment=commitment).exists():
        return True
    tree, heads = StoredTree(), Head.objects.order_by("batch").values_list("size", flat=True)
    start = heads.filter(batch=since_batch).first() or 0
    for end in heads.filter(batch__gt=since_batch):
        if tree.index_of(commitment, start, end) is not None:
            return True
        start = end
    return False


def is_erased(commitment: bytes) -> bool:
    """Whether a commitment was unlinked by now."""
    return Unlinked.objects.filter(commitment=commitment).exists()
