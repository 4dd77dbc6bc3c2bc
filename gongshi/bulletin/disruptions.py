"""Every read of notices of outages and works: what the public sees, what fits a matter, what an office has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import may
from gongshi.bulletin.models import Disruption, DisruptionRevision, Subscription
from gongshi.bulletin.queries import CODE, PageNotFound
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import areas
from gongshi.places.snapshots import Snapshot

SHOWN_AFTER = timedelta(days=7)
MOST_OVER = 50
BANDS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def state_of(row: Disruption, at: datetime) -> str:
    """ "withdrawn", "over", "scheduled" (not shown yet), "planned" or "running", from its times alone."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.over_at is not None:
        return "over"
    if at < row.shown_from:
        return "scheduled"
    return "planned" if at < row.begins_at else "running"


def tells(row: Disruption, at: datetime) -> bool:
    """Whether one can be told of its end."""
    return state_of(row, at) in ("running", "planned") and bool(connected_channels())


def is_overdue(row: Disruption, at: datetime) -> bool:
    """Whether it should be over by now as far as the notice says, and nobody has said that it is."""
    open_still = row.over_at is None and row.withdrawn_at is None
    return open_still and row.expected_until is not None and row.expected_until < at


@dataclass(frozen=True)
class Known:
    """A notice with its newest words, and the categories and areas that it is about; none: all of them."""

    row: Disruption
    words: DisruptionRevision
    categories: frozenset[UUID]
    areas: frozenset[UUID]

    def concerns(self, category: Iterable[UUID], area: Iterable[UUID]) -> bool:
        """Whether it is about a matter of this category and area, each given as its way up, itself first.

        Where the matter's area is larger than the notice's, it may be about it, and that is enough to show it.
        """
        kind, place = set(category), list(area)
        if not kind & self.categories:
            return False
        if not self.areas:
            return True
        paths = [areas()[one].path for one in self.areas]
        return bool(place) and (bool(self.areas & set(place)) or any(place[0] in path for path in paths))


def _read_known() -> list[Known]:
    """What is not withdrawn, of offices that are there: all that is not over, and the last that are."""
    rows = Disruption.objects.filter(withdrawn_at=None, office__valid_to=None)
    rows = rows.prefetch_related("categories", "areas")
    still = list(rows.filter(over_at=None).order_by("begins_at", "code"))
    over = list(rows.filter(over_at__isnull=False).order_by("-over_at", "code")[:MOST_OVER])
    newest = newest_words([*still, *over])
    return [
        Known(
            row,
            newest[row.id],
            frozenset(one.id for one in row.categories.all()),
            frozenset(one.id for one in row.areas.all()),
        )
        for row in (*still, *over)
    ]


# Few, and asked for on many pages: kept until the place's revision changes, as every write of a notice makes it.
_known = Snapshot(_read_known)


def shown_now(at: datetime, *states: str) -> list[Known]:
    """What the public reads in these states ("running", "planned", "over"), in the order of their beginning.

    What is over is shown for a week more.
    """
    found = []
    for one in _known():
        state = state_of(one.row, at)
        fresh = one.row.over_at is None or one.row.over_at > at - SHOWN_AFTER
        if state in states and fresh and one.row.shown_from <= at:
            found.append(one)
    return found


def known_about(category: Iterable[UUID], area: Iterable[UUID], *, at: datetime) -> list[Known]:
    """What is known to be out, or will be, for a matter of this category and area (their ways up); running first."""
    kind, place = tuple(category), tuple(area)
    listed = [*shown_now(at, "running"), *shown_now(at, "planned")]
    return [one for one in listed if one.concerns(kind, place)]


def disruption_shown(code: str, at: datetime) -> Known:
    """One notice that the public reads, however long it is over. Raises PageNotFound."""
    found = next((one for one in _known() if one.row.code == code), None)
    if found is None:
        # What is no code is not looked up: PostgreSQL takes no text with a NUL in it.
        known = Disruption.objects.filter(code=code, withdrawn_at=None, office__valid_to=None)
        row = known.first() if CODE.fullmatch(code) else None
        if row is None:
            raise PageNotFound
        kinds, places = (frozenset(one.id for one in many.all()) for many in (row.categories, row.areas))
        found = Known(row, newest_words([row])[row.id], kinds, places)
    if found.row.shown_from > at:
        raise PageNotFound
    return found


def changes_shown(row: Disruption) -> list[DisruptionRevision]:
    """The revisions of a notice that tell residents something: its times, the oldest first."""
    return list(row.revisions.order_by("number"))


def may_announce(actor: StaffActor) -> bool:
    """Whether a member of staff has to do with the notices of the office they act for."""
    return may(actor, "disruption.announce")


def disruptions_of(actor: StaffActor) -> QuerySet[Disruption]:
    """The notices of the office that the actor acts for: those that are not over first, the newest first."""
    rows = (
        Disruption.objects.filter(office=actor.office_id)
        if may_announce(actor)
        else Disruption.objects.none()
    )
    return rows.order_by(
        F("withdrawn_at").asc(nulls_first=True), F("over_at").desc(nulls_first=True), "-begins_at", "code"
    )


def disruption_of(code: str, actor: StaffActor) -> Disruption:
    """One notice of the actor's own office. Raises PageNotFound."""
    found = disruptions_of(actor).filter(code=code).first()
    if found is None:
        raise PageNotFound
    return found


def overdue(actor: StaffActor, *, at: datetime) -> int:
    """How many notices of the actor's office are past the end that they promised: said on every desk page."""
    if not may_announce(actor) or actor.office_id not in offices():
        return 0
    return sum(one.row.office_id == actor.office_id and is_overdue(one.row, at) for one in _known())


def newest_words(rows: Iterable[Disruption]) -> Mapping[Any, DisruptionRevision]:
    """The newest words of each of these notices by its key. One statement."""
    ids = [row.id for row in rows]
    found = DisruptionRevision.objects.filter(disruption__in=ids, number=F("disruption__number"))
    return {row.disruption_id: row for row in found}


def band_of(row: Disruption) -> tuple[int, int | None]:
    """Between which numbers those lie who want to be told, both ends counted; None: no more than the first.

    Never the number itself: nobody may find out that one more was added, and when.
    """
    number = Subscription.objects.filter(disruption=row).count()
    least = max((start for start in BANDS if start <= number), default=0)
    above = next((start for start in BANDS if start > number), None)
    return least, above - 1 if above else None
