"""Every read of receivers: for the desk, for everybody, and for whoever posts."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.notifications.queries import number_waiting
from gongshi.receivers.models import Delivery, Receiver, ReceiverChange, ReceiverSecret
from gongshi.safekeeping.configured import open_configured

RIGHT = "settings.change"
MOST_SHOWN = 200


class ReceiverNotFound(LookupError):
    """There is no such receiver."""


def listening() -> list[Receiver]:
    """The receivers that are told now."""
    return list(Receiver.objects.filter(paused_at=None, off_at=None, removed_at=None).order_by("id"))


def receivers() -> list[Receiver]:
    """All that are set up, also those that rest, by name: for everybody to read."""
    return list(Receiver.objects.filter(removed_at=None).order_by("name", "id"))


def former_receivers() -> list[Receiver]:
    """Those that were removed, the newest first: who was told here earlier is public, too."""
    return list(Receiver.objects.exclude(removed_at=None).order_by("-removed_at", "id")[:MOST_SHOWN])


def receiver_for(actor: StaffActor, key: UUID) -> Receiver:
    """One receiver, for an administrator. Raises NotAllowed, ReceiverNotFound."""
    require(actor, RIGHT)
    found = Receiver.objects.filter(pk=key, removed_at=None).first()
    if found is None:
        raise ReceiverNotFound
    return found


def history_of(receiver: Receiver) -> list[ReceiverChange]:
    """What was changed of a receiver, the newest first."""
    return list(receiver.changes.select_related("by").order_by("-at", "-id")[:MOST_SHOWN])


def waiting_for(receiver: Receiver) -> int:
    """How many events wait to be posted to a receiver."""
    return number_waiting(Delivery.objects.filter(receiver=receiver).values("id"))


def url_of(receiver: Receiver) -> str:
    """The whole address. Raises SealError."""
    return open_configured(receiver.url, row=receiver.id, field="url")


def keys_of(receiver: Receiver, at: datetime) -> tuple[str, ...]:
    """The secrets that sign for a receiver at ``at``: the newest, and the one before for a day. Raises SealError."""
    good = ReceiverSecret.objects.filter(Q(good_until=None) | Q(good_until__gt=at), receiver=receiver)
    rows = good.order_by("-made_at", "-id")
    return tuple(open_configured(row.sealed, row=row.id, field="secret") for row in rows)
