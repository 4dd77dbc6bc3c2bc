"""Every write of prepared words: new ones, other ones, and no longer offering them. Each change is a revision."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import require
from gongshi.bulletin.actions.numbering import take_number
from gongshi.bulletin.models import Prepared, PreparedRevision
from gongshi.bulletin.prepared import PreparedDraft, PreparedNotFound, parts_of, tidy_prepared
from gongshi.routing.models import Category
from gongshi.rules import crockford
from gongshi.words import Words


def write_prepared(
    prepared: Prepared | None, draft: PreparedDraft, *, seen: int = 0, actor: StaffActor, at: datetime
) -> Prepared:
    """Keep words of one's own office ready, or others in their place; what was withdrawn is offered again.

    Raises NotAllowed, PreparedNotFound for another office's, PageRefused, PageChanged when somebody was faster.
    """
    require(actor, "template.write")
    parts = tidy_prepared(draft)
    if draft.category is not None and not Category.objects.filter(pk=draft.category, valid_to=None).exists():
        raise PreparedNotFound
    if prepared is not None:
        _own(prepared, actor)
    with transaction.atomic():
        if prepared is None:
            code = f"{draft.kind}-{crockford.encode(secrets.token_bytes(5)).lower()}"
            prepared = Prepared.objects.create(code=code, office_id=actor.office_id, kind=draft.kind)
        values = {"category_id": draft.category, "withdrawn": False}
        revise(prepared, "written", parts, seen=seen, by=actor.staff_id, at=at, values=values)
    return prepared


def withdraw_prepared(prepared: Prepared, *, seen: int, actor: StaffActor, at: datetime) -> Prepared:
    """Offer words no longer. Raises as `write_prepared` does."""
    require(actor, "template.write")
    _own(prepared, actor)
    newest = prepared.revisions.get(number=prepared.number)
    parts = parts_of(newest, prepared.kind)
    with transaction.atomic():
        values = {"withdrawn": True}
        revise(prepared, "withdrawn", parts, seen=seen, by=actor.staff_id, at=at, values=values)
    return prepared


def revise(
    prepared: Prepared,
    change: str,
    parts: Mapping[str, Words],
    *,
    seen: int,
    by: UUID | None,
    at: datetime,
    values: Mapping[str, object],
) -> None:
    """The next revision, inside the caller's transaction. Raises PageChanged unless ``seen`` is the latest."""
    number = take_number(prepared, seen=seen, values=values)
    PreparedRevision.objects.create(prepared=prepared, number=number, change=change, by_id=by, at=at, **parts)


def _own(prepared: Prepared, actor: StaffActor) -> None:
    if prepared.office_id != actor.office_id or prepared.office_id not in offices():
        raise PreparedNotFound
