"""Undoing a step: until its notice has left, exactly as it was, one more entry, and never a day gained by it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.actors import StaffActor
from gongshi.cases.actions.answers import NewAnswer, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, ask_resident, write_note
from gongshi.cases.actions.desk_drafts import discard_draft, keep_draft
from gongshi.cases.actions.handlers import name_handler
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.undoing import forget_undo, undo_last
from gongshi.cases.changing import COLUMNS, Changed
from gongshi.cases.drafts import Contact
from gongshi.cases.models import Answer, Case, Clock, History, JointOffice, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.undo_points import case_to_undo
from gongshi.figures.queries import answer_tallies
from gongshi.notifications.jobs import deliver
from gongshi.notifications.models import OutboxRow
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.models import Leaf
from tests.casework import ANSWER, accepted, replayed
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
AT = local("2026-03-04 16:00")
SOON = AT + timedelta(seconds=100)
PROMISE = NewAnswer(
    "will_do", "已看。", date(2026, 3, 3), "下周补。", "道路所", by_on=date(2026, 3, 20), by_whom="养护队"
)


def fresh(case: Case) -> Case:
    """The case as whoever opens its page has it."""
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def picture_of(case: Case) -> dict[str, Any]:
    """All that a step can change."""
    columns = {name: getattr(fresh(case), name) for name in COLUMNS if name not in ("seq", "first_starts")}
    clocks = list(Clock.objects.filter(case=case).order_by("code", "run").values())
    joint = list(JointOffice.objects.filter(case=case, until_on=None).values_list("office"))
    return {**columns, "clocks": clocks, "joint": joint}


def step(case: Case, name: str, town: Town, actor: StaffActor, at: datetime) -> None:
    """One of the steps, by name."""
    office = {"office": town.offices["water"].id, "reason": "归水务管"}
    if name == "answer":
        send_answer(case, "answer", ANSWER, actor=actor, at=at)
    elif name == "promise":
        send_answer(case, "promise", PROMISE, actor=actor, at=at)
    elif name == "ask":
        ask_resident(case, "ask", "坑在桥的哪一头？", actor=actor, at=at)
    elif name == "name":
        name_handler(case, town.staff["he"].id, actor=town.actor("he"), at=at)
    else:
        params = {"extend": {"reason": "等料"}, "accept": {}}.get(name, office)
        make_move(case, name, actor=actor, at=at, params=params)


@pytest.mark.parametrize(
    "name", ["accept", "hand_over", "invite_office", "ask", "extend", "answer", "promise", "name"]
)
def test_every_step_of_staff_is_undone_exactly(town: Town, name: str) -> None:
    early = name in ("accept", "hand_over")
    case = case_of(lin_files(town)[0]) if early else accepted(town)[1]
    before, leaves, seq = picture_of(case), Leaf.objects.count(), case.seq
    step(case, name, town, town.actor("zhou"), AT)
    assert picture_of(case) != before
    who = town.actor("he" if name == "name" else "zhou")
    done = undo_last(fresh(case), actor=who, at=SOON)
    assert picture_of(done) == before
    entries = History.objects.filter(case=case, seq__gt=seq).order_by("seq")
    assert [row.code for row in entries][-1] == "move.undone"
    assert entries.count() == 2
    # Each entry has its own leaf in the ledger: the step's is not taken away.
    assert Leaf.objects.count() == leaves + 2
    replayed(fresh(case))


def test_an_undone_answer_is_no_answer_and_comes_back_as_a_draft(town: Town) -> None:
    case = accepted(town)[1]
    send_answer(case, "promise", PROMISE, actor=town.actor("zhou"), at=AT)
    undo_last(fresh(case), actor=town.actor("he"), at=SOON)
    read = open_content(fresh(case), town.actor("zhou"), why="assignment", at=SOON)
    assert read.answers == []
    draft = read.drafts["answer"].texts
    assert (draft["decided"], draft["by_on"], draft["decision"]) == ("下周补。", "2026-03-20", "will_do")
    send_answer(fresh(case), "answer", ANSWER, actor=town.actor("zhou"), at=SOON)
    standing = Answer.objects.get(case=case, undone_at=None)
    assert (standing.number, Answer.objects.filter(case=case).count()) == (1, 2)
    tally = answer_tallies(date(2026, 3, 1), date(2026, 4, 1), on=date(2026, 4, 1))
    assert [(one.cases, one.promised) for one in tally.values()] == [(1, 0)]


def test_undone_words_stand_beside_a_draft_begun_since(town: Town) -> None:
    """Never lost, never over what is being written; a second time behind the first."""
    case, who = accepted(town)[1], town.actor("zhou")
    newer = {"decided": "另起一份。", "decision": "done"}
    for n, text in enumerate(("先补一半。", "再补一半。")):
        at = AT + timedelta(minutes=n)
        send_answer(fresh(case), "promise", replace(PROMISE, decided=text), actor=who, at=at)
        keep_draft(fresh(case), "answer", newer, page="a" * 16, seen=n, actor=who, at=at)
        undo_last(fresh(case), actor=town.actor("he"), at=at)
    read = open_content(fresh(case), who, why="assignment", at=SOON)
    assert read.drafts["answer"].texts == newer
    back = read.drafts["back-answer"].texts
    assert back["decided"] == "先补一半。\n\n再补一半。"
    assert not {"decision", "by_on", "found_on"} & set(back)
    discard_draft(
        fresh(case), "back-answer", page=read.drafts["back-answer"].page, seen=0, actor=who, at=SOON
    )
    send_answer(fresh(case), "promise", PROMISE, actor=who, at=SOON)
    undo_last(fresh(case), actor=who, at=SOON)
    again = open_content(fresh(case), who, why="assignment", at=SOON)
    assert again.drafts["back-answer"].texts["decided"] == "下周补。"


def test_a_question_comes_back_as_a_draft(town: Town) -> None:
    case = accepted(town)[1]
    step(case, "ask", town, town.actor("zhou"), AT)
    undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)
    read = open_content(fresh(case), town.actor("zhou"), why="assignment", at=SOON)
    assert read.messages == []
    assert read.drafts["move-ask"].texts == {"question": "坑在桥的哪一头？"}


def test_a_hand_over_comes_back_to_whoever_no_longer_sees_it(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    step(case, "hand_over", town, town.actor("zhou"), AT)
    reference = case.filing.reference
    for name in ("ma", "su"):
        with pytest.raises(NotFound):
            case_to_undo(town.actor(name), reference, 1)
    with pytest.raises(RefusedError):
        undo_last(fresh(case), actor=town.actor("ma"), at=SOON)
    undo_last(case_to_undo(town.actor("zhou"), reference, 1), actor=town.actor("zhou"), at=SOON)
    read = open_content(fresh(case), town.actor("zhou"), why="assignment", at=SOON)
    water = str(town.offices["water"].id)
    assert read.drafts["move-hand_over"].texts == {"office": water, "reason": "归水务管"}


def notified(town: Town) -> Case:
    filed, _ = lin_files(town, contact=Contact(email="lin@example.org", notify="email"))
    OutboxRow.objects.all().delete()
    return make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=AT)


def test_the_notice_waits_and_is_never_sent_once_undone(town: Town) -> None:
    case = notified(town)
    assert not deliver("w", SOON)
    undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)
    assert not deliver("w", AT + timedelta(hours=1))
    row = OutboxRow.objects.get()
    assert (row.state, row.last_error) == ("dropped", "undone")


def test_what_a_worker_has_taken_is_not_undone(town: Town) -> None:
    """Its clock runs ahead of the desk's: the row decides, not the time."""
    case = notified(town)
    before = picture_of(case)
    assert deliver("w", AT + timedelta(seconds=121))
    with pytest.raises(RefusedError) as refused:
        undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)
    assert refused.value.code == "undo_over"
    assert picture_of(case) == before
    assert not History.objects.filter(case=case, code="move.undone").exists()


@pytest.mark.parametrize("seconds", [120, 3600])
def test_later_it_cannot_be_undone(town: Town, seconds: int) -> None:
    case = case_of(lin_files(town)[0])
    step(case, "accept", town, town.actor("zhou"), AT)
    with pytest.raises(RefusedError):
        undo_last(fresh(case), actor=town.actor("zhou"), at=AT + timedelta(seconds=seconds))
    assert forget_undo(AT + timedelta(seconds=seconds)) == 1
    assert not UndoPoint.objects.exists()


def test_what_the_resident_added_since_ends_it_and_a_note_does_not(town: Town) -> None:
    filed, case = accepted(town)
    step(case, "ask", town, town.actor("zhou"), AT)
    write_note(fresh(case), "问过了。", actor=town.actor("zhou"), at=AT)
    undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)
    replayed(fresh(case))
    step(fresh(case), "ask", town, town.actor("zhou"), AT)
    add_to_case(case_of(filed), "在东头。", actor=resident(filed), at=AT)
    with pytest.raises(RefusedError) as refused:
        undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)
    assert refused.value.code == "undo_not_last"


def test_only_the_last_step_and_not_twice(town: Town) -> None:
    case = accepted(town)[1]
    step(case, "extend", town, town.actor("zhou"), AT)
    step(case, "ask", town, town.actor("zhou"), AT)
    once, twice = fresh(case), fresh(case)
    undo_last(once, actor=town.actor("zhou"), at=SOON)
    with pytest.raises((RefusedError, Changed)):
        undo_last(twice, actor=town.actor("he"), at=SOON)
    with pytest.raises(RefusedError):
        undo_last(fresh(case), actor=town.actor("zhou"), at=SOON)


def test_a_residents_own_move_and_a_clocks_are_never_undone(town: Town) -> None:
    filed, _ = lin_files(town)
    case = make_move(case_of(filed), "escalate", actor=resident(filed), at=AT)
    assert not UndoPoint.objects.exists()
    with pytest.raises(RefusedError):
        undo_last(fresh(case), actor=town.actor("qin"), at=AT)
    run_clocks(local("2026-03-20 00:01"))
    assert not UndoPoint.objects.exists()


def test_undoing_and_doing_again_gains_no_day(town: Town) -> None:
    """Told what to do a minute to midnight, undone, told again in the morning: time began the day before."""
    filed, _ = lin_files(town)
    case = make_move(case_of(filed), "escalate", actor=resident(filed), at=NOW)
    qin, late = town.actor("qin"), local("2026-03-04 23:59")
    first = directed(case, qin, late)
    undo_last(fresh(case), actor=qin, at=late + timedelta(seconds=90))
    assert not Clock.objects.filter(case=case, code="instruction").exists()
    assert directed(fresh(case), qin, late + timedelta(hours=10)) == first
    replayed(fresh(case))


def directed(case: Case, actor: StaffActor, at: datetime) -> dict[str, Any]:
    make_move(case, "direct", actor=actor, at=at, params={"instruction": "补好。"})
    return Clock.objects.values("run", "started_on", "due_on", "warn_on").get(case=case, code="instruction")


def test_a_sealed_case_that_went_elsewhere_stays_there(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "quarrel"))
    case = case_of(filed)
    assert case.kind == "dispute"
    step(case, "hand_over", town, town.actor("zhou"), AT)
    assert not UndoPoint.objects.exists()
    assert UUID(str(case.office_id)) == town.offices["water"].id


def test_a_page_that_is_read_costs_no_statement_for_it(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    step(case, "accept", town, town.actor("zhou"), AT)
    with CaptureQueriesContext(connection) as made:
        assert fresh(case).undo_point.move == "accept"
    assert len(made) == 1
