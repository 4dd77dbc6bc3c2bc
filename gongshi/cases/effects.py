"""Whom a notice about a case goes to: the address is decrypted at the moment of sending."""

from uuid import UUID

from gongshi.cases.models import Case
from gongshi.cases.reading import Erased, KeyClosed, key_of, read_contact
from gongshi.notifications.effects import Recipient


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
