"""Every write of notices of outages and works: announcing, changing, ending, taking the end back, withdrawing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import require
from gongshi.bulletin.actions.numbering import take_number
from gongshi.bulletin.actions.pages import new_code
from gongshi.bulletin.actions.telling import forget_all
from gongshi.bulletin.drafts import DisruptionDraft, Fault, PageRefused, tidy_disruption
from gongshi.bulletin.models import Disruption, DisruptionRevision
from gongshi.bulletin.queries import PageNotFound
from gongshi.places.models import Area
from gongshi.places.snapshots import bump_revision
from gongshi.routing.models import Category
from gongshi.safekeeping.actions import save_wraps, wraps_for
from gongshi.safekeeping.sealing import new_data_key

TIME_TO_UNDO = timedelta(minutes=2)
WORDS = ("title", "text")
TIMES = ("begins_at", "expected_until", "shown_from", "over_at")


def announce(draft: DisruptionDraft, *, actor: StaffActor, at: datetime) -> Disruption:
    """A notice of one's own office, shown at once or from the time that the draft names.

    Raises NotAllowed, PageRefused, PageNotFound for a category or an area that is not here.
    """
    require(actor, "disruption.announce")
    kept = tidy_disruption(draft)
    scope = _scope_of(draft)
    words = {part: kept.pop(part) for part in WORDS}
    row = Disruption(
        code=new_code(words["title"]), office_id=actor.office_id, shown_from=draft.shown_from or at, **kept
    )
    # The key is there before the row is, as with a filing; whoever asks to be told seals with it.
    save_wraps(wraps_for(row.id, new_data_key(), receipt=None, receipt_id=None, at=at))
    with transaction.atomic():
        row.save(force_insert=True)
        _set_scope(row, scope)
        _revise(row, "announced", words, scope, seen=0, actor=actor, at=at, values={})
        bump_revision()
    return row


def change(
    row: Disruption, draft: DisruptionDraft, *, seen: int, actor: StaffActor, at: datetime
) -> Disruption:
    """New words, times or places of a notice that is neither over nor withdrawn; residents read them at once.

    ``seen`` is the number of the revision that the writer had before them. Raises as `announce` does, and PageChanged.
    """
    _own(row, actor)
    kept = tidy_disruption(draft)
    scope = _scope_of(draft)
    words = {part: kept.pop(part) for part in WORDS}
    values = {**kept, "shown_from": draft.shown_from or row.shown_from}
    with transaction.atomic():
        _set_scope(row, scope)
        _revise(row, "changed", words, scope, seen=seen, actor=actor, at=at, values=values, still_open=True)
        bump_revision()
    return row


def end(row: Disruption, over_at: datetime, *, seen: int, actor: StaffActor, at: datetime) -> Disruption:
    """It is over since ``over_at``. Whoever asked is told, unless that is undone within two minutes.

    Raises NotAllowed, PageNotFound, PageChanged, PageRefused for a time before it began or to come.
    """
    _own(row, actor)
    if over_at < row.begins_at or over_at > at:
        code = "to_come" if over_at > at else "before_begin"
        raise PageRefused([Fault("over_at", "", code)])
    values = {"over_at": over_at, "tell_from": at + TIME_TO_UNDO}
    with transaction.atomic():
        _again(row, "over", seen=seen, actor=actor, at=at, values=values, still_open=True)
        bump_revision()
    return row


def resume(row: Disruption, *, seen: int, actor: StaffActor, at: datetime) -> Disruption:
    """It is not over after all: possible until whoever asked has been told. Raises as `change` does."""
    _own(row, actor)
    values = {"over_at": None, "tell_from": None}
    with transaction.atomic():
        _again(row, "resumed", seen=seen, actor=actor, at=at, values=values, told_at=None)
        bump_revision()
    return row


def withdraw(row: Disruption, *, seen: int, actor: StaffActor, at: datetime) -> Disruption:
    """It was wrong: it is shown no more, and every contact left with it is destroyed. Raises as `change` does."""
    _own(row, actor)
    with transaction.atomic():
        _again(row, "withdrawn", seen=seen, actor=actor, at=at, values={"withdrawn_at": at}, told_at=None)
        bump_revision()
    forget_all(row, at=at)
    return row


def _own(row: Disruption, actor: StaffActor) -> None:
    require(actor, "disruption.announce")
    if row.office_id != actor.office_id or row.office_id not in offices():
        raise PageNotFound


Scope = tuple[list[Category], list[Area]]


def _scope_of(draft: DisruptionDraft) -> Scope:
    """The categories and areas of a notice, which are of this place."""
    kinds = list(Category.objects.filter(pk__in=draft.categories, valid_to=None).order_by("code"))
    areas = list(Area.objects.filter(pk__in=draft.areas, valid_to=None).order_by("code"))
    if len(kinds) != len(set(draft.categories)) or len(areas) != len(set(draft.areas)):
        raise PageNotFound
    return kinds, areas


def _set_scope(row: Disruption, scope: Scope) -> None:
    row.categories.set(scope[0])
    row.areas.set(scope[1])


def _codes(rows: Iterable[Category | Area]) -> list[str]:
    return sorted(row.code for row in rows)


def _again(row: Disruption, change: str, **more: Any) -> None:
    """A revision with the words and the scope of the one before."""
    newest = row.revisions.get(number=row.number)
    words = {part: getattr(newest, part) for part in WORDS}
    scope = list(row.categories.all()), list(row.areas.all())
    _revise(row, change, words, scope, **more)


def _revise(
    row: Disruption,
    change: str,
    words: dict[str, Any],
    scope: Scope,
    *,
    seen: int,
    actor: StaffActor,
    at: datetime,
    values: dict[str, Any],
    still_open: bool = False,
    **only: Any,
) -> None:
    """The next revision of a notice, whose columns become ``values``. Inside the caller's transaction.

    Raises PageChanged when it is no longer at the revision ``seen``, or no longer as ``only`` says.
    """
    only |= {"over_at": None} if still_open else {}
    number = take_number(row, seen=seen, values=values, withdrawn_at=None, **only)
    DisruptionRevision.objects.create(
        disruption=row,
        number=number,
        change=change,
        scope={"categories": _codes(scope[0]), "areas": _codes(scope[1])},
        by_id=actor.staff_id,
        at=at,
        **words,
        **{name: getattr(row, name) for name in TIMES},
    )
