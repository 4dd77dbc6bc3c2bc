"""Named filters of the queue: which of them somebody sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.cases.models import SavedView
from gongshi.cases.reading import read_view_names
from gongshi.places.prepared import Prepared

MOST = 20


@dataclass(frozen=True)
class View:
    """A named filter as its tab shows it. ``own``: this person may throw it away."""

    id: UUID
    name: str
    query: Mapping[str, str]
    shared: bool
    own: bool


def views_of(actor: StaffActor) -> list[View]:
    """The actor's own views of this office's queue and those shared with it, oldest first. Two statements."""
    rows: list[SavedView] = _tabs(actor.staff_id, actor.office_id) if may(actor, "case.list") else []
    names = read_view_names(rows)
    return [
        View(row.id, names[row.id], row.query, row.shared, is_own(row, actor))
        for row in rows
        if row.id in names
    ]


def views_seen_by(actor: StaffActor) -> QuerySet[SavedView]:
    """The rows of `views_of`."""
    if not may(actor, "case.list"):
        return SavedView.objects.none()
    return _seen(actor.staff_id, actor.office_id)


def _seen(staff: UUID, office: UUID) -> QuerySet[SavedView]:
    return SavedView.objects.filter(Q(staff=staff) | Q(shared=True), office=office)


_tabs = Prepared(lambda staff, office: _seen(staff, office).order_by("made_at", "id")[:MOST], fixed=True)


def is_own(row: SavedView, actor: StaffActor) -> bool:
    """Whether it is the actor's to throw away: their own, or a shared one for whoever names handlers."""
    return row.staff_id == actor.staff_id or (row.shared and may(actor, "case.name_handler"))
