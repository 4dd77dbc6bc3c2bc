"""Every read of the outbox."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongshi.notifications.models import Channel, OutboxRow, State


def free_at(at: datetime) -> Q:
    """Rows and jobs that are due at ``at`` and that nobody holds, or whose holder has run out of time."""
    return Q(next_at__lte=at) & (Q(lease_until=None) | Q(lease_until__lte=at))


def claimable(at: datetime, limit: int) -> QuerySet[OutboxRow]:
    """At most ``limit`` notices to people to send now, those that wait longest first."""
    return _due(at).exclude(channel=Channel.WEBHOOK)[:limit]


def claimable_events(at: datetime, limit: int) -> QuerySet[OutboxRow]:
    """At most ``limit`` events to post to programs now, apart from notices, which they may not hold up."""
    return _due(at).filter(channel=Channel.WEBHOOK)[:limit]


def _due(at: datetime) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(free_at(at), state=State.WAITING).order_by("next_at")


def effects_waiting() -> set[str]:
    """The names of all effects that waiting notices need."""
    waiting = OutboxRow.objects.filter(state=State.WAITING)
    return set(waiting.order_by().values_list("effect", flat=True).distinct())


def oldest_waiting(place: int = 1) -> datetime | None:
    """When the notice was made that has waited longest, or is in a later ``place``; None when fewer wait.

    Of notices to people: that a stranger's server is down is nobody's alarm here.
    """
    waiting = OutboxRow.objects.filter(state=State.WAITING).exclude(channel=Channel.WEBHOOK)
    waiting = waiting.order_by("created_at")
    return waiting.values_list("created_at", flat=True)[place - 1 : place].first()


def number_waiting(deliveries: QuerySet[Any, Any]) -> int:
    """How many events wait, of deliveries given as a query of their ids."""
    return OutboxRow.objects.filter(case__in=deliveries, state=State.WAITING).count()


def waiting_about(subjects: Collection[UUID]) -> set[UUID]:
    """Those of the subjects about which a notice still waits to be sent."""
    waiting = OutboxRow.objects.filter(state=State.WAITING, case__in=subjects)
    return set(waiting.values_list("case", flat=True))
