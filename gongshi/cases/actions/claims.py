"""Taking over what staff typed in: a claim code becomes a receipt that no member of staff ever sees.

The code opens nothing but the making of that receipt, once. Everything is then wrapped for the new receipt, and what
stood in for it is destroyed, sealed kinds among it: the instance takes no part in opening those.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from gongshi.accounts.actors import Resident, StaffActor
from gongshi.accounts.rights import require
from gongshi.cases.by_phone import AskedTooOften, filing_by_phone
from gongshi.cases.changing import Changed, append
from gongshi.cases.claiming import (
    MESSAGES,
    STAND_IN,
    HandingRefused,
    claim_row,
    drop_claims,
    forget_keys,
    forget_told,
    letters_of,
    open_claim,
    subjects_of,
)
from gongshi.cases.drafts import Contact, Handing
from gongshi.cases.models import Case, Claim, Filing, Receipt, Way
from gongshi.cases.queries import NotFound, cases_of, filing_by_receipt
from gongshi.cases.reading import Told, key_of, keys_of_stand_in, read_contact, read_told
from gongshi.cases.record import Record
from gongshi.cases.sight import is_hidden_from
from gongshi.rules.references import normalise
from gongshi.safekeeping.actions import (
    destroy_spent_wraps,
    destroy_wraps_of_receipt,
    discard_wraps,
    save_wraps,
    wrap_for_receipt,
)
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.limits import attempt_of
from gongshi.safekeeping.receipts import new_receipt, receipt_hash

OWN = "filer"


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
    others = list(_others(row).values_list("id", flat=True))
    save_wraps(wraps)
    try:
        with transaction.atomic():
            _take_over(claim, row, at)
    except (IntegrityError, NotFound):
        discard_wraps(wraps)
        return filing_by_receipt(reference, receipt)
    forget_keys(claim, subjects)
    for other in others:
        destroy_wraps_of_receipt(subjects, other)
    return filing, row


def _take_over(claim: Claim, row: Receipt, at: datetime) -> None:
    if not Claim.objects.filter(pk=claim.pk).delete()[0]:
        raise NotFound
    row.save(force_insert=True)
    # They stay as rows: a form that was sent, sent again, is still known as filed.
    _others(row).update(revoked_at=at)
    Filing.objects.filter(pk=row.filing_id, staff_logged=True).update(claimed=True)
    row.filing.claimed = row.filing.staff_logged
    record = Record(actor=Resident(row.filing_id, row.id), at=at)
    for case in cases_of(row.filing):
        append(case)
        record.event(case, "case.claimed")
    record.store()


def _others(row: Receipt) -> QuerySet[Receipt]:
    """The receipts of whoever filed that ``row`` takes the place of; what others hold of a filing is theirs."""
    held = Receipt.objects.filter(filing=row.filing_id, role__in=(OWN, STAND_IN), revoked_at=None)
    return held.exclude(pk=row.pk)


def reissue(reference: str, code: str, handing: Handing, *, actor: StaffActor, at: datetime) -> Claim:
    """A new claim code for whoever lost their receipt or code; what they had opens until the new one is used.

    A message goes to the contact that was left, for the reference alone. Paper passes through hands here, so that it
    takes the six digits, too: nobody can have a letter printed for a filing of which they know no more than its name.
    An earlier code dies at once. Raises NotFound alike for what never was, wrong digits, a filing with a sealed matter
    and one hidden from the actor; HandingRefused as `claiming.claim_row`, and "handles_it"; AskedTooOften.
    """
    require(actor, "call.take")
    filing = _asked_for(reference, code, handing, actor)
    cases = cases_of(filing)
    if not cases or filing.sealed or any(is_hidden_from(case, actor) for case in cases):
        raise NotFound
    if handing.way == Way.AT_ONCE:
        raise HandingRefused("paper_only")
    if handing.way == Way.PICK_UP and handing.office in {case.office_id for case in cases}:
        raise HandingRefused("handles_it")
    keys = {subject: key_of(subject) for subject in (filing.id, *(case.id for case in cases))}
    left = read_contact(filing, keys[filing.id])
    contact = Contact(**{name: left.get(name, "") for name in ("name", "email", "phone", "address")})
    if handing.way == Way.LETTER and not contact.address:
        raise HandingRefused("no_contact")
    secret = new_receipt()
    row = Receipt(id=new_id(), filing=filing, role=STAND_IN, hash=receipt_hash(secret), created_at=at)
    claim, wraps = claim_row(filing, row, handing, contact, receipt=secret, at=at)
    wraps += [
        wrap_for_receipt(one, key, receipt=secret, receipt_id=row.id, at=at) for one, key in keys.items()
    ]
    drop_claims(Claim.objects.filter(filing=filing))
    save_wraps(wraps)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            claim.save(force_insert=True)
            _reissued(claim, cases, actor, at)
    except (IntegrityError, Changed):
        discard_wraps(wraps)
        raise
    return claim


def _asked_for(reference: str, code: str, handing: Handing, actor: StaffActor) -> Filing:
    if handing.way not in MESSAGES:
        return filing_by_phone(actor, reference, code)
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    attempt = attempt_of("reissuing", wanted.encode())
    if attempt.wait:
        raise AskedTooOften(attempt.wait)
    found = Filing.objects.filter(reference=wanted, erased_at=None).first()
    if found is None:
        raise NotFound
    return found


def _reissued(claim: Claim, cases: list[Case], actor: StaffActor, at: datetime) -> None:
    record = Record(actor=actor, at=at)
    for case in cases:
        append(case)
        record.event(case, "case.code_reissued", by="operator")
    if claim.way in MESSAGES:
        record.claim_code(cases[0], claim.way)
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
