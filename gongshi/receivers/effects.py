"""What the outbox asks: what to post for a delivery now, and whom to write to when a receiver was switched off."""

from datetime import datetime
from uuid import UUID

from gongshi.cases.models import DigestWish
from gongshi.cases.reading import KeyMissing, read_digest_address
from gongshi.formats.signed_events import body_of
from gongshi.notifications.effects import Event, Recipient
from gongshi.notifications.targets import target
from gongshi.receivers.events import data_of
from gongshi.receivers.models import Delivery
from gongshi.receivers.queries import keys_of, url_of

PATH = "desk/settings/receivers/"


def event_of(delivery: UUID, at: datetime) -> Event | None:
    """What a delivery posts at ``at``; None when its receiver rests, or when what it was about is public no longer."""
    one = Delivery.objects.select_related("receiver").filter(pk=delivery).first()
    if one is None or not one.receiver.listens:
        return None
    data = data_of(one.event, one.subject, at)
    if data is None:
        return None
    return Event(target(url_of(one.receiver)), keys_of(one.receiver, at), body_of(one.event, one.at, data))


def administrator(wish_id: UUID) -> Recipient | None:
    """An administrator who has the week's mail sent; None for whoever does not want it any more or has left."""
    wish = DigestWish.objects.select_related("staff").filter(pk=wish_id, wanted=True).first()
    if wish is None or not wish.staff.is_active:
        return None
    try:
        value = read_digest_address(wish)
    except KeyMissing:
        return None
    return Recipient("email", value, wish.language, "", path=PATH)
