"""Telling whoever asked, once, that a disruption is over; and forgetting how to reach them.

A contact is sealed with the disruption's own key, whose wrap lies outside the database. It is opened twice: when the
notices are queued, so that nobody gets two, and when its own notice goes out. docs/guides/outages.md says why nothing
is confirmed first.
"""

import hmac
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from gongshi.bulletin.contacts import key_of_contacts, seal_contact, unseal_contact
from gongshi.bulletin.models import Disruption, Subscription
from gongshi.notifications.actions import rows_for
from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.notifications.models import Channel, OutboxRow
from gongshi.notifications.queries import waiting_about
from gongshi.notifications.transports import connected_channels
from gongshi.safekeeping.actions import destroy_wraps

EFFECT = "bulletin.subscription"
MOST = 20_000
"""Contacts of one disruption: nobody fills the disk with them."""


class NothingToTell(Exception):
    """It is over, withdrawn, not shown yet, or more people asked than one notice takes."""


def subscribe(disruption: Disruption, contact: str, *, language: str, at: datetime, once: str = "") -> UUID:
    """Keep one e-mail address or telephone number until this disruption is over; the key by which it is taken back.

    ``once``: a secret of whoever asks; the same contact again under it is kept once. Raises AddressError
    ("not_connected" where nothing goes out by that channel), NothingToTell.
    """
    channel, value = _read(contact)
    key = key_of_contacts(disruption.id)
    if key is None:
        raise NothingToTell
    chosen = _key_for(once, disruption, channel, value) if once else uuid4()
    row = Subscription(id=chosen, disruption=disruption, channel=channel, language=language)
    seal_contact(row, value, key)
    with suppress(*((IntegrityError,) if once else ())), transaction.atomic():
        if once and Subscription.objects.filter(pk=row.id).exists():
            return row.id
        still = Disruption.objects.filter(
            pk=disruption.pk, over_at=None, withdrawn_at=None, shown_from__lte=at
        ).exists()
        if not still or Subscription.objects.filter(disruption=disruption).count() >= MOST:
            raise NothingToTell
        row.save(force_insert=True)
    return row.id


def _key_for(once: str, disruption: Disruption, channel: str, value: str) -> UUID:
    """A key as random as the secret that it is made from, so it can be compared with no other row's either."""
    said = b"\0".join([disruption.id.bytes, channel.encode(), value.encode()])
    return UUID(bytes=hmac.digest(once.encode(), said, "sha256")[:16], version=4)


def _read(contact: str) -> tuple[str, str]:
    """The channel and the plain address. Raises AddressError."""
    text = contact.replace("\uff20", "@")
    found = (
        (Channel.EMAIL.value, email_address(text)) if "@" in text else (Channel.SMS.value, phone_number(text))
    )
    if found[0] not in connected_channels():
        raise AddressError("not_connected")
    return found


def unsubscribe(subscription: UUID) -> None:
    """Whoever holds the key of a row that was not told yet takes it back; nothing happens for any other."""
    Subscription.objects.filter(pk=subscription, disruption__told_at=None).delete()


def queue_notices(disruption: Disruption, *, at: datetime) -> int:
    """Queue one notice for each address that was left with a disruption which is over; how many."""
    rows = list(Subscription.objects.filter(disruption=disruption))
    key = key_of_contacts(disruption.id)
    first: dict[tuple[str, str], Subscription] = {}
    if key is not None:
        for row in rows:
            first.setdefault((row.channel, unseal_contact(row, key)), row)
    chosen = list(first.values())
    with transaction.atomic():
        due = Disruption.objects.filter(pk=disruption.pk, told_at=None, tell_from__lte=at, withdrawn_at=None)
        if not due.update(told_at=at):
            return 0
        twice = {row.id for row in rows} - {row.id for row in chosen}
        Subscription.objects.filter(pk__in=twice).delete()
        OutboxRow.objects.bulk_create(
            [new for row in chosen for new in rows_for(row.id, "over", [row.channel], EFFECT, at)]
        )
    return len(chosen)


def was_told(subscription: UUID) -> None:
    """The message has left: the contact is deleted at once."""
    Subscription.objects.filter(pk=subscription).delete()


def forget_told(disruption: Disruption, *, at: datetime) -> int:
    """Delete the contacts whose notice was given up, or sent as a worker died; with the last of them the key goes."""
    rows = set(Subscription.objects.filter(disruption=disruption).values_list("id", flat=True))
    done = rows - waiting_about(rows)
    Subscription.objects.filter(pk__in=done).delete()
    if done == rows:
        forget_all(disruption, at=at)
    return len(done)


def forget_all(disruption: Disruption, *, at: datetime) -> None:
    """Delete every contact of a disruption, and destroy the key to those in older copies of the database."""
    Subscription.objects.filter(disruption=disruption).delete()
    destroy_wraps([disruption.id], at=at)
    Disruption.objects.filter(pk=disruption.pk).update(forgotten_at=at)
