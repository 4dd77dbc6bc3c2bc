"""Pages past their day of review: a due day in working days, confirming with undo, and what the level above sees."""

from datetime import date, timedelta

import pytest

from gongshi.accounts.rights import NotAllowed
from gongshi.bulletin.actions.pages import (
    PageChanged,
    confirm_page,
    publish_page,
    unconfirm_page,
    withdraw_page,
    write_page,
)
from gongshi.bulletin.drafts import PageRefused
from gongshi.bulletin.models import Page, PageRevision, PageToken
from gongshi.bulletin.queries import PageNotFound, page_shown, pages_found, pages_to_review
from gongshi.bulletin.reviews import due_on, held_until, late_below, leads_of, load_for, reviews_of
from tests.bulletin.pages import draft, show
from tests.cast import NOW, Town
from tests.statements import captured

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAST = date(2026, 3, 3)
# Friday 6 March 2026 is off, Saturday 7 March is worked: the fifth working day after the 3rd is Tuesday the 10th.
DUE = date(2026, 3, 10)
NEXT_YEAR = date(2027, 3, 2)


def test_due_counts_the_working_days_of_the_place(town: Town) -> None:
    assert due_on(PAST) == DUE
    assert held_until(date(2026, 3, 2)) == NEXT_YEAR
    assert held_until(date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(("days", "waiting", "late"), [(1, 0, 0), (2, 1, 0), (8, 1, 0), (9, 1, 1)])
def test_it_is_work_from_the_next_day_and_late_after_the_due_day(
    town: Town, days: int, waiting: int, late: int
) -> None:
    page = show(town, review_by=PAST)
    he, at = town.actor("he"), NOW + days * DAY
    load = load_for(he, at=at)
    assert (load.waiting, load.late, load.first) == (waiting, late, DUE if waiting else None)
    found = reviews_of(he, at=at)
    assert [(one.page.code, one.due, one.late) for one in found] == [(page.code, DUE, bool(late))] * waiting
    above = [(one.office, one.late) for one in late_below(town.actor("qin"), at=at)]
    assert above == [(town.offices["roads"].id, 1)] * late


def test_only_its_own_office_and_the_level_above(town: Town) -> None:
    show(town, review_by=PAST)
    at = NOW + 30 * DAY
    assert reviews_of(town.actor("ma"), at=at) == reviews_of(town.actor("su"), at=at) == []
    assert load_for(town.actor("ma"), at=at).waiting == load_for(town.actor("su"), at=at).waiting == 0
    with pytest.raises(NotAllowed):
        late_below(town.actor("he"), at=at)
    assert leads_of(town.offices["roads"].id) == [town.staff["he"].name]


def test_confirming_is_a_revision_of_the_same_words(town: Town) -> None:
    page, he, at = show(town, review_by=PAST), town.actor("he"), NOW + 9 * DAY
    before = page_shown(page.code)
    tokens = PageToken.objects.count()
    confirm_page(page, until=NEXT_YEAR, seen=2, actor=he, at=at)
    after = page_shown(page.code)
    assert (after.number, after.change, after.review_by) == (3, "confirmed", NEXT_YEAR)
    assert (after.question, after.answer, after.fee) == (before.question, before.answer, before.fee)
    assert after.by_id == he.staff_id
    assert PageToken.objects.count() == tokens
    assert pages_found("孩子上户口")[0].shown == after
    assert pages_to_review(he, at=at) == load_for(he, at=at).waiting == 0
    assert late_below(town.actor("qin"), at=at) == []
    assert [one.confirmed for one in reviews_of(he, at=at)] == [True]
    assert reviews_of(he, at=at + DAY) == []


def test_it_is_undone_on_the_same_day_alone(town: Town) -> None:
    page, he, at = show(town, review_by=PAST), town.actor("he"), NOW + 9 * DAY
    confirm_page(page, until=NEXT_YEAR, seen=2, actor=he, at=at)
    with pytest.raises(PageChanged):
        unconfirm_page(page, seen=3, actor=he, at=at + DAY)
    unconfirm_page(page, seen=3, actor=he, at=at)
    assert page_shown(page.code).review_by == PAST
    assert load_for(he, at=at).late == 1
    with pytest.raises(PageChanged):
        unconfirm_page(page, seen=4, actor=he, at=at)
    changes = list(PageRevision.objects.order_by("number").values_list("change", flat=True))
    assert changes == ["written", "published", "confirmed", "unconfirmed"]


def test_who_may_not_and_what_cannot_be_confirmed(town: Town) -> None:
    page, he, at = show(town, review_by=PAST), town.actor("he"), NOW + 9 * DAY
    for name, error in (("zhou", NotAllowed), ("su", NotAllowed), ("ma", PageNotFound)):
        with pytest.raises(error):
            confirm_page(page, until=NEXT_YEAR, seen=2, actor=town.actor(name), at=at)
        with pytest.raises(error):
            unconfirm_page(page, seen=2, actor=town.actor(name), at=at)
    with pytest.raises(PageRefused):
        confirm_page(page, until=PAST, seen=2, actor=he, at=at)
    with pytest.raises(PageChanged):
        confirm_page(page, until=NEXT_YEAR, seen=1, actor=he, at=at)
    withdraw_page(page, seen=2, actor=he, at=at)
    with pytest.raises(PageChanged):
        confirm_page(page, until=NEXT_YEAR, seen=3, actor=he, at=at)
    assert Page.objects.get().number == 3


def test_a_draft_with_a_later_day_is_no_review(town: Town) -> None:
    """What the public reads is still past its day until the newer words are published."""
    page, he, at = show(town, review_by=PAST), town.actor("he"), NOW + 9 * DAY
    write_page(page, draft(review_by=NEXT_YEAR), seen=2, actor=town.actor("zhou"), at=at)
    assert load_for(he, at=at).late == pages_to_review(he, at=at) == 1
    assert [one.waits for one in reviews_of(he, at=at)] == [True]
    with pytest.raises(PageChanged):
        confirm_page(page, until=NEXT_YEAR, seen=3, actor=he, at=at)
    publish_page(page, seen=3, actor=he, at=at)
    assert load_for(he, at=at).waiting == 0


def test_counts_cost_no_statement_and_the_list_two(town: Town) -> None:
    at = NOW + 9 * DAY
    he, qin = town.actor("he"), town.actor("qin")
    for _ in range(3):
        show(town, review_by=PAST)
    load_for(he, at=at), late_below(qin, at=at)
    with captured() as statements:
        load_for(he, at=at)
        late_below(qin, at=at)
    assert statements == []
    with captured() as statements:
        assert len(reviews_of(he, at=at)) == 3
    assert len(statements) == 2
