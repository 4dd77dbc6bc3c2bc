"""Periodic work: telling that a disruption is over, forgetting whom to tell, and bookings of days that are over.

Safe to run twice.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongshi.bulletin.actions.receptions import forget_bookings
from gongshi.bulletin.actions.telling import forget_all, forget_told, queue_notices
from gongshi.bulletin.indexing import write_anew
from gongshi.bulletin.models import Disruption
from gongshi.places.queries import NoPlace, the_place

REINDEXED_AT_ONCE = 100


def tell(at: datetime) -> int:
    """Queue what is due, then forget who was told; how many contacts were queued or forgotten."""
    due = Disruption.objects.filter(tell_from__lte=at, told_at=None, withdrawn_at=None)
    queued = sum(queue_notices(row, at=at) for row in due)
    ended = Disruption.objects.filter(
        Q(told_at__isnull=False) | Q(withdrawn_at__isnull=False), forgotten_at=None
    )
    return queued + sum(_forget(row, at) for row in ended)


def _forget(row: Disruption, at: datetime) -> int:
    if row.withdrawn_at is None:
        return forget_told(row, at=at)
    forget_all(row, at=at)  # where a crash kept the withdrawal from doing so
    return 1


def forget_receptions(at: datetime) -> int:
    """Bookings of reception days that are over; how many times were deleted. 0 without a place."""
    try:
        the_place()
    except NoPlace:
        return 0
    return forget_bookings(at)


def index_pages(_at: datetime) -> int:
    """Pages that are found by older tokens are found by today's again; how many."""
    return write_anew(REINDEXED_AT_ONCE)


def subjects_that_exist(subjects: Collection[UUID]) -> set[UUID]:
    """Those that are a disruption, which has a key of its own."""
    return set(Disruption.objects.filter(id__in=subjects).values_list("id", flat=True))
