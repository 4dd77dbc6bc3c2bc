"""Claims: what waits until whoever filed by telephone, in person or by letter takes over what staff typed in.

The filing stands under a receipt of chance that nobody is shown (`safekeeping.claim_codes`). The code of the claim
opens that receipt; it goes out by message, by a letter that one office prints once, or on paper at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import acting_in
from gongshi.accounts.rights import may
from gongshi.cases.drafts import Contact, Handing, Letter
from gongshi.cases.models import Case, Claim, Filing, Receipt, Way
from gongshi.cases.sealed import PHONE_CODE, TOLD, seal_json
from gongshi.cases.sight import Eyes, eyes_of, not_hidden
from gongshi.rules.references import normalise
from gongshi.safekeeping.actions import destroy_spent_wraps, destroy_wraps_of_receipt, wrap_for_instance
from gongshi.safekeeping.claim_codes import (
    claim_code_of,
    claim_hash,
    claim_hashes,
    phone_code_of,
    seal_stand_in,
)
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.receipts import ReceiptError, dummy_hash
from gongshi.safekeeping.sealing import new_data_key

STAND_IN = "stand_in"
# A letter takes days, and whoever gets it may be ill or away; longer would leave keys of filings lying in letter boxes.
GOOD_FOR = timedelta(days=60)
MESSAGES = (Way.SMS, Way.EMAIL)


class HandingRefused(ValueError):
    """The claim code cannot go out this way.

    ``code``: "paper_only" a sealed matter is among them, of which nothing goes out or waits by itself; "no_contact" for
    a message or letter without an address; "no_office" for a letter without an office where somebody prints it;
    "handles_it" for a desk that handles one of the matters itself.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def claim_row(
    filing: Filing,
    stand_in: Receipt,
    handing: Handing,
    contact: Contact,
    *,
    receipt: str,
    at: datetime,
    letter: Letter | None = None,
) -> tuple[Claim, list[Wrap]]:
    """The unsaved claim of a filing, and the wraps of what it still has to tell. Raises HandingRefused.

    ``letter``: the mail that the message with the code answers.
    """
    way = Way(handing.way)
    _check(filing, handing, contact)
    code = claim_code_of(receipt)
    claim = Claim(
        id=new_id(),
        filing=filing,
        receipt=stand_in,
        hash=claim_hash(code),
        way=way.value,
        office_id=handing.office,
        made_at=at,
        expires_at=at + GOOD_FOR,
    )
    claim.stand_in = seal_stand_in(receipt, row=claim.id)
    if way == Way.AT_ONCE:
        return claim, []
    key = new_data_key()
    more = {"name": contact.name, "address": contact.address} if way == Way.LETTER else {}
    if letter:
        more = {"answers": letter.message_id, "left_out": letter.left_out}
    claim.told = seal_json(key, {"code": code, **more}, row=claim.id, field=TOLD)
    return claim, [wrap_for_instance(claim.id, key, at=at)]


def _check(filing: Filing, handing: Handing, contact: Contact) -> None:
    way = Way(handing.way)
    if filing.sealed and way != Way.AT_ONCE:
        raise HandingRefused("paper_only")
    if way in MESSAGES and not (contact.phone if way == Way.SMS else contact.email):
        raise HandingRefused("no_contact")
    if way in (Way.LETTER, Way.PICK_UP) and not (handing.office and prints_letters(handing.office)):
        raise HandingRefused("no_office")


def prints_letters(office: UUID) -> bool:
    """Whether anybody in this office prints letters, so that one can wait there. No statement."""
    return any(may(one, "letter.print") for one in acting_in(office))


def sealed_phone_code(filing: Filing, key: bytes, receipt: str) -> bytes:
    """The six digits of a new filing, sealed with its data key."""
    return seal_json(key, phone_code_of(receipt), row=filing.id, field=PHONE_CODE)


def open_claim(reference: str, code: str, at: datetime) -> Claim | None:
    """The claim that reference and code name together; None, after the same work, for whatever else was brought."""
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    try:
        hashes = claim_hashes(code)
    except ReceiptError:
        hashes = [dummy_hash()]
    found = Claim.objects.filter(hash__in=hashes, filing__reference=wanted, expires_at__gt=at)
    return found.select_related("filing", "receipt").first()


def letters_of(actor: StaffActor, at: datetime) -> QuerySet[Claim]:
    """Letters that the actor's office has still to print, oldest first; none of a filing hidden from the actor."""
    if not may(actor, "letter.print"):
        return Claim.objects.none()
    return letters(eyes_of(actor), at).select_related("filing").order_by("made_at", "id")


def letters(eyes: Eyes, at: datetime) -> QuerySet[Claim]:
    """The same, in no order, by what decides what somebody sees; whether they print letters is asked before."""
    hidden = Case.objects.filter(filing=OuterRef("filing")).exclude(not_hidden(eyes))
    waiting = Claim.objects.filter(office=eyes.office, told__isnull=False, expires_at__gt=at)
    return waiting.filter(~Exists(hidden))


def forget_told(claim: Claim) -> bool:
    """Forget the code that a claim has told, so that nothing tells it again. False when somebody was faster.

    Its key is to be destroyed once that is committed (`destroy_spent_wraps`).
    """
    return bool(Claim.objects.filter(pk=claim.pk, told__isnull=False).update(told=None))


def subjects_of(filing: Filing) -> list[UUID]:
    """Everything whose key the stand-in receipt opens."""
    return [filing.id, *Case.objects.filter(filing=filing).values_list("id", flat=True)]


def drop_claims(claims: QuerySet[Claim]) -> int:
    """Take away claims: nobody can take up their filings with them any more. Returns how many."""
    rows = list(claims.select_related("filing"))
    for claim in rows:
        with transaction.atomic():
            gone = Claim.objects.filter(pk=claim.pk).delete()[0]
            if gone:
                Receipt.objects.filter(pk=claim.receipt_id).delete()
        if gone:
            forget_keys(claim, subjects_of(claim.filing))
    return len(rows)


def forget_keys(claim: Claim, subjects: Iterable[UUID]) -> None:
    """After a claim is gone: what its stand-in receipt opened, and what it had still to tell, opens no more."""
    destroy_wraps_of_receipt(subjects, claim.receipt_id)
    destroy_spent_wraps([claim.id])
