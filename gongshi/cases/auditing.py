"""Every row's commitment made anew, and every leaf of the public ledger accounted for: a row, a pad, or an erasure.

It opens nothing: rows are committed to as they are stored, sealed words by the hash of their ciphertext. So it needs
no key to any case, and leaves no look.
"""

from collections.abc import Iterator

from gongshi.cases.models import Case, History, Look
from gongshi.cases.record import commitments_of
from gongshi.safekeeping.auditing import (
    CHUNK,
    WAITING,
    Accounts,
    Fault,
    is_erased,
    is_there,
    open_accounts,
    settle_erasures,
    settle_keys,
)
from gongshi.safekeeping.heads import head_with

NAMED = 100
"""So many faults of a kind are looked up and named; the rest is counted."""


def audit() -> Accounts:
    """The whole ledger against all rows; the first faults are told first."""
    accounts = open_accounts()
    if accounts.faults:
        return accounts
    settle_erasures(accounts)
    settle_keys(accounts)
    strangers: list[tuple[bytes, History | Look]] = []
    for row in _rows():
        (commitment,) = commitments_of([row])
        if accounts.settle(commitment):
            accounts.rows += 1
        else:
            strangers.append((commitment, row))
    accounts.faults += _unexplained_leaves(accounts)
    accounts.faults += _unexplained_rows(strangers, accounts.batches)
    return accounts


def _rows() -> Iterator[History | Look]:
    yield from History.objects.exclude(salt=b"").order_by("id").iterator(chunk_size=CHUNK)
    yield from Look.objects.exclude(salt=b"").order_by("id").iterator(chunk_size=CHUNK)


def _unexplained_leaves(accounts: Accounts) -> Iterator[Fault]:
    """Leaves that stand for nothing, the earliest first; what was erased during the audit is no fault."""
    found = sorted(accounts.open.items(), key=lambda item: (item[1] == WAITING, item[1]))
    if len(found) > NAMED:
        yield Fault("more_leaves", {"number": len(found)})
    for commitment, place in found[:NAMED]:
        if is_erased(commitment):
            continue
        if place == WAITING:
            yield Fault("waiting", {"commitment": commitment.hex()})
            continue
        head = head_with(place)
        at = head.at.isoformat() if head else ""
        yield Fault("leaf", {"index": place, "batch": head.batch if head else 0, "at": at})


def _unexplained_rows(strangers: list[tuple[bytes, History | Look]], seen: int) -> Iterator[Fault]:
    """Rows that no leaf commits to; what was written during the audit is no fault."""
    if len(strangers) > NAMED:
        yield Fault("more_rows", {"number": len(strangers)})
    for commitment, row in strangers[:NAMED]:
        if not is_there(commitment, seen):
            yield _told(row)


def _told(row: History | Look) -> Fault:
    """Which row it is, by the reference of its matter."""
    case = Case.objects.select_related("filing").filter(pk=row.case_id).first()
    return Fault(
        "row",
        {
            "table": row._meta.model_name,
            "row": f"{case.filing.reference}/{case.number}" if case else str(row.case_id),
            "seq": getattr(row, "seq", None),
        },
    )
