"""A statutory ladder as data (信访工作条例 Art. 22 to 36), run by the engine: every period as the law counts it."""

import pytest

from gongshi.rules.procedure import Mover, RefusedError, allowed_moves
from tests.rules.calendars import CN
from tests.rules.procedure_cases import CAST, Journey, day
from tests.rules.procedure_files import HERE, loaded

LADDER = loaded(HERE / "grievance.toml")
RESIDENT, OFFICE, SUPERVISOR = CAST["resident"], CAST["office"], CAST["supervisor"]
ABOVE, HIGHER = CAST["above"], CAST["above_2"]


def registered() -> Journey:
    return Journey(LADDER, day("03-02"), calendar=CN)


def forwarded() -> Journey:
    case = registered()
    case.make("forward", SUPERVISOR, day("03-05"))
    return case


def handled() -> Journey:
    case = forwarded()
    case.make("accept", OFFICE, day("03-10"))
    return case


def due(case: Journey, clock: str) -> str:
    return case.state.clocks[clock].due_on.isoformat()[5:]


def test_from_registration_to_acceptance() -> None:
    case = registered()
    assert due(case, "forwarding") == "03-17"
    case.make("forward", SUPERVISOR, day("03-05"))
    assert (due(case, "acceptance"), due(case, "objection")) == ("03-20", "03-12")


def test_an_office_may_object_once_and_in_time() -> None:
    case = forwarded()
    assert case.make("object", OFFICE, day("03-12")).stage == "registered"
    case.make("forward", SUPERVISOR, day("03-13"), office="housing")
    with pytest.raises(RefusedError) as refusal:
        case.make("object", OFFICE, day("03-13"))
    assert refusal.value.code == "limit_reached"


def test_an_objection_lapses_and_the_case_stays() -> None:
    case = forwarded()
    assert case.pass_time(day("03-13")) == ["objection"]
    assert (case.last.entries[0].code, case.last.supervise) == ("clock.lapsed", ())
    assert "object" not in [move.code for move in allowed_moves(LADDER, case.state, OFFICE)]
    with pytest.raises(RefusedError) as refusal:
        case.make("object", OFFICE, day("03-13"))
    assert (refusal.value.code, refusal.value.details["within"]) == ("lapsed", "objection")
    assert case.make("accept", OFFICE, day("03-13")).stage == "handling"


def test_sixty_days_and_thirty_more() -> None:
    case = handled()
    assert due(case, "handling") == "05-09"  # a worked Saturday
    case.make("extend", OFFICE, day("05-08"))
    assert due(case, "handling") == "06-08"
    with pytest.raises(RefusedError):
        case.make("extend", OFFICE, day("05-11"))


def test_three_presses_and_the_level_above_has_it() -> None:
    case = handled()
    assert case.pass_time(day("05-10")) == ["handling"]
    assert (case.state.stage, case.state.counts["press_late"], due(case, "pressed")) == (
        "handling",
        1,
        "05-22",
    )
    assert case.pass_time(day("05-23")) == ["pressed"]
    assert case.pass_time(day("06-06")) == ["pressed"]
    assert [entry.code for entry in case.last.entries] == ["case.pressed", "case.escalated"]
    assert case.last.effects == ("press", "escalate")
    assert case.state.stage == "raised"
    assert case.state.clocks["handling"].active
    assert case.make("answer", ABOVE, day("06-12")).stage == "answered"
    assert case.replayed() == case.state


def test_review_re_review_and_a_hearing_that_is_not_counted() -> None:
    case = handled()
    case.make("answer", OFFICE, day("04-01"))
    assert due(case, "ask_review") == "05-06"  # 1 May to 5 May are off
    case.make("ask_review", RESIDENT, day("04-20"))
    assert due(case, "review") == "05-20"
    case.make("review_answer", ABOVE, day("05-15"))
    case.make("ask_re_review", RESIDENT, day("06-01"))
    assert due(case, "re_review") == "07-01"
    case.make("hold_hearing", HIGHER, day("06-10"), date=day("06-20"))
    assert case.last.entries[0].params["date"] == "2026-06-20"
    case.make("end_hearing", HIGHER, day("06-22"))
    assert due(case, "re_review") == "07-13"  # twelve days later
    state = case.make("final_answer", HIGHER, day("07-10"))
    assert (state.stage, state.clocks["re_review"].kept) == ("final", True)
    assert [move.code for move in allowed_moves(LADDER, state, RESIDENT)] == ["withdraw"]
    assert LADDER.stages["final"].routes == ("reconsideration", "court")
    assert case.replayed() == state


def test_a_hearing_that_never_ends_is_ended() -> None:
    case = handled()
    case.make("answer", OFFICE, day("04-01"))
    case.make("ask_review", RESIDENT, day("04-02"))
    case.make("review_answer", ABOVE, day("04-03"))
    case.make("ask_re_review", RESIDENT, day("04-07"))
    case.make("hold_hearing", HIGHER, day("04-08"))
    assert case.pass_time(day("06-30")) == ["hearing", "re_review"]
    assert case.state.clocks["re_review"].paused_days == 30
    assert case.state.stage == "re_review"


def test_not_asking_for_a_review_in_time_closes_no_door() -> None:
    case = handled()
    case.make("answer", OFFICE, day("04-01"))
    assert case.pass_time(day("05-07")) == ["ask_review"]
    assert case.state.stage == "unasked"
    assert case.make("ask_review", RESIDENT, day("05-20")).stage == "review"


def test_only_the_next_level_answers_a_review() -> None:
    case = handled()
    case.make("answer", OFFICE, day("04-01"))
    case.make("ask_review", RESIDENT, day("04-02"))
    for mover in (OFFICE, SUPERVISOR, HIGHER, RESIDENT, Mover.of("system")):
        with pytest.raises(RefusedError) as refusal:
            case.make("review_answer", mover, day("04-03"))
        assert refusal.value.code == "not_allowed"
