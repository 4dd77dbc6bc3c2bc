"""Whom the notice of a disruption's end goes to: the address is decrypted at the moment of sending."""

from uuid import UUID

from gongshi.bulletin.contacts import key_of_contacts, unseal_contact
from gongshi.bulletin.models import DisruptionRevision, Subscription
from gongshi.notifications.effects import Recipient
from gongshi.words import in_language


def subscriber(subscription: UUID) -> Recipient | None:
    """Who left a contact, or None when it was taken back, or its key is gone."""
    row = Subscription.objects.filter(pk=subscription).select_related("disruption").first()
    key = key_of_contacts(row.disruption_id) if row else None
    if row is None or key is None:
        return None
    about = row.disruption
    words = DisruptionRevision.objects.get(disruption=about, number=about.number)
    title = in_language(words.title, row.language)
    value = unseal_contact(row, key)
    return Recipient(row.channel, value, row.language, title, path=f"notices/{about.code}/")
