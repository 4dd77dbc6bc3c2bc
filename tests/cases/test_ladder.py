"""A grievance on its way up, from registered to re-reviewed: each level acts in its own turn."""

from datetime import date, datetime, timedelta

import pytest

from gongshi.cases import engine
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.moves import letter_before, make_move
from gongshi.cases.actions.recusals import recuse
from gongshi.cases.key_holders import ladder_of
from gongshi.cases.letters import LetterIncomplete
from gongshi.cases.models import Case, Clock, History
from gongshi.cases.queries import cases_visible_to
from gongshi.cases.recusing import Whom
from gongshi.places.changes import Change
from gongshi.places.snapshots import forget
from gongshi.revisions.loading import OfficesInUse, _nobody_left_behind
from gongshi.routing.models import ProcedureVersion
from gongshi.rules.procedure import RefusedError
from tests.casework import ANSWER, add_staff, grievance, replayed
from tests.cast import NOW, Town, case_of, resident
from tests.clock import local

pytestmark = pytest.mark.django_db

APRIL = local("2026-04-01 10:00")


def answered(town: Town, at: datetime = APRIL) -> tuple[Filed, Case]:
    """Accepted and answered by Roads."""
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=at)
    return filed, case_of(filed)


def codes(case: Case, town: Town, name: str, at: datetime) -> set[str]:
    return {move.code for move in engine.moves_for(case, town.actor(name), at)}


def test_each_level_acts_in_its_own_turn(town: Town) -> None:
    filed, case = answered(town)
    case = make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    assert (case.office.code, case.first_instance.code, case.stage) == ("hall", "roads", "review")
    at = local("2026-04-03 10:00")
    assert codes(case, town, "qin", at) == {"review_answer"}
    assert codes(case, town, "zhou", at) == set()
    assert codes(case, town, "gu", at) == {"press_review"}
    with pytest.raises(RefusedError):
        send_answer(case, "review_answer", ANSWER, actor=town.actor("gu"), at=at)
    send_answer(case, "review_answer", ANSWER, actor=town.actor("qin"), at=at)
    case = make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=local("2026-04-06 10:00"))
    assert (case.office.code, case.first_instance.code) == ("city", "roads")
    assert codes(case, town, "gu", at) == {"hold_hearing", "final_answer"}
    assert codes(case, town, "qin", at) == set()
    send_answer(case, "final_answer", ANSWER, actor=town.actor("gu"), at=local("2026-04-07 10:00"))
    assert case_of(filed).outcome == "answered"
    replayed(case_of(filed))


def test_who_answered_no_longer_sees_what_is_said_against_it(town: Town) -> None:
    filed, case = answered(town)
    assert cases_visible_to(town.actor("zhou")).filter(pk=case.pk).exists()
    case = make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    assert not cases_visible_to(town.actor("zhou")).filter(pk=case.pk).exists()
    assert town.offices["roads"].id not in ladder_of(case)


def test_pressed_three_times_it_goes_to_the_level_above_by_itself(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    at = local("2026-03-10 10:00")
    for _press in range(3):
        assert case_of(filed).office.code == "roads"
        words = {"reason": "请抓紧。"}
        make_move(case_of(filed), "press", actor=town.actor("qin"), at=at, params=words)
        at += timedelta(days=1)
    case = case_of(filed)
    assert (case.stage, case.office.code, case.first_instance.code) == ("raised", "hall", "roads")
    late = local("2026-06-20 10:00")
    run_clocks(late)
    assert case_of(filed).supervision is not None
    replayed(case_of(filed))


def test_late_it_is_pressed_and_raised_without_anybody(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    day = local("2026-05-01 00:05")
    while case_of(filed).stage == "handling" and day < local("2026-09-01 00:05"):
        day += timedelta(days=1)
        run_clocks(day)
    assert case_of(filed).stage == "raised"
    times = [
        entry.params["times"]
        for entry in History.objects.filter(case=case, code="case.pressed").order_by("seq")
    ]
    assert times == [1, 2, 3]
    due = Clock.objects.get(case=case, code="handling").due_on
    assert timedelta(days=25) < day.date() - due < timedelta(days=35)
    replayed(case_of(filed))


@pytest.mark.parametrize("rung", ["reviewed", "review_confirmed", "final"])
def test_what_a_review_or_re_review_decided_and_was_not_done_goes_to_the_level_above(
    town: Town, rung: str
) -> None:
    filed, case = answered(town)
    make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    at = local("2026-04-03 10:00")
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=at)
    if rung == "review_confirmed":
        make_move(case_of(filed), "confirm_review", actor=resident(filed), at=at)
    if rung == "final":
        make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=at)
        send_answer(case_of(filed), "final_answer", ANSWER, actor=town.actor("gu"), at=at)
    assert case_of(filed).stage == rung
    params = {"reason": "意见里定的事没有做。"}
    case = make_move(case_of(filed), "reopen", actor=resident(filed), at=at, params=params)
    assert (case.stage, case.office.code, case.closed_at) == ("not_done", "hall", None)
    replayed(case)


def test_accepting_a_review_leaves_the_re_review_open_and_no_second_review_by_the_same_level(
    town: Town,
) -> None:
    filed, case = answered(town)
    make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    at = local("2026-04-03 10:00")
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=at)
    case = make_move(case_of(filed), "confirm_review", actor=resident(filed), at=at)
    moves = {move.code for move in engine.moves_for(case, resident(filed), at)}
    assert "ask_re_review" in moves
    assert "ask_review" not in moves


REFUSAL = {"reason": "应由法院定。"}
ELSEWHERE = {"right_body": ["court"]}


def refused(town: Town) -> tuple[Filed, Case]:
    """Refused by Roads, and the hall asked to look at that."""
    filed, case = grievance(town)
    at = local("2026-03-03 10:00")
    make_move(case, "decline", actor=town.actor("zhou"), at=at, params=REFUSAL, written=ELSEWHERE)
    return filed, make_move(case_of(filed), "ask_review_refusal", actor=resident(filed), at=at)


def test_a_wrong_refusal_is_reviewed_and_acceptance_ordered(town: Town) -> None:
    filed, case = refused(town)
    assert (case.stage, case.office.code, case.first_instance.code) == ("review_refusal", "hall", "roads")
    at = local("2026-03-20 10:00")
    assert codes(case, town, "qin", at) == {"order_acceptance", "uphold_refusal"}
    assert codes(case, town, "zhou", at) == set()
    words = {"reason": "属于信访事项。"}
    make_move(case, "order_acceptance", actor=town.actor("qin"), at=at, params=words)
    case = case_of(filed)
    assert (case.stage, case.office.code, case.first_instance) == ("handling", "roads", None)
    assert (case.lead, case.handler, case.on_time) == (town.staff["he"], None, None)
    clock = Clock.objects.get(case=case, code="handling")
    assert (clock.started_on, clock.due_on) == (date(2026, 3, 20), date(2026, 5, 19))
    assert "answer" in codes(case, town, "zhou", at)
    assert "decline" not in codes(case, town, "zhou", at)
    replayed(case)


def test_the_order_to_accept_names_who_has_to_and_by_when(town: Town) -> None:
    _, case = refused(town)
    at, words = local("2026-03-20 10:00"), {"reason": "属于信访事项。"}
    found = letter_before(case, "order_acceptance", words, {}, content=None, actor=town.actor("qin"), at=at)
    assert found is not None
    assert found.lacking == ()
    roads, he = town.offices["roads"], town.staff["he"]
    for part in (roads.name["zh"], roads.phone, he.name["zh"], "2026年5月19日", "镇政府"):
        assert part in found.text, part


def test_a_refusal_that_is_upheld_goes_on_to_the_next_level_and_ends_with_the_courts(town: Town) -> None:
    filed, case = refused(town)
    at = local("2026-03-20 10:00")
    with pytest.raises(LetterIncomplete) as error:
        make_move(case, "uphold_refusal", actor=town.actor("qin"), at=at, params=REFUSAL)
    assert {one.part for one in error.value.lacking} == {"right_body"}
    found = letter_before(
        case, "uphold_refusal", REFUSAL, ELSEWHERE, content=None, actor=town.actor("qin"), at=at
    )
    assert found is not None
    assert "2026年4月20日" in found.text  # 30 days from 20 March are Sunday, 19 April
    assert "市信访局" in found.text
    make_move(case, "uphold_refusal", actor=town.actor("qin"), at=at, params=REFUSAL, written=ELSEWHERE)
    assert (case_of(filed).stage, case_of(filed).outcome) == ("refusal_upheld", "declined")
    case = make_move(case_of(filed), "ask_re_review_refusal", actor=resident(filed), at=at)
    assert (case.office.code, codes(case, town, "qin", at)) == ("city", set())
    gu = town.actor("gu")
    make_move(case, "uphold_refusal_again", actor=gu, at=at, params=REFUSAL, written=ELSEWHERE)
    assert (case_of(filed).stage, case_of(filed).outcome) == ("refusal_final", "declined")
    replayed(case_of(filed))


def test_a_late_order_to_accept_is_late_for_good(town: Town) -> None:
    filed, _ = refused(town)
    run_clocks(local("2026-04-10 00:05"))
    words = {"reason": "属于信访事项。"}
    at = local("2026-04-10 10:00")
    make_move(case_of(filed), "order_acceptance", actor=town.actor("qin"), at=at, params=words)
    assert case_of(filed).on_time is False
    replayed(case_of(filed))


def test_back_with_the_first_instance_levels_are_counted_from_it_again(town: Town) -> None:
    version = ProcedureVersion.objects.get(code="grievance")
    version.text = version.text.replace('to = "not_done"', 'to = "handling"')
    version.save()
    forget()
    filed, case = answered(town)
    make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    send_answer(
        case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=local("2026-04-03 10:00")
    )
    make_move(case_of(filed), "confirm_review", actor=resident(filed), at=local("2026-04-04 10:00"))
    params = {"reason": "没有照办。"}
    case = make_move(case_of(filed), "reopen", actor=resident(filed), at=APRIL, params=params)
    assert (case.office.code, case.first_instance, case.stage) == ("roads", None, "handling")
    assert "answer" in codes(case, town, "zhou", local("2026-04-07 10:00"))


def test_an_office_whose_answer_is_under_review_is_not_retired(town: Town) -> None:
    filed, case = answered(town)
    make_move(case, "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    with pytest.raises(OfficesInUse):
        _nobody_left_behind([Change("office", "roads", "retired", {})])


def test_where_the_lead_must_not_see_it_another_lead_answers_for_it(town: Town) -> None:
    add_staff(town, "zz.bao", roads=["lead", "handler"])
    filed, case = grievance(town)
    assert case.lead == town.staff["he"]
    recuse(
        case, Whom("staff", case.lead_id, case.office_id), "他是当事人的亲戚。", actor=resident(filed), at=NOW
    )
    case = case_of(filed)
    given = {"office": town.offices["roads"].id, "reason": "还由道路所办。"}
    make_move(case, "object", actor=town.actor("zhou"), at=NOW, params={"reason": "不归我们。"})
    case = make_move(case_of(filed), "forward", actor=town.actor("qin"), at=NOW, params=given)
    assert case.lead == town.staff["zz.bao"]


def test_a_level_that_answered_in_the_offices_place_is_reviewed_by_the_one_above_itself(town: Town) -> None:
    filed, case = grievance(town)
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    for _press in range(3):
        make_move(case_of(filed), "press", actor=town.actor("qin"), at=APRIL, params={"reason": "请抓紧。"})
    send_answer(
        case_of(filed), "answer_raised", ANSWER, actor=town.actor("qin"), at=local("2026-04-07 10:00")
    )
    case = make_move(case_of(filed), "ask_review", actor=resident(filed), at=local("2026-04-08 10:00"))
    assert (case.office.code, case.first_instance.code) == ("city", "hall")
    assert codes(case, town, "qin", local("2026-04-09 10:00")) == set()
    assert "review_answer" in codes(case, town, "gu", local("2026-04-09 10:00"))
    replayed(case_of(filed))


def test_an_office_that_never_says_whether_it_accepts_loses_it_to_the_level_above(town: Town) -> None:
    filed, case = grievance(town)
    day = local("2026-03-03 00:05")
    while case_of(filed).stage == "forwarded" and day < local("2026-06-01 00:05"):
        day += timedelta(days=1)
        run_clocks(day)
    case = case_of(filed)
    assert (case.stage, case.office.code) == ("raised", "hall")
    assert History.objects.filter(case=case, code="case.pressed").count() == 3
    assert "press_raised" in codes(case, town, "gu", day)


def test_each_office_objects_once_and_there_is_no_third_objection(town: Town) -> None:
    _, case = grievance(town)
    at = local("2026-03-03 10:00")

    def objects(name: str) -> None:
        assert "object" in codes(case, town, name, at)
        make_move(case, "object", actor=town.actor(name), at=at, params={"reason": "不归我们管。"})

    def forwarded(office: str) -> None:
        params = {"office": town.offices[office].id, "reason": "由它决定。"}
        make_move(case, "forward", actor=town.actor("qin"), at=at, params=params)

    objects("zhou")
    forwarded("roads")
    assert "object" not in codes(case, town, "zhou", at), "what was decided about Roads stands"
    with pytest.raises(RefusedError) as refused:
        make_move(case, "object", actor=town.actor("zhou"), at=at, params={"reason": "还是不归我们管。"})
    assert refused.value.code == "limit_reached"
    _, case = grievance(town)
    objects("zhou")
    forwarded("water")
    objects("ma")
    forwarded("hall")
    assert "object" not in codes(case, town, "tang", at)
