"""Answer pages whose day of review is past: work of their office, with a day by which it is to be done.

The lead answers for what a page says (`accounts.rights`), and so for looking at it again. docs/guides/answers.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import acting_in, offices, offices_below, staff_names
from gongshi.accounts.rights import may, require
from gongshi.bulletin.models import Page, PageRevision
from gongshi.bulletin.queries import may_see_pages, newest_words, pages_shown, review_days
from gongshi.places.queries import calendar, local_day
from gongshi.rules.calendar import add_working_days
from gongshi.words import Words

WORKING_DAYS = 5


def due_on(review_by: date) -> date:
    """The day by which a page is to be looked at again: so many working days here after its day of review."""
    return add_working_days(calendar(), review_by, WORKING_DAYS)


def held_until(on: date) -> date:
    """Until when a page is held to be right that was found so today: the same day of the next year."""
    leap = on.month == 2 and on.day == 29
    return date(on.year + 1, on.month, 28 if leap else on.day)


@dataclass(frozen=True)
class Load:
    """How many pages of an office wait to be looked at, how many of them are late, and the first due day."""

    office: UUID
    waiting: int
    late: int
    first: date | None


def load_of(office: UUID, on: date) -> Load:
    """What an office has to look at again. No statement."""
    due = sorted(due_on(day) for day in review_days().get(office, ()) if day < on)
    return Load(office, len(due), sum(day < on for day in due), due[0] if due else None)


def load_for(actor: StaffActor, *, at: datetime) -> Load:
    """The same for the office that a member of staff acts for; nothing for who has nothing to do with pages."""
    if not may_see_pages(actor):
        return Load(actor.office_id, 0, 0, None)
    return load_of(actor.office_id, local_day(at))


def late_below(actor: StaffActor, *, at: datetime) -> list[Load]:
    """The offices below the actor's with pages past their due day, the longest late first. No statement.

    Raises NotAllowed.
    """
    require(actor, "board.read")
    today = local_day(at)
    loads = (load_of(office, today) for office in offices_below(actor.office_id) if office in offices())
    return sorted((load for load in loads if load.late), key=lambda load: (load.first, str(load.office)))


@dataclass(frozen=True)
class Review:
    """One page to look at again. ``waits``: newer words wait to be published, so that confirming would pass them over.

    ``confirmed``: it was held to be right today, which can be undone.
    """

    page: Page
    words: PageRevision
    due: date | None
    late: bool
    waits: bool
    confirmed: bool


def reviews_of(actor: StaffActor, *, at: datetime) -> list[Review]:
    """The pages of the actor's office past their day of review, first due first; then those confirmed today.

    Two statements. What counts is the day of the words that the public reads, whatever a newer draft says.
    """
    if not may_see_pages(actor):
        return []
    today = local_day(at)
    shown = pages_shown().filter(page__office=actor.office_id).order_by("review_by", "page__code")
    rows = [row for row in shown if (row.review_by or today) < today or _confirmed_on(row, today)]
    newest = newest_words([row.page for row in rows])
    found = []
    for row in rows:
        due = due_on(row.review_by) if row.review_by and row.review_by < today else None
        waits = newest[row.page_id].number != row.number
        late = due is not None and due < today
        found.append(Review(row.page, row, due, late, waits, confirmed=due is None))
    return sorted(found, key=lambda one: one.confirmed)


def _confirmed_on(row: PageRevision, day: date) -> bool:
    return row.change == "confirmed" and local_day(row.at) == day


def leads_of(office: UUID) -> list[Words]:
    """The names of those who answer for an office's pages."""
    leads = (actor for actor in acting_in(office) if may_confirm(actor))
    return [staff_names()[actor.staff_id] for actor in leads]


def may_confirm(actor: StaffActor) -> bool:
    """Whether a member of staff answers for what the pages of their office say."""
    return may(actor, "page.publish")
