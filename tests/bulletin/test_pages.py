"""Writing, publishing and withdrawing answer pages; who may, who must not, and what stays of each change."""

from datetime import date, timedelta
from typing import Any

import pytest

from gongshi.accounts.rights import NotAllowed
from gongshi.bulletin.actions.pages import (
    PageChanged,
    count_answered,
    publish_page,
    withdraw_page,
    write_page,
)
from gongshi.bulletin.drafts import Fault, PageRefused
from gongshi.bulletin.models import Page, PageMonth, PageRevision, PageToken
from gongshi.bulletin.queries import (
    PageNotFound,
    answered_since,
    page_of,
    page_shown,
    pages_of,
    pages_shown,
    pages_to_review,
)
from gongshi.places.snapshots import forget
from gongshi.words import pair
from tests.bulletin.pages import draft, show, write
from tests.cast import NOW, Town

pytestmark = pytest.mark.django_db


def history(page: Page) -> list[tuple[int, str, str | None]]:
    rows = page.revisions.order_by("number").values_list("number", "change", "by__username")
    return list(rows)


def test_a_handler_writes_and_the_lead_publishes(town: Town) -> None:
    page = write(town)
    assert list(pages_shown()) == []
    publish_page(page, seen=1, actor=town.actor("he"), at=NOW)
    shown = page_shown(page.code)
    assert (shown.question["zh"], shown.page.office_id) == (
        "孩子刚出生，怎么上户口？",
        town.offices["roads"].id,
    )
    assert history(page) == [(1, "written", "zhou"), (2, "published", "he")]
    assert page.code.startswith("how-do-i-register-a-newborn-child-")


def test_new_words_wait_until_they_are_published(town: Town) -> None:
    page = show(town)
    newer = draft(answer=pair("到社区办理。", "At the community office."))
    write_page(page, newer, seen=2, actor=town.actor("zhou"), at=NOW)
    assert page_shown(page.code).answer["zh"] == "到派出所办理，当场办好。"
    publish_page(page, seen=3, actor=town.actor("he"), at=NOW)
    assert page_shown(page.code).answer["zh"] == "到社区办理。"
    assert [change for _, change, _ in history(page)] == ["written", "published", "written", "published"]


def test_a_withdrawn_page_is_gone_and_its_words_stay(town: Town) -> None:
    page = show(town)
    withdraw_page(page, seen=2, actor=town.actor("zhou"), at=NOW)
    with pytest.raises(PageNotFound):
        page_shown(page.code)
    assert not PageToken.objects.exists()
    assert history(page)[-1] == (3, "withdrawn", "zhou")
    publish_page(page, seen=3, actor=town.actor("he"), at=NOW)
    assert page_shown(page.code).answer["zh"] == "到派出所办理，当场办好。"


@pytest.mark.parametrize(
    ("name", "right"),
    [("zhou", "page.publish"), ("tang", "page.publish"), ("qin", None), ("su", "page.publish")],
)
def test_who_may_publish(town: Town, name: str, right: str | None) -> None:
    page = show(town, "qin")
    if right is None:
        publish_page(page, seen=2, actor=town.actor(name), at=NOW)
        return
    with pytest.raises(NotAllowed) as refused:
        publish_page(page, seen=2, actor=town.actor(name), at=NOW)
    assert refused.value.right == right


def test_a_reviewer_of_public_copies_writes_no_pages(town: Town) -> None:
    with pytest.raises(NotAllowed):
        write(town, "su")
    assert list(pages_of(town.actor("su"), at=NOW)) == []


def test_another_office_does_not_know_the_page(town: Town) -> None:
    page, ma = show(town), town.actor("ma")
    for attempt in (
        lambda: write_page(page, draft(), seen=2, actor=ma, at=NOW),
        lambda: publish_page(page, seen=2, actor=ma, at=NOW),
        lambda: withdraw_page(page, seen=2, actor=ma, at=NOW),
        lambda: page_of(page.code, ma),
        lambda: page_of("no-such-page", town.actor("he")),
    ):
        with pytest.raises(PageNotFound):
            attempt()
    assert list(pages_of(ma, at=NOW)) == []
    assert history(page)[-1][0] == 2


def test_who_comes_second_changes_nothing(town: Town) -> None:
    page = write(town)
    stale = Page.objects.get(pk=page.pk)
    publish_page(page, seen=1, actor=town.actor("he"), at=NOW)
    for attempt in (
        lambda: write_page(stale, draft(), seen=1, actor=town.actor("zhou"), at=NOW),
        lambda: withdraw_page(stale, seen=1, actor=town.actor("zhou"), at=NOW),
        lambda: publish_page(stale, seen=1, actor=town.actor("he"), at=NOW),
    ):
        with pytest.raises(PageChanged):
            attempt()
    assert PageRevision.objects.count() == 2
    assert PageToken.objects.exists()
    assert page_shown(page.code).number == 2


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"answer": {}}, [("answer", "zh", "needed"), ("answer", "en", "needed")]),
        ({"answer": pair("到派出所。", " ")}, [("answer", "en", "needed")]),
        ({"fee": {"en": "Free"}}, [("fee", "zh", "needed")]),
        ({"review_by": None}, [("review_by", "", "needed")]),
        ({"review_by": date(2026, 3, 1)}, [("review_by", "", "past")]),
    ],
)
def test_what_is_not_whole_stays_a_draft(
    town: Town, changed: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    page = write(town, **changed)
    with pytest.raises(PageRefused) as refused:
        publish_page(page, seen=1, actor=town.actor("he"), at=NOW)
    assert refused.value.faults == [Fault(*fault) for fault in faults]
    assert history(page) == [(1, "written", "zhou")]


def test_a_page_may_be_shown_on_its_last_day(town: Town) -> None:
    show(town, review_by=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"question": {}}, Fault("question", "zh", "needed")),
        ({"question": pair("问" * 201, "Q")}, Fault("question", "zh", "too_long")),
        ({"answer": pair("答", "a\x00")}, Fault("answer", "en", "unreadable")),
    ],
)
def test_what_cannot_be_kept_is_refused(town: Town, changed: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(PageRefused) as refused:
        write(town, **changed)
    assert refused.value.faults == [fault]
    assert not Page.objects.exists()


def test_pages_past_their_day_come_first_and_are_counted(town: Town) -> None:
    soon = show(town, review_by=date(2026, 3, 10))
    later = show(town, review_by=date(2026, 12, 1))
    draft_page = write(town, review_by=date(2026, 3, 3))
    he = town.actor("he")
    assert [page.code for page in pages_of(he, at=NOW)] == [draft_page.code, soon.code, later.code]
    assert pages_to_review(he, at=NOW) == 0
    after = NOW + timedelta(days=9)
    assert [page.code for page in pages_of(he, at=after)] == [soon.code, draft_page.code, later.code]
    assert pages_to_review(he, at=after) == 1
    assert pages_to_review(town.actor("ma"), at=after) == 0


def test_pages_of_a_retired_office_are_shown_no_more(town: Town) -> None:
    page = show(town)
    office = town.offices["roads"]
    office.valid_to = date(2026, 3, 2)
    office.save()
    forget()
    with pytest.raises(PageNotFound):
        page_shown(page.code)


def test_only_a_number_is_kept_of_who_was_answered(town: Town) -> None:
    page, other = show(town), show(town)
    for days in (0, 1, 40):
        count_answered(page, at=NOW + timedelta(days=days))
    rows = PageMonth.objects.order_by("month").values_list("page", "month", "answered")
    assert list(rows) == [(page.id, date(2026, 3, 1), 2), (page.id, date(2026, 4, 1), 1)]
    assert answered_since([page, other], date(2026, 4, 1)) == {page.id: 1, other.id: 0}


def test_areas_and_categories_are_of_this_place(town: Town) -> None:
    area, category = town.areas["east-grid"].id, town.categories["how-to"].id
    page = show(town, areas=(area,), category=category)
    assert [one.code for one in page_shown(page.code).page.areas.all()] == ["east-grid"]
    for wrong in ({"areas": (category,)}, {"category": area}):
        with pytest.raises(PageNotFound):
            write(town, **wrong)
