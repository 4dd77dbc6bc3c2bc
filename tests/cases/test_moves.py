"""From received to confirmed, and everything on the way: who may, what it leaves behind, what time does."""

from datetime import date

import pytest

from gongshi.cases import engine
from gongshi.cases.actions.answers import AnswerIncomplete, NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.supervision import decide
from gongshi.cases.models import Case, Clock, History, Supervision
from gongshi.cases.queries import NotFound, case_by_reference, cases_visible_to
from gongshi.cases.reading import key_of, read_case
from gongshi.rules.procedure import Entry, RefusedError, replay
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db

ANSWER = NewAnswer("done", "3月3日到现场看了，坑深十厘米。", date(2026, 3, 3), "已补好。", "道路所 0000-1")


def replayed(case: Case) -> None:
    """The stored history, folded from nothing, is the state in the columns and clocks."""
    rows = History.objects.filter(case=case).order_by("seq")
    state = replay(engine.procedure_of(case), [Entry(row.code, row.by, row.params) for row in rows])
    fresh = Case.objects.select_related("promise").get(pk=case.pk)
    stored = engine.state_of(fresh, Clock.objects.filter(case=case))
    assert state == stored
    assert [row.seq for row in rows] == list(range(1, fresh.seq + 1))


def accepted(town: Town, **extra: object) -> Case:
    filed, _ = lin_files(town, **extra)  # type: ignore[arg-type]
    return make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=local("2026-03-02 10:00"))


def test_the_whole_way_to_confirmed(town: Town) -> None:
    filed, _ = lin_files(town)
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=local("2026-03-02 10:00"))
    assert case.handler == town.staff["zhou"]
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    assert (case.stage, case.holder, case.on_time) == ("answered", "resident", True)
    verdict = Verdict(points_answered=True, promise_kept=None, words="补得很平。")
    give_verdict(case, "confirm", verdict, actor=resident(filed), at=local("2026-03-05 20:00"))
    fresh = case_of(filed)
    assert (fresh.stage, fresh.outcome, str(fresh.closed_on)) == ("confirmed", "confirmed", "2026-03-05")
    read = read_case(fresh, key_of(fresh.id), internal=False)
    assert read.answers[0].verdict == "补得很平。"
    assert read.answers[0].letter["routes"][0]["code"] == "higher-level"
    replayed(fresh)


def test_an_answer_with_a_part_left_out_does_not_go(town: Town) -> None:
    case = accepted(town)
    incomplete = NewAnswer("will_do", "看了。", date(2026, 3, 3), "  ", "道路所")
    with pytest.raises(AnswerIncomplete) as refusal:
        send_answer(case, "promise", incomplete, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    assert refusal.value.missing == {"decided": "missing", "by_whom": "missing", "by_on": "missing"}
    assert case_of_id(case).stage == "handling"


def case_of_id(case: Case) -> Case:
    return Case.objects.select_related("filing", "promise").get(pk=case.pk)


def test_a_promised_date_comes_back_to_the_queue(town: Town) -> None:
    case = accepted(town)
    promise = NewAnswer(
        "will_do", "已看。", date(2026, 3, 3), "下周补。", "道路所", by_on=date(2026, 3, 20), by_whom="养护队"
    )
    send_answer(case, "promise", promise, actor=town.actor("zhou"), at=local("2026-03-03 16:00"))
    assert (case.stage, str(case.due_on)) == ("promised", "2026-03-20")
    run_clocks(local("2026-03-21 00:05"))
    late = case_of_id(case)
    assert late.supervision is not None
    replayed(late)


def test_a_question_stops_the_clock_and_a_reply_starts_it(town: Town) -> None:
    case = accepted(town)
    ask_resident(case, "ask", "坑在桥的哪一头？", actor=town.actor("zhou"), at=local("2026-03-03 09:00"))
    assert case.paused
    assert case.due_at is None
    filing = case.filing
    from gongshi.accounts.actors import Resident

    receipt = filing.receipts.get()
    reply(case, "reply", "东头。", actor=Resident(filing.id, receipt.id), at=local("2026-03-05 21:00"))
    fresh = case_of_id(case)
    assert not fresh.paused
    # Two working days were waited: Monday the 9th becomes Wednesday the 11th.
    assert str(Clock.objects.get(case=case, code="answer").due_on) == "2026-03-11"
    replayed(fresh)


def test_a_third_hand_over_is_refused_and_the_supervisor_decides(town: Town) -> None:
    filed, _ = lin_files(town)
    case = case_of(filed)
    water, roads = town.offices["water"].id, town.offices["roads"].id
    zhou, ma = town.actor("zhou"), town.actor("ma")
    make_move(case, "hand_over", actor=zhou, at=NOW, params={"office": water, "reason": "归水务"})
    make_move(case, "hand_over", actor=ma, at=NOW, params={"office": roads, "reason": "归道路"})
    with pytest.raises(RefusedError) as refusal:
        make_move(case, "hand_over", actor=zhou, at=NOW, params={"office": water, "reason": "还是归水务"})
    assert refusal.value.code == "limit_reached"
    make_move(case, "refer", actor=zhou, at=NOW, params={"reason": "请定"})
    make_move(case, "assign", actor=town.actor("qin"), at=NOW, params={"office": water, "reason": "水务办"})
    fresh = case_of_id(case)
    assert (fresh.office.code, fresh.hand_overs, fresh.lead) == ("water", 2, town.staff["ma"])
    replayed(fresh)


def test_forty_late_cases_of_one_cause_make_one_decision(town: Town) -> None:
    cases = [case_of(lin_files(town)[0]) for _ in range(40)]
    run_clocks(local("2026-03-05 00:01"))
    supervision = Supervision.objects.get()
    assert supervision.cases.count() == 40
    done = decide(
        supervision, "今天答复。", answer_by=None, actor=town.actor("qin"), at=local("2026-03-05 09:00")
    )
    assert (done.pressed, done.passed_over) == (40, 0)
    assert History.objects.filter(case=cases[7], code="case.pressed").count() == 1
    with pytest.raises(Changed):
        decide(supervision, "再办。", answer_by=None, actor=town.actor("qin"), at=local("2026-03-05 10:00"))


def test_clocks_run_twice_do_nothing_more(town: Town) -> None:
    lin_files(town)
    at = local("2026-03-05 00:01")
    assert run_clocks(at) == 1
    entries = History.objects.count()
    assert run_clocks(at) == 0
    assert History.objects.count() == entries


def test_silence_closes_as_not_confirmed_and_reopens(town: Town) -> None:
    filed, _ = lin_files(town)
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=NOW)
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    run_clocks(local("2026-03-20 00:05"))
    closed = case_of(filed)
    assert (closed.outcome, closed.stage) == ("unconfirmed", "unconfirmed")
    give_verdict(
        closed, "reopen", Verdict(False, None, "又塌了"), actor=resident(filed), at=local("2026-03-25 09:00")
    )
    fresh = case_of(filed)
    assert (fresh.stage, fresh.reopenings, fresh.closed_at, fresh.outcome) == ("handling", 1, None, "")
    replayed(fresh)


def test_two_officers_at_once_one_wins(town: Town) -> None:
    filed, _ = lin_files(town)
    first, second = case_of(filed), case_of(filed)
    make_move(first, "accept", actor=town.actor("zhou"), at=NOW)
    with pytest.raises(Changed):
        make_move(second, "accept", actor=town.actor("he"), at=NOW)
    assert History.objects.filter(code="case.accepted").count() == 1


def test_strangers_and_subjects_see_nothing(town: Town) -> None:
    filed, _ = lin_files(town)
    about, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    ref = filed.filing.reference
    assert case_by_reference(town.actor("zhou"), ref, 1) == case_of(filed)
    for name, reference in (("ma", ref), ("zhou", about.filing.reference), ("zhou", "TT-0000-0000-0")):
        with pytest.raises(NotFound):
            case_by_reference(town.actor(name), reference, 1)
    assert set(cases_visible_to(town.actor("qin"))) == {case_of(filed), case_of(about)}
    assert not cases_visible_to(town.actor("su")).exists()


def test_another_offices_handler_cannot_move_it(town: Town) -> None:
    filed, _ = lin_files(town)
    with pytest.raises(RefusedError):
        make_move(case_of(filed), "accept", actor=town.actor("ma"), at=NOW)


def test_the_resident_adds_in_any_stage_and_a_neighbour_cannot(town: Town) -> None:
    filed, _ = lin_files(town)
    neighbour, _ = lin_files(town, matter(town, "leak"))
    case = case_of(filed)
    with pytest.raises(NotFound):
        add_to_case(case, "我也看到了。", actor=resident(neighbour), at=NOW)
    add_to_case(case, "今天又摔了一个人。", actor=resident(filed), at=NOW)
    read = read_case(case_of(filed), key_of(case.id), internal=False)
    assert [message.text for message in read.messages] == ["今天又摔了一个人。"]
    replayed(case_of(filed))


def test_escalation_goes_above_and_comes_back_with_an_instruction(town: Town) -> None:
    filed, _ = lin_files(town)
    case = make_move(case_of(filed), "escalate", actor=resident(filed), at=NOW)
    assert (case.stage, case.holder) == ("escalated", "supervisor")
    with pytest.raises(RefusedError):
        make_move(case, "direct", actor=town.actor("zhou"), at=NOW, params={"instruction": "没事"})
    make_move(case, "direct", actor=town.actor("qin"), at=NOW, params={"instruction": "三天内补好。"})
    fresh = case_of(filed)
    assert fresh.stage == "handling"
    read = read_case(fresh, key_of(fresh.id), internal=False)
    assert read.events[-1].reason == "三天内补好。"
    replayed(fresh)
