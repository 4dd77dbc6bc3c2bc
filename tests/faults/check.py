"""Whether everything that was acknowledged is there: ``python -m tests.faults.check DIR JOURNAL``, counts as JSON.

Every filing that was acknowledged must be there exactly once, under its receipt, with the reference that was shown; the
receipt must open it, its cases and its photo; and what belongs to them must be there once, neither less nor more:
cases, files, history, one notice (none of a sealed filing), a place of each entry in the ledger, whether it waits there
or is signed. A filing that was sent and not acknowledged may be there or not, but whole and once. None may be there
unsent.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults import journal

AT_ONCE = 400
FILED, JPEG = "filed", b"\xff\xd8\xff"
NO_FAULTS = ("sent", "acknowledged", "shown", "filings", "signed", "notices sent")


def counted(path: Path) -> dict[str, int]:
    """How many there were, and how many of them lack what. Those of `NO_FAULTS` are always there, others if not 0."""
    from gongshi.cases.models import Filing

    notes = journal.Notes(path).read()
    faults: Counter[str] = Counter()
    places = _ledger()
    for batch in _batches(notes.sent):
        faults.update(_looked_at(batch, notes, places))
    filings = Filing.objects.count()
    known = faults.pop("known")
    faults["strangers"] = filings - known
    totals = (len(notes.sent), len(notes.acknowledged), len(notes.shown), filings, *_worked())
    return {**dict(zip(NO_FAULTS, totals, strict=True)), **{k: v for k, v in faults.items() if v}}


def _worked() -> tuple[int, int]:
    """How many entries are in signed heads, pads among them, and how many notices went out."""
    from gongshi.notifications.models import OutboxRow, State
    from gongshi.safekeeping.heads import latest_head

    head = latest_head()
    return head.size if head else 0, OutboxRow.objects.filter(state=State.SENT).count()


def _batches(receipts: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(receipts)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _looked_at(receipts: list[str], notes: journal.Notes, places: Counter[bytes]) -> Counter[str]:
    """Faults of some filings. Those that were never acknowledged may be missing, but not half there."""
    from gongshi.cases.models import Receipt
    from gongshi.safekeeping.receipts import receipt_hash

    hashes = {receipt_hash(receipt): receipt for receipt in receipts}
    rows = defaultdict(list)
    for row in Receipt.objects.filter(hash__in=list(hashes)).select_related("filing"):
        rows[hashes[bytes(row.hash)]].append(row)
    faults: Counter[str] = Counter()
    for receipt in receipts:
        found = rows[receipt]
        faults["known"] += len(found)
        if len(found) > 1:
            faults["doubled"] += 1
        elif receipt in notes.acknowledged and not found:
            faults["missing"] += 1
        elif receipt in notes.shown and found and found[0].filing.reference != notes.shown[receipt]:
            faults["other reference"] += 1
    opened = [(receipt, one[0]) for receipt, one in rows.items() if one]
    faults.update(_incomplete(opened, notes.sent, places))
    return faults


def _ledger() -> Counter[bytes]:
    """How often each commitment is in the ledger: in the signed tree, and among the leaves that wait for it."""
    from gongshi.safekeeping.heads import latest_head
    from gongshi.safekeeping.models import Leaf
    from gongshi.safekeeping.stored_tree import StoredTree

    head, tree = latest_head(), StoredTree()
    found = Counter(tree.entry(index) for index in range(head.size if head else 0))
    found.update(bytes(one) for one in Leaf.objects.values_list("commitment", flat=True))
    return found


@dataclass
class _Rows:
    """What belongs to some filings."""

    cases: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    history: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    files: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    notices: Counter[UUID] = field(default_factory=Counter)


def _rows_of(filings: list[UUID]) -> _Rows:
    from gongshi.cases.models import Attachment, Case, History
    from gongshi.notifications.models import OutboxRow

    found = _Rows()
    for case in Case.objects.filter(filing__in=filings).order_by("number"):
        found.cases[case.filing_id].append(case)
    ids = [case.id for several in found.cases.values() for case in several]
    for entry in History.objects.filter(case__in=ids).order_by("seq"):
        found.history[entry.case_id].append(entry)
    for attachment in Attachment.objects.filter(case__in=ids):
        found.files[attachment.case_id].append(attachment)
    filed = OutboxRow.objects.filter(case__in=ids, template=FILED)
    found.notices = Counter(filed.values_list("case", flat=True))
    return found


def _incomplete(
    opened: list[tuple[str, Any]], sent: dict[str, tuple[int, int]], places: Counter[bytes]
) -> Counter[str]:
    """What filings that are there lack, or have more than once."""
    rows = _rows_of([row.filing_id for _, row in opened])
    faults: Counter[str] = Counter()
    for receipt, row in opened:
        own = rows.cases[row.filing_id]
        files = [file for case in own for file in rows.files[case.id]]
        notices = sum(rows.notices[case.id] for case in own)
        found = {places[_commitment(entry)] for case in own for entry in rows.history[case.id]}
        wanted = 0 if row.filing.sealed else 1
        faults["other matters or files"] += (len(own), len(files)) != sent[receipt]
        faults["does not open"] += not _opens(receipt, row, own, files)
        faults["history"] += any(
            [e.seq for e in rows.history[c.id]] != list(range(1, c.seq + 1)) for c in own
        )
        faults["without notice"] += notices < wanted
        faults["more notices"] += notices > wanted
        faults["without leaf"] += 0 in found
        faults["more leaves"] += any(number > 1 for number in found)
    return faults


def _commitment(entry: Any) -> bytes:
    from gongshi.cases.record import entry_of
    from gongshi.safekeeping.ledger import commitment

    return commitment(bytes(entry.salt), entry_of(entry))


def _opens(receipt: str, row: Any, cases: list[Any], files: list[Any]) -> bool:
    """Whether the receipt opens every word of the filing, and every photo."""
    from gongshi.cases.actions.uploads import read_file
    from gongshi.cases.sealed import unseal_json
    from gongshi.safekeeping.queries import open_with_receipt
    from gongshi.safekeeping.sealing import SealError

    filing = row.filing
    try:
        keys = open_with_receipt([filing.id, *(case.id for case in cases)], row.id, receipt)
        contact = unseal_json(keys[filing.id], filing.contact, row=filing.id, field="contact")
        texts = [unseal_json(keys[case.id], case.content, row=case.id, field="content") for case in cases]
        photos = [b"".join(read_file(file, keys[file.case_id])) for file in files]
    except (SealError, KeyError, OSError):
        return False
    is_all = all(text["text"] for text in texts) and all(photo.startswith(JPEG) for photo in photos)
    return is_all and contact["email"].endswith("@example.org")


if __name__ == "__main__":
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    print(json.dumps(counted(Path(sys.argv[2]))))
