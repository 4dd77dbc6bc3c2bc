"""Hearings: called with notice, moved, heard, recorded; the clock waits and runs on, and nobody loses anything."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.hearings import (
    call_hearing,
    cannot_come,
    end_hearing,
    move_hearing,
    record_hearing,
    remark_on_record,
)
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.hearings import CALLED as LAST_CALLED
from gongshi.cases.hearings import HELD as LAST_HELD
from gongshi.cases.hearings import OFF, history_of, is_ahead, is_called, last_told
from gongshi.cases.labels import HISTORY, history_words
from gongshi.cases.models import Case, Clock, DeskDraft, Filing, History, Message
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_for, read_case, read_openings
from gongshi.cases.texts import TextRefused
from gongshi.notifications.models import OutboxRow
from gongshi.rules.procedure import RefusedError
from gongshi.web.desk.words import HISTORY as DESK_HISTORY
from tests.casework import ANSWER, replayed
from tests.cast import Town, case_of, resident
from tests.clock import local
from tests.hearings import CALLED, HEARD, MINUTES, OUTCOME, call, called, in_re_review

pytestmark = pytest.mark.django_db


def due(case: Case, code: str) -> date:
    return Clock.objects.filter(case=case, code=code).latest("run").due_on


def told(case: Case, who: Any) -> list[tuple[str, str]]:
    read = read_case(case, key_for(case.id, who), internal=False)
    return [(one.kind, one.text) for one in read.messages]


def codes(case: Case, count: int) -> list[str]:
    return list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))[-count:]


def test_called_heard_recorded_and_its_time_is_not_counted(town: Town) -> None:
    filed, case = in_re_review(town)
    before = due(case, "re_review")
    gu = town.actor("gu")
    case = call_hearing(case, "hold_hearing", call(), actor=gu, at=CALLED)
    assert (case.stage, is_called(case), is_ahead(case)) == ("hearing", True, True)
    assert (due(case, "hearing"), due(case, "re_review"), case.due_on) == (date(2026, 4, 20), before, before)
    assert Clock.objects.get(case=case, code="re_review").paused_on is None
    with pytest.raises(RefusedError) as refused:
        end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=gu, at=HEARD - timedelta(days=1))
    assert refused.value.code == "hearing_ahead"
    run_clocks(local("2026-04-21 00:05"))
    case = case_of(filed)
    assert (case.stage, is_called(case), is_ahead(case)) == ("hearing_record", True, False)
    written = local("2026-04-22 10:00")
    case = end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=gu, at=written)
    assert (case.stage, is_called(case)) == ("re_review", False)
    assert (before, due(case, "re_review")) == (date(2026, 5, 6), date(2026, 5, 8))
    assert case.due_on == date(2026, 5, 8)
    notice, record = told(case, gu)
    assert notice == (
        "hearing",
        "日期：2026年4月20日\n时间：9:30\n地点：市信访局201室\n听什么：坑是谁挖的\n请谁来：道路所所长",
    )
    assert record == ("record", f"听证记录：{MINUTES}\n结果：{OUTCOME}")
    assert told(case, resident(filed)) == [notice, record], "the resident reads the same"
    replayed(case_of(filed))


def test_words_are_sealed_and_committed_to(town: Town) -> None:
    _, case = called(town)
    row = Message.objects.get(case=case, kind="hearing")
    assert "市信访局".encode() not in bytes(row.content)
    committed = History.objects.get(case=case, code="case.hearing_called").params
    openings = read_openings(case, key_for(case.id, town.actor("gu")))
    assert openings[committed["also"]][1]["parts"]["place"]
    assert openings[committed["words"]][1]["name"] == "听证通知书"
    plain = str([(one.code, one.params) for one in History.objects.filter(case=case)])
    assert "201室" not in plain
    assert "9:30" not in plain


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 4, 13), "date_short_notice"),
        (date(2026, 4, 6), "date_short_notice"),
        (date(2026, 5, 7), "date_after_hearing"),
    ],
)
def test_neither_too_soon_nor_when_its_time_is_over(town: Town, on: date, code: str) -> None:
    _, case = in_re_review(town)
    gu = town.actor("gu")
    with pytest.raises(RefusedError) as refused:
        call_hearing(case, "hold_hearing", call(on=on), actor=gu, at=CALLED)
    assert refused.value.code == code
    assert case.stage == "re_review"
    assert not Message.objects.filter(kind="hearing").exists()
    for day in (date(2026, 4, 14), date(2026, 5, 6)):
        _, other = in_re_review(town)
        assert is_called(call_hearing(other, "hold_hearing", call(on=day), actor=gu, at=CALLED))


def test_whoever_cannot_come_says_so_as_often_as_they_like_and_loses_nothing(town: Town) -> None:
    filed, case = called(town)
    lin, gu = resident(filed), town.actor("gu")
    moves = Case.objects.values("stage", "counts", "holder").get(pk=case.pk)
    clocks = list(Clock.objects.filter(case=case).values())
    cannot_come(case_of(filed), "那天要上班。", actor=lin, at=CALLED)
    cannot_come(case_of(filed), "", actor=lin, at=CALLED)
    assert codes(case, 2) == ["case.hearing_away"] * 2
    assert Case.objects.values("stage", "counts", "holder").get(pk=case.pk) == moves
    assert list(Clock.objects.filter(case=case).values()) == clocks
    fresh = move_hearing(case_of(filed), call(on=date(2026, 4, 28)), actor=gu, at=HEARD)
    assert [kind for kind, _ in told(fresh, gu)] == ["hearing", "away", "hearing"]
    assert due(fresh, "hearing") == date(2026, 4, 28)
    others = [row for row in Clock.objects.filter(case=case).values() if row["code"] != "hearing"]
    assert others == [row for row in clocks if row["code"] != "hearing"], "no time limit moves with it"
    assert "2026年4月28日" in told(fresh, lin)[-1][1]
    letters = read_case(fresh, key_for(case.id, gu), internal=False).letters
    assert [one.name for one in letters[-2:]] == ["听证通知书"] * 2
    assert ["日期：2026年4月20日" in one.text for one in letters[-2:]] == [True, False]
    assert "日期：2026年4月28日" in letters[-1].text
    replayed(case_of(filed))


def test_not_held_it_has_taken_nothing_and_a_late_record_gives_nothing(town: Town) -> None:
    filed, case = in_re_review(town)
    before, gu = due(case, "re_review"), town.actor("gu")
    call_hearing(case, "hold_hearing", call(), actor=gu, at=CALLED)
    run_clocks(local("2026-04-21 00:05"))
    run_clocks(local("2026-05-06 00:05"))
    case = case_of(filed)
    assert (case.stage, due(case, "re_review")) == ("re_review", before)
    with pytest.raises(RefusedError):
        move_hearing(case, call(on=date(2026, 5, 28)), actor=gu, at=local("2026-05-09 10:00"))
    with pytest.raises(RefusedError):
        cannot_come(case, "", actor=resident(filed), at=local("2026-05-09 10:00"))
    case = record_hearing(case, "没有开成。", "书面复核。", actor=gu, at=local("2026-05-09 10:00"))
    with pytest.raises(RefusedError):
        record_hearing(case, "又一次。", "同上。", actor=gu, at=local("2026-05-09 10:00"))
    assert [kind for kind, _ in told(case, gu)] == ["hearing", "record"]
    assert due(case, "re_review") == before
    replayed(case_of(filed))


def test_called_off_it_has_taken_nothing_and_needs_no_record(town: Town) -> None:
    filed, case = in_re_review(town)
    before, gu = due(case, "re_review"), town.actor("gu")
    case = call_hearing(case, "hold_hearing", call(), actor=gu, at=CALLED)
    with pytest.raises(RefusedError):
        make_move(case, "call_off", actor=gu, at=HEARD, params={"reason": " "})
    case = make_move(case, "call_off", actor=gu, at=HEARD, params={"reason": "道路所的人病了。"})
    assert (case.stage, due(case, "re_review"), last_told(history_of(case))) == ("re_review", before, OFF)
    with pytest.raises(RefusedError):
        record_hearing(case, MINUTES, OUTCOME, actor=gu, at=HEARD)
    replayed(case_of(filed))


def test_withdrawn_and_restored_the_hearing_stays_on_its_day_and_everybody_reads_so(town: Town) -> None:
    filed, case = called(town)
    Filing.objects.filter(pk=case.filing_id).update(notify="email")
    announced = due(case, "hearing")
    make_move(case_of(filed), "withdraw", actor=resident(filed), at=CALLED + timedelta(days=1))
    sent = OutboxRow.objects.filter(template="hearing").count()
    make_move(case_of(filed), "restore", actor=resident(filed), at=CALLED + timedelta(days=3))
    assert (case_of(filed).stage, due(case, "hearing")) == ("hearing", announced)
    assert OutboxRow.objects.filter(template="hearing").count() == sent + 1
    last = History.objects.filter(case=case).latest("seq")
    for table in (HISTORY, DESK_HISTORY):
        words = history_words(last.code, last.params, table)
        assert (f"{announced.month}月{announced.day}日" in words["zh"], "stays on" in words["en"]) == (
            True,
            True,
        )
    over = history_words(last.code, {**last.params, "on": "2026-12-31"})
    assert "已经过了" in over["zh"]
    replayed(case_of(filed))


def test_a_day_that_passed_while_it_was_withdrawn_is_called_again_and_everybody_reads_so(town: Town) -> None:
    filed, case = called(town)
    lin, gu = resident(filed), town.actor("gu")
    make_move(case, "withdraw", actor=lin, at=local("2026-04-18 10:00"))
    make_move(case_of(filed), "restore", actor=lin, at=local("2026-04-23 10:00"))
    told_so = History.objects.filter(case=case).latest("seq")
    for table in (HISTORY, DESK_HISTORY):
        words = history_words(told_so.code, told_so.params, table)
        assert ("重新安排" in words["zh"], "called again" in words["en"]) == (True, True)
    make_move(
        case_of(filed), "call_off", actor=gu, at=local("2026-04-24 10:00"), params={"reason": "那天撤回了。"}
    )
    case = case_of(filed)
    assert last_told(history_of(case)) == OFF
    case = call_hearing(
        case, "hold_hearing", call(on=date(2026, 5, 6)), actor=gu, at=local("2026-04-24 11:00")
    )
    assert (is_ahead(case), last_told(history_of(case))) == (True, LAST_CALLED)
    case = end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=gu, at=local("2026-05-06 16:00"))
    assert last_told(history_of(case)) == LAST_HELD
    with pytest.raises(RefusedError) as refused:
        call_hearing(case, "hold_hearing", call(on=date(2026, 5, 9)), actor=gu, at=local("2026-04-24 11:00"))
    assert refused.value.code == "limit_reached"
    replayed(case_of(filed))


def test_no_record_is_added_after_the_decision(town: Town) -> None:
    filed, _ = called(town)
    run_clocks(local("2026-04-21 00:05"))
    run_clocks(local("2026-05-06 00:05"))
    at = local("2026-05-06 10:00")
    send_answer(case_of(filed), "final_answer", ANSWER, actor=town.actor("gu"), at=at)
    with pytest.raises(RefusedError) as refused:
        record_hearing(case_of(filed), MINUTES, OUTCOME, actor=town.actor("gu"), at=at)
    assert refused.value.code == "no_hearing"
    assert not Message.objects.filter(kind="record").exists()


def test_the_resident_remarks_on_the_record_and_nobody_changes_it(town: Town) -> None:
    filed, case = called(town)
    lin = resident(filed)
    with pytest.raises(RefusedError):
        remark_on_record(case, "不对。", actor=lin, at=HEARD)
    end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=town.actor("gu"), at=HEARD)
    with pytest.raises(TextRefused):
        remark_on_record(case_of(filed), " ", actor=lin, at=HEARD)
    remark_on_record(case_of(filed), "我没有说过“可以”。", actor=lin, at=HEARD)
    remark_on_record(case_of(filed), "照片也没有写。", actor=lin, at=HEARD)
    assert [kind for kind, _ in told(case, lin)] == ["hearing", "record", "remark", "remark"]
    assert codes(case, 2) == ["case.hearing_remarked"] * 2


@pytest.mark.parametrize("name", ["zhou", "qin", "ma"])
def test_only_the_level_that_re_reviews_calls_moves_and_records(town: Town, name: str) -> None:
    filed, case = called(town)
    other = town.actor(name)
    with pytest.raises(RefusedError):
        move_hearing(case, call(on=date(2026, 4, 28)), actor=other, at=CALLED)
    with pytest.raises(RefusedError):
        end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=other, at=HEARD)
    end_hearing(case_of(filed), "end_hearing", MINUTES, OUTCOME, actor=town.actor("gu"), at=HEARD)
    with pytest.raises(RefusedError):
        record_hearing(case_of(filed), MINUTES, OUTCOME, actor=other, at=HEARD)


def test_nobody_else_says_that_they_cannot_come(town: Town) -> None:
    _, case = called(town)
    other, _ = called(town)
    with pytest.raises(NotFound):
        cannot_come(case, "", actor=resident(other), at=CALLED)


def test_who_comes_second_is_told(town: Town) -> None:
    filed, case = called(town)
    seen = case.seq
    cannot_come(case_of(filed), "", actor=resident(filed), at=CALLED)
    with pytest.raises(Changed):
        move_hearing(case_of(filed), call(on=date(2026, 4, 28)), actor=town.actor("gu"), at=CALLED, seen=seen)


def undone(town: Town, case: Case, at: datetime) -> None:
    fresh = Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)
    undo_last(fresh, actor=town.actor("gu"), at=at)


def test_a_wrong_press_is_undone_and_its_words_come_back_as_a_draft(town: Town) -> None:
    filed, case = called(town)
    undone(town, case, CALLED + timedelta(seconds=60))
    case = case_of(filed)
    assert (case.stage, told(case, town.actor("gu"))) == ("re_review", [])
    assert DeskDraft.objects.get(case=case).form == "move-hold_hearing"
    case = call_hearing(case, "hold_hearing", call(), actor=town.actor("gu"), at=CALLED + timedelta(hours=1))
    case = end_hearing(case, "end_hearing", MINUTES, OUTCOME, actor=town.actor("gu"), at=HEARD)
    undone(town, case, HEARD + timedelta(seconds=60))
    assert is_called(case_of(filed))
    assert [kind for kind, _ in told(case, town.actor("gu"))] == ["hearing"]
    replayed(case_of(filed))


def test_staff_end_no_hearing_without_a_record(town: Town) -> None:
    _, case = called(town)
    with pytest.raises(TextRefused):
        end_hearing(case, "end_hearing", MINUTES, " ", actor=town.actor("gu"), at=HEARD)
    assert is_called(case)
