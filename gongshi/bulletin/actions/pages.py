"""Every write of answer pages: writing, publishing, confirming, withdrawing, and counting that one answered."""

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import require
from gongshi.bulletin.actions.numbering import PageChanged, take_number
from gongshi.bulletin.drafts import Fault, PageDraft, PageRefused, tidy, to_publish
from gongshi.bulletin.indexing import index_page, take_out
from gongshi.bulletin.models import PARTS, Page, PageMonth, PageRevision
from gongshi.bulletin.queries import PageNotFound, latest
from gongshi.places.models import Area
from gongshi.places.queries import local_day
from gongshi.places.snapshots import bump_revision
from gongshi.routing.models import Category
from gongshi.rules import crockford
from gongshi.words import Words

CODE_LENGTH = 48


def write_page(
    page: Page | None, draft: PageDraft, *, seen: int = 0, actor: StaffActor, at: datetime
) -> Page:
    """Write a page of one's own office, or new words for one: a draft until somebody publishes it.

    What the public reads stays as it is. ``seen`` is the number of the revision that the writer had before them.
    Raises NotAllowed, PageNotFound for another office's, PageRefused, PageChanged.
    """
    require(actor, "page.write")
    parts = tidy(draft)
    areas = _areas_of(draft)
    if page is not None:
        _own(page, actor)
    with transaction.atomic():
        if page is None:
            page = Page.objects.create(code=new_code(parts["question"]), office_id=actor.office_id)
        values = {"category_id": draft.category, "review_by": draft.review_by}
        revise(page, "written", parts, seen=seen, by=actor.staff_id, at=at, values=values)
        page.areas.set(areas)
        bump_revision()
    return page


def publish_page(page: Page, *, seen: int, actor: StaffActor, at: datetime) -> Page:
    """Show the latest words of a page of one's own office.

    Raises NotAllowed, PageNotFound, PageChanged, and PageRefused when a part lacks a language or the day of review is
    missing or past.
    """
    require(actor, "page.publish")
    _own(page, actor)
    newest = latest(page)
    if wrong := to_publish(newest, on=local_day(at)):
        raise PageRefused(wrong)
    with transaction.atomic():
        shown = show(page, newest, seen=seen, by=actor.staff_id, at=at)
        index_page(shown)
        bump_revision()
    return page


def withdraw_page(page: Page, *, seen: int, actor: StaffActor, at: datetime) -> Page:
    """Take a page of one's own office away from the public; its words stay. Raises as `publish_page` does."""
    require(actor, "page.write")
    _own(page, actor)
    with transaction.atomic():
        hide(page, latest(page), seen=seen, by=actor.staff_id, at=at)
        bump_revision()
    return page


def confirm_page(page: Page, *, until: date, seen: int, actor: StaffActor, at: datetime) -> Page:
    """What a page of one's own office shows is still right, until a later day. Undone by `unconfirm_page`.

    Raises as `publish_page` does; PageChanged also where newer words wait to be published.
    """
    require(actor, "page.publish")
    _own(page, actor)
    if until <= local_day(at):
        raise PageRefused([Fault("review_by", "", "past")])
    if page.shown != page.number:
        raise PageChanged
    _review(page, "confirmed", until, latest(page), seen=seen, actor=actor, at=at)
    return page


def unconfirm_page(page: Page, *, seen: int, actor: StaffActor, at: datetime) -> Page:
    """Take back on the same day that a page is still right: it has its former day of review again.

    Raises as `confirm_page` does.
    """
    require(actor, "page.publish")
    _own(page, actor)
    newest = latest(page)
    if newest.change != "confirmed" or local_day(newest.at) != local_day(at):
        raise PageChanged
    former = page.revisions.get(number=newest.number - 1)
    _review(page, "unconfirmed", former.review_by, newest, seen=seen, actor=actor, at=at)
    return page


def _review(
    page: Page,
    change: str,
    review_by: date | None,
    words: PageRevision,
    *,
    seen: int,
    actor: StaffActor,
    at: datetime,
) -> None:
    """A revision of the same words, which is shown, with another day of review. What the page is found by stays."""
    values = {"shown": seen + 1, "review_by": review_by}
    with transaction.atomic():
        revise(page, change, parts_of(words), seen=seen, by=actor.staff_id, at=at, values=values)
        bump_revision()


def show(page: Page, words: PageRevision, *, seen: int, by: UUID | None, at: datetime) -> PageRevision:
    """A revision that shows these words. Inside the caller's transaction; the caller lets it be found."""
    values = {"state": "published", "shown": seen + 1, "review_by": words.review_by}
    return revise(page, "published", parts_of(words), seen=seen, by=by, at=at, values=values)


def hide(page: Page, words: PageRevision, *, seen: int, by: UUID | None, at: datetime) -> PageRevision:
    """A revision that shows the page no more, and takes it out of the search. Inside the caller's transaction."""
    values = {"state": "withdrawn", "shown": None, "review_by": words.review_by}
    take_out(page.id)
    return revise(page, "withdrawn", parts_of(words), seen=seen, by=by, at=at, values=values)


def revise(
    page: Page,
    change: str,
    parts: dict[str, Words],
    *,
    seen: int,
    by: UUID | None,
    at: datetime,
    values: dict[str, Any],
) -> PageRevision:
    """The next revision of a page, whose columns become ``values``. Inside the caller's transaction.

    Raises PageChanged when the page is no longer at the revision ``seen``.
    """
    number = take_number(page, seen=seen, values=values)
    return PageRevision.objects.create(
        page=page, number=number, change=change, review_by=page.review_by, by_id=by, at=at, **parts
    )


def parts_of(revision: PageRevision) -> dict[str, Words]:
    """The words of a revision by part."""
    return {part: getattr(revision, part) for part in PARTS}


def count_answered(page: Page, *, at: datetime) -> None:
    """One more question that a page answered this month. Nothing else is kept of it."""
    month = month_of(at)
    with transaction.atomic():
        PageMonth.objects.bulk_create([PageMonth(page=page, month=month)], ignore_conflicts=True)
        PageMonth.objects.filter(page=page, month=month).update(answered=F("answered") + 1)


def month_of(at: datetime) -> date:
    """The first day of the month, here."""
    return local_day(at).replace(day=1)


def _own(page: Page, actor: StaffActor) -> None:
    if page.office_id != actor.office_id or page.office_id not in offices():
        raise PageNotFound


def _areas_of(draft: PageDraft) -> list[Area]:
    """The areas of a page, which are of this place as its category is."""
    known = draft.category is None or Category.objects.filter(pk=draft.category, valid_to=None).exists()
    found = list(Area.objects.filter(pk__in=draft.areas))
    if not known or len(found) != len(set(draft.areas)):
        raise PageNotFound
    return found


def new_code(heading: Words) -> str:
    """A name for an address: words of the English heading, and a few characters that nobody else has."""
    words = slugify(heading.get("en", ""))[:CODE_LENGTH].strip("-") or "page"
    return f"{words}-{crockford.encode(secrets.token_bytes(5)).lower()}"
