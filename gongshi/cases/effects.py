"""Whom a notice about a case goes to: the address, and a claim code, are decrypted at the moment of sending."""

from uuid import UUID

from gongshi.cases.by_mail import read_writer
from gongshi.cases.claiming import forget_told
from gongshi.cases.models import Case, Claim, HeldMail
from gongshi.cases.reading import Erased, KeyClosed, key_of, read_contact, read_told
from gongshi.notifications.effects import Recipient
from gongshi.safekeeping.actions import destroy_spent_wraps


def contact_of(case_id: UUID) -> Recipient | None:
    """The contact left with the case's filing, or None when none was left, or the filing was erased or is sealed."""
    case = Case.objects.filter(pk=case_id).select_related("filing").first()
    if case is None or not case.filing.notify:
        return None
    filing = case.filing
    try:
        contact = read_contact(filing, key_of(filing.id))
    except (Erased, KeyClosed):
        return None
    value = contact.get("email" if filing.notify == "email" else "phone", "")
    return Recipient(filing.notify, value, filing.language, filing.reference) if value else None


def claimant_of(case_id: UUID) -> Recipient | None:
    """Whom the claim code of the case's filing goes to, and the code; None once it was used, sent or given up."""
    claim = Claim.objects.filter(filing__cases=case_id).select_related("filing").first()
    if claim is None:
        return None
    filing = claim.filing
    try:
        contact, told = read_contact(filing, key_of(filing.id)), read_told(claim)
    except (Erased, KeyClosed):
        return None
    value = contact.get("email" if claim.way == "email" else "phone", "")
    if told is None or not value:
        return None
    return Recipient(
        claim.way,
        value,
        filing.language,
        filing.reference,
        told.code,
        answers=told.answers,
        left_out=told.left_out,
    )


def code_was_sent(case_id: UUID) -> None:
    """The message with the claim code is out: the code is forgotten."""
    claim = Claim.objects.filter(filing__cases=case_id).first()
    if claim is not None:
        forget_told(claim)
        destroy_spent_wraps([claim.id])


def writer_of(held_id: UUID) -> Recipient | None:
    """Who wrote a mail that could not be taken in, or not all of it; None once they were told so."""
    row = HeldMail.objects.filter(pk=held_id).first()
    if row is None or row.contact is None:
        return None
    writer = read_writer(row)
    return Recipient(
        "email",
        writer["email"],
        row.language,
        "",
        answers=writer["answers"],
        left_out=writer.get("left_out", ""),
    )


def writer_was_told(held_id: UUID) -> None:
    """The answer is out: the address is forgotten."""
    HeldMail.objects.filter(pk=held_id).update(contact=None)
