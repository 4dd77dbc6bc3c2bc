"""Taking over what staff typed in: a claim code becomes a receipt that no member of staff ever sees.

The code opens nothing but the making of that receipt, once. Everything is then wrapped for the new receipt, and what
stood in for it is destroyed, sealed kinds among it: the instance takes no part in opening those.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.cases.changing import append
from gongshi.cases.claiming import forget_keys, forget_told, letters_of, open_claim, subjects_of
from gongshi.cases.models import Claim, Filing, Receipt
from gongshi.cases.queries import NotFound, cases_of, filing_by_receipt
from gongshi.cases.reading import Told, keys_of_stand_in, read_told
from gongshi.cases.record import Record
from gongshi.safekeeping.actions import destroy_spent_wraps, discard_wraps, save_wraps, wrap_for_receipt
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.receipts import receipt_hash


def claim_filing(reference: str, code: str, *, receipt: str, at: datetime) -> tuple[Filing, Receipt]:
    """Make ``receipt`` the key of the filing that reference and claim code name; the filing, and the receipt's row.

    The same receipt again is the same claim again, whatever was lost on the way. Raises NotFound alike for what never
    was, a wrong code, one that was used, and one that is too old.
    """
    claim = open_claim(reference, code, at)
    subjects = subjects_of(claim.filing) if claim else []
    keys = keys_of_stand_in(claim, code, subjects) if claim else {}
    if claim is None or not keys:
        return filing_by_receipt(reference, receipt)
    filing = claim.filing
    row = Receipt(id=new_id(), filing=filing, hash=receipt_hash(receipt), created_at=at)
    wraps = [
        wrap_for_receipt(subject, key, receipt=receipt, receipt_id=row.id, at=at)
        for subject, key in keys.items()
    ]
    save_wraps(wraps)
    try:
        with transaction.atomic():
            _take_over(claim, row, at)
    except (IntegrityError, NotFound):
        discard_wraps(wraps)
        return filing_by_receipt(reference, receipt)
    forget_keys(claim, subjects)
    return filing, row


def _take_over(claim: Claim, row: Receipt, at: datetime) -> None:
    if not Claim.objects.filter(pk=claim.pk).delete()[0]:
        raise NotFound
    row.save(force_insert=True)
    # It stays as a row: the form that staff sent, sent again, is still known as filed.
    Receipt.objects.filter(pk=claim.receipt_id).update(revoked_at=at)
    Filing.objects.filter(pk=row.filing_id).update(claimed=True)
    row.filing.claimed = True
    record = Record(actor=Resident(row.filing_id, row.id), at=at)
    for case in cases_of(row.filing):
        append(case)
        record.event(case, "case.claimed")
    record.store()


def print_letter(claim_id: UUID, *, actor: StaffActor, at: datetime) -> tuple[Claim, Told]:
    """A letter with its code, for the printer; it can be had once. Raises NotFound for any that is not to be printed.

    Whoever filed reads which office printed it, and when.
    """
    claim = letters_of(actor, at).filter(pk=claim_id).first()
    told = read_told(claim) if claim else None
    if claim is None or told is None:
        raise NotFound
    with transaction.atomic():
        if not forget_told(claim):
            raise NotFound
        record = Record(actor=actor, at=at)
        for case in cases_of(claim.filing):
            append(case)
            record.event(case, "case.letter_printed", by="operator")
        record.store()
    destroy_spent_wraps([claim.id])
    return claim, told
