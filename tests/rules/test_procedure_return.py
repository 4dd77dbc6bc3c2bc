"""Changing one's mind: a withdrawn case goes back to where it stood, and the days between count for nobody."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.rules.calendar import next_working_day
from gongshi.rules.procedure import Promise, RefusedError, allowed_moves
from tests.rules.calendars import PLAIN
from tests.rules.procedure_cases import CLERK, RESIDENT, Journey, day
from tests.rules.procedure_files import ALL, SMALL, loaded

PROCEDURE = loaded(SMALL)
TEN = Promise(10, "working")


def handling(on: str = "03-02") -> Journey:
    """Filed and accepted on Monday 2 March; the answer is due within ten working days, on Monday 16 March."""
    case = Journey(PROCEDURE, day(on), promise=TEN)
    case.make("accept", CLERK, day(on))
    return case


def test_a_withdrawn_case_goes_back_to_its_stage_with_the_days_that_were_left() -> None:
    case = handling()
    assert case.state.clocks["answer"].due_on == day("03-16")
    case.make("withdraw", RESIDENT, day("03-05"))
    assert case.state.stage == "withdrawn"
    assert not case.state.clocks["answer"].active
    case.make("restore", RESIDENT, day("03-10"))
    assert case.state.stage == "handling"
    clock = case.state.clocks["answer"]
    assert clock.active
    # Three working days (6, 9, 10 March) lie between: as many more.
    assert (clock.withdrawn_days, clock.due_on) == (3, day("03-19"))
    assert case.state.withdrawn is None
    assert case.replayed() == case.state


def test_on_the_same_day_nothing_is_lost_or_won() -> None:
    case = handling()
    before = case.state.clocks
    case.make("withdraw", RESIDENT, day("03-05"))
    case.make("restore", RESIDENT, day("03-05"))
    assert case.state.clocks == before


def test_withdrawn_on_the_last_day_the_office_has_the_day_of_the_return() -> None:
    case = handling()
    case.make("withdraw", RESIDENT, day("03-16"))
    case.make("restore", RESIDENT, day("03-21"))  # a Saturday
    assert case.state.clocks["answer"].due_on == day("03-23")


def test_what_was_late_is_late_again_and_calls_for_supervision() -> None:
    case = handling()
    case.pass_time(day("03-20"))
    assert case.state.clocks["answer"].expired_on == day("03-20")
    case.make("withdraw", RESIDENT, day("03-23"))
    state = case.make("restore", RESIDENT, day("04-07"))
    assert state.clocks["answer"].due_on == day("03-16")
    assert "answer" in case.last.supervise


def test_late_but_not_yet_noticed_is_no_gift_to_the_office() -> None:
    case = handling()
    case.make("withdraw", RESIDENT, day("03-18"))
    case.make("restore", RESIDENT, day("03-30"))
    assert case.state.clocks["answer"].due_on == day("03-16")
    case.pass_time(day("03-30"))
    assert "answer" in case.last.supervise


def test_the_residents_own_time_starts_in_full() -> None:
    case = handling()
    case.make("ask", CLERK, day("03-03"))
    first = case.state.clocks["reply"]
    case.make("withdraw", RESIDENT, day("03-10"))
    case.make("restore", RESIDENT, day("03-20"))
    reply, answer = case.state.clocks["reply"], case.state.clocks["answer"]
    assert case.state.stage == "waiting"
    assert (reply.run, reply.started_on, reply.due_on - reply.started_on) == (
        2,
        day("03-20"),
        first.due_on - first.started_on,
    )
    assert answer.paused_on == day("03-20")


def test_it_goes_back_to_an_end_too() -> None:
    case = handling()
    case.make("answer", CLERK, day("03-05"))
    case.make("confirm", RESIDENT, day("03-06"))
    case.make("withdraw", RESIDENT, day("03-09"))
    case.make("restore", RESIDENT, day("03-12"))
    assert case.state.stage == "confirmed"
    assert not any(clock.active for clock in case.state.clocks.values())


def test_only_the_resident_and_only_from_a_withdrawal() -> None:
    case = handling()
    with pytest.raises(RefusedError) as refused:
        case.make("restore", RESIDENT, day("03-05"))
    assert refused.value.code == "not_here"
    case.make("withdraw", RESIDENT, day("03-05"))
    for role in ("office", "supervisor", "above"):
        with pytest.raises(RefusedError) as refused:
            case.make("restore", type(RESIDENT).of(role), day("03-06"))
        assert refused.value.code == "not_allowed"


def test_a_case_that_came_withdrawn_has_nowhere_to_go_back_to() -> None:
    case = Journey(PROCEDURE, day("03-02"), stage="withdrawn", clocks=False)
    assert "restore" not in [move.code for move in allowed_moves(PROCEDURE, case.state, RESIDENT)]
    with pytest.raises(RefusedError) as refused:
        case.make("restore", RESIDENT, day("03-05"))
    assert refused.value.code == "not_here"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
@settings(max_examples=40)
@given(lay=st.integers(0, 400), times=st.integers(1, 3))
def test_from_the_first_stage_of_every_procedure(path, lay, times) -> None:
    """However often and for however long: the same stage, no clock of the office's stopped, none due in the past."""
    procedure = loaded(path)
    case = Journey(procedure, day("03-02"), promise=TEN)
    before = case.state
    on = day("03-03")
    for _ in range(times):
        case.make("withdraw", RESIDENT, on)
        on += timedelta(days=lay)
        case.make("restore", RESIDENT, on)
    assert case.state.stage == before.stage
    for code, clock in before.clocks.items():
        after = case.state.clocks[code]
        assert after.active
        assert after.due_on >= max(clock.due_on, next_working_day(PLAIN, on))
    assert case.replayed() == case.state
