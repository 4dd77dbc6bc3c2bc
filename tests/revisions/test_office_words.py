"""Templates, phrases and answer pages among the settings: kept with who and why, and undone, whoever changed them."""

from datetime import date
from typing import Any

import pytest

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Office, Staff
from gongshi.accounts.queries import actors_for
from gongshi.accounts.rights import NotAllowed
from gongshi.bulletin.actions.pages import publish_page, write_page
from gongshi.bulletin.actions.prepared import withdraw_prepared, write_prepared
from gongshi.bulletin.drafts import PageDraft
from gongshi.bulletin.models import Page, PageRevision, Prepared, PreparedRevision
from gongshi.bulletin.prepared import PreparedDraft
from gongshi.bulletin.queries import pages_shown
from gongshi.revisions.actions import (
    Edit,
    SettingsChanged,
    SettingsRefused,
    change_settings,
    edits_to_undo,
    noted,
)
from gongshi.revisions.models import Revision
from gongshi.revisions.queries import change_of, changes_of, in_force
from gongshi.words import pair
from tests.revisions.conftest import APRIL
from tests.revisions.test_changes import change, edit, newest, undo

pytestmark = pytest.mark.django_db
THANKS = PreparedDraft("phrase", {"name": pair("谢谢", "Thanks"), "text": pair("谢谢您。", "Thank you.")})
PAGE: dict[str, Any] = {
    "question": pair("几点开门？", "When are you open?"),
    "answer": pair("九点。", "At nine."),
    "review_by": date(2027, 1, 1),
}


@pytest.fixture
def bo(ada: StaffActor) -> StaffActor:
    """The lead of the west office."""
    return actor_in("west-office")


def actor_in(office: str, login: str = "bo") -> StaffActor:
    staff = Staff.objects.get(username=login)
    office_id = Office.objects.get(code=office).id
    return next(one for one in actors_for(staff) if one.office_id == office_id)


def wrote(actor: StaffActor, prepared: Prepared | None = None, why: str = "", **words: Any) -> Prepared:
    """What an officer keeps ready, through the door that notes it."""
    draft = PreparedDraft("phrase", {**THANKS.words, **words})
    seen = prepared.number if prepared else 0
    write = lambda: write_prepared(prepared, draft, seen=seen, actor=actor, at=APRIL)  # noqa: E731
    return noted(prepared, write, why=why, actor=actor, at=APRIL)


def words_now(prepared: Prepared) -> Any:
    prepared.refresh_from_db()
    return prepared.revisions.get(number=prepared.number).text


def test_an_administrator_changes_a_template(ada: StaffActor) -> None:
    before = in_force().row("answer", "lamp-mended")
    change(ada, edit("answer", "lamp-mended", decided=pair("补好了。", "It is filled.")))
    (row,) = newest()
    assert (row.kind, row.code, row.by_id, row.why) == ("answer", "lamp-mended", ada.staff_id, "镇政府决定")
    last = PreparedRevision.objects.order_by("-number").filter(prepared__code="lamp-mended")[0]
    assert (last.by_id, last.decided["en"]) == (ada.staff_id, "It is filled.")
    undo(ada, row.number)
    assert in_force().row("answer", "lamp-mended") == before


def test_what_is_no_longer_offered_is_brought_back(ada: StaffActor) -> None:
    change(ada, Edit("phrase", "reopen", None))
    assert Prepared.objects.get(code="reopen").withdrawn
    (row,) = newest()
    assert row.after is None
    undo(ada, row.number)
    assert not Prepared.objects.get(code="reopen").withdrawn
    assert in_force().row("phrase", "reopen") is not None


def test_a_new_one_is_undone_by_offering_it_no_longer(ada: StaffActor) -> None:
    new = {
        "code": "wait",
        "office": "hall",
        "name": pair("等", "Wait"),
        "text": pair("请等。", "Please wait."),
    }
    change(ada, Edit("phrase", "wait", {"data": new}))
    undo(ada, newest()[0].number)
    assert Prepared.objects.get(code="wait").withdrawn


def test_what_an_office_writes_stands_in_the_history(bo: StaffActor, ada: StaffActor) -> None:
    prepared = wrote(bo)
    wrote(bo, prepared, why="口气太硬 ", text=pair("多谢您。", "Many thanks."))
    first, second = Revision.objects.filter(code=prepared.code).order_by("number")
    assert (first.before, first.why, first.by_id) == (None, "", bo.staff_id)
    assert (second.before, second.why) == (first.after, "口气太硬")
    undo(ada, second.number)
    assert words_now(prepared)["en"] == "Thank you."


def test_an_office_takes_its_own_change_back(bo: StaffActor) -> None:
    prepared = wrote(bo)
    wrote(bo, prepared, text=pair("多谢您。", "Many thanks."))
    (last, _first) = changes_of("phrase", prepared.code)
    assert last.may_be_undone
    done = change_of("phrase", prepared.code, last.row.number)
    assert done is not None
    change_settings(
        edits_to_undo(done),
        seen=in_force().number,
        why="还是原来的好",
        actor=bo,
        at=APRIL,
        undoes=done.number,
    )
    assert words_now(prepared)["en"] == "Thank you."
    again = changes_of("phrase", prepared.code)
    assert [(one.undone_by, one.may_be_undone) for one in again] == [
        (None, True),
        (again[0].row.number, False),
        (None, False),
    ]


def test_nobody_else_takes_it_back(bo: StaffActor, ada: StaffActor) -> None:
    """Not a handler of the office, and not another office's lead; nor does a lead change what is an administrator's."""
    prepared = wrote(bo)
    wrote(bo, prepared, text=pair("多谢您。", "Many thanks."))
    edits = edits_to_undo(change_of("phrase", prepared.code, newest()[0].number))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        change(actor_in("east-office"), *edits)
    for wanted in (
        [edit("phrase", "reopen", text=pair("啊", "Ah"))],
        [edit("office", "hall", phone="1")],
        [],
    ):
        with pytest.raises(NotAllowed):
            change(bo, *wanted)
    (moved,) = [
        Edit(one.kind, one.code, {"data": {**one.kept["data"], "office": "hall"}})
        for one in edits
        if one.kept
    ]
    with pytest.raises(NotAllowed):
        change(bo, moved)


def test_the_same_words_are_no_change(bo: StaffActor) -> None:
    prepared = wrote(bo)
    wrote(bo, prepared)
    assert Revision.objects.filter(code=prepared.code).count() == 1
    with pytest.raises(SettingsRefused, match="too_long"):
        wrote(bo, prepared, why="x" * 301, text=pair("多谢您。", "Many thanks."))
    assert words_now(prepared)["en"] == "Thank you."


def test_whoever_was_slower_with_the_same_words_is_told_so(bo: StaffActor, ada: StaffActor) -> None:
    """Other words of other offices are nothing to them: offices write every day."""
    seen = in_force().number
    wrote(bo)
    change(ada, edit("phrase", "reopen", text=pair("啊", "Ah")), seen=seen)
    with pytest.raises(SettingsChanged):
        change(ada, edit("phrase", "reopen", text=pair("哦", "Oh")), seen=seen)


def published(actor: StaffActor, page: Page | None = None, **words: Any) -> Page:
    """A page written and shown, through the door that notes it."""
    draft = PageDraft(**{**PAGE, **words})
    seen = page.number if page else 0
    write = lambda: write_page(page, draft, seen=seen, actor=actor, at=APRIL)  # noqa: E731
    page = noted(page, write, why="", actor=actor, at=APRIL)
    shown = page
    publish = lambda: publish_page(shown, seen=shown.number, actor=actor, at=APRIL)  # noqa: E731
    return noted(page, publish, why="时间改了", actor=actor, at=APRIL)


def shown_answer(page: Page) -> Any:
    found = pages_shown().filter(page=page).first()
    return found.answer["en"] if found else None


def test_a_page_is_undone_to_what_residents_read_before(bo: StaffActor) -> None:
    page = published(bo)
    published(bo, page, answer=pair("十点。", "At ten."))
    assert [(one.row.why, one.row.by_id) for one in changes_of("page", page.code)] == [
        ("时间改了", bo.staff_id)
    ] * 2
    for expected in ("At nine.", "At ten.", "At nine."):
        done = change_of("page", page.code, newest()[0].number)
        assert done is not None
        change(bo, *edits_to_undo(done), undoes=done.number)
        assert shown_answer(page) == expected
    assert PageRevision.objects.filter(page=page).order_by("-number")[0].by_id == bo.staff_id


def test_a_first_page_is_undone_by_withdrawing_it(bo: StaffActor) -> None:
    page = published(bo)
    done = change_of("page", page.code, newest()[0].number)
    assert done is not None
    change(bo, *edits_to_undo(done), undoes=done.number)
    assert shown_answer(page) is None
    back = change_of("page", page.code, newest()[0].number)
    assert back is not None
    change(bo, *edits_to_undo(back), undoes=back.number)
    assert shown_answer(page) == "At nine."
    assert in_force().row("page", page.code) is not None


def test_with_an_office_its_words_come_back(bo: StaffActor, ada: StaffActor) -> None:
    """What the office wrote since stays where it is."""
    one, other = wrote(bo), wrote(bo, name=pair("另一句", "Another"))
    handed = [
        Edit("phrase", row.code, {"data": {**in_force().row("phrase", row.code), "office": "hall"}})  # type: ignore[dict-item]
        for row in (one, other)
    ]
    change(ada, edit("office", "hall", phone="0000-9"), *handed)
    number = newest()[0].number
    mei = actor_in("hall", "mei.lin")
    other.refresh_from_db()
    wrote(mei, other, name=pair("另一句", "Another"), text=pair("新的。", "New."))
    undo(ada, number)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.office.code, other.office.code) == ("west-office", "hall")


def test_withdrawing_is_noted(bo: StaffActor) -> None:
    prepared = wrote(bo)
    withdraw = lambda: withdraw_prepared(prepared, seen=1, actor=bo, at=APRIL)  # noqa: E731
    noted(prepared, withdraw, why="没人用", actor=bo, at=APRIL)
    (row,) = newest()
    assert (row.after, row.why) == (None, "没人用")
