"""Whether everything that was acknowledged is there: ``python -m tests.faults.check DIR JOURNAL``, counts as JSON.

Every filing that was acknowledged must be there exactly once, under its receipt, with the reference that was shown; the
receipt must open it and its cases; and nothing that belongs to them may lack: history without a gap, notice, ledger
leaves. A filing that was sent and not acknowledged may be there or not, but whole and once. None may be there unsent.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults import journal

AT_ONCE = 400
NO_FAULTS = ("sent", "acknowledged", "shown", "filings")


def counted(path: Path) -> dict[str, int]:
    """How many there were, and how many of them lack what. Those of `NO_FAULTS` are always there, others if not 0."""
    from gongshi.cases.models import Filing

    notes = journal.Notes(path).read()
    faults: Counter[str] = Counter()
    for batch in _batches(notes.sent):
        faults.update(_looked_at(batch, notes))
    filings = Filing.objects.count()
    known = faults.pop("known")
    faults["strangers"] = filings - known
    totals = (len(notes.sent), len(notes.acknowledged), len(notes.shown), filings)
    return {**dict(zip(NO_FAULTS, totals, strict=True)), **{k: v for k, v in faults.items() if v}}


def _batches(receipts: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(receipts)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _looked_at(receipts: list[str], notes: journal.Notes) -> Counter[str]:
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
    faults.update(_incomplete([(receipt, one[0]) for receipt, one in rows.items() if one]))
    return faults


def _incomplete(opened: list[tuple[str, Any]]) -> Counter[str]:
    """What filings that are there lack."""
    from gongshi.cases.models import Case, History
    from gongshi.notifications.models import OutboxRow

    filings = [row.filing_id for _, row in opened]
    cases = defaultdict(list)
    for case in Case.objects.filter(filing__in=filings):
        cases[case.filing_id].append(case)
    ids = [case.id for several in cases.values() for case in several]
    history = defaultdict(list)
    for entry in History.objects.filter(case__in=ids).order_by("seq"):
        history[entry.case_id].append(entry)
    told = set(OutboxRow.objects.filter(case__in=ids).values_list("case", flat=True))
    leaves = _leaves(history)
    faults: Counter[str] = Counter()
    for receipt, row in opened:
        own = cases[row.filing_id]
        entries = [entry for case in own for entry in history[case.id]]
        faults["without case"] += not own
        faults["does not open"] += not _opens(receipt, row, own)
        faults["history"] += any([e.seq for e in history[c.id]] != list(range(1, c.seq + 1)) for c in own)
        faults["without notice"] += not told & {case.id for case in own}
        faults["without leaf"] += any(entry.id not in leaves for entry in entries)
    return faults


def _leaves(history: dict[UUID, list[Any]]) -> set[UUID]:
    """Those history entries that the ledger holds a commitment of."""
    from gongshi.cases.record import entry_of
    from gongshi.safekeeping.ledger import commitment
    from gongshi.safekeeping.models import Leaf

    made = {commitment(bytes(e.salt), entry_of(e)): e.id for several in history.values() for e in several}
    found = Leaf.objects.filter(commitment__in=list(made)).values_list("commitment", flat=True)
    return {made[bytes(one)] for one in found}


def _opens(receipt: str, row: Any, cases: list[Any]) -> bool:
    """Whether the receipt opens every word of the filing."""
    from gongshi.cases.sealed import unseal_json
    from gongshi.safekeeping.queries import open_with_receipt
    from gongshi.safekeeping.sealing import SealError

    filing = row.filing
    try:
        keys = open_with_receipt([filing.id, *(case.id for case in cases)], row.id, receipt)
        contact = unseal_json(keys[filing.id], filing.contact, row=filing.id, field="contact")
        texts = [unseal_json(keys[case.id], case.content, row=case.id, field="content") for case in cases]
    except (SealError, KeyError):
        return False
    return contact["email"].endswith("@example.org") and all(text["text"] for text in texts)


if __name__ == "__main__":
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    print(json.dumps(counted(Path(sys.argv[2]))))
