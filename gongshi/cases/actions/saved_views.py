"""Keeping a filter of the queue under a name, and throwing it away."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import require
from gongshi.cases.models import SavedView
from gongshi.cases.queries import NotFound
from gongshi.cases.saved_views import MOST, is_own, views_seen_by
from gongshi.cases.sealed import VIEW_NAME, seal_json
from gongshi.cases.texts import TextRefused, checked_text
from gongshi.safekeeping.actions import destroy_spent_wraps, discard_wraps, save_wraps, wrap_for_instance
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.sealing import new_data_key

LONGEST_NAME = 24


class TooMany(ValueError):
    """An office's and one's own views together are as many as a row of tabs can hold."""


def keep_view(
    name: str, query: Mapping[str, str], *, shared: bool, actor: StaffActor, at: datetime
) -> SavedView:
    """Keep a filter under a name. Raises NotAllowed, TooMany, TextRefused."""
    require(actor, "case.list")
    text = checked_text(name, LONGEST_NAME)
    if "\n" in text:
        raise TextRefused("unreadable")
    if views_seen_by(actor).count() >= MOST:
        raise TooMany
    key = new_data_key()
    row = SavedView(
        id=new_id(), office_id=actor.office_id, staff_id=actor.staff_id, shared=shared, made_at=at
    )
    row.name, row.query = seal_json(key, text, row=row.id, field=VIEW_NAME), dict(query)
    wraps = [wrap_for_instance(row.id, key, at=at)]
    save_wraps(wraps)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except BaseException:
        discard_wraps(wraps)
        raise
    return row


def drop_view(view: UUID, *, actor: StaffActor) -> None:
    """Throw a view away: one's own, or a shared one by whoever names handlers. Raises NotFound."""
    row = views_seen_by(actor).filter(pk=view).first()
    if row is None or not is_own(row, actor):
        raise NotFound
    row.delete()
    destroy_spent_wraps([view])
