"""A statutory ladder as data (信访工作条例 Art. 22 to 36), run by the engine: every period as the law counts it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from gongshi.rules.procedure import (
    Mover,
    RefusedError,
    allowed_moves,
    clock_runs,
    due_clock,
    explained_moves,
    load,
    reannounce,
)
from tests.rules.calendars import CN
from tests.rules.procedure_cases import CAST, Journey, Numbered, day
from tests.rules.procedure_files import HERE, PACK, loaded

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


def allowed(case: Journey, mover: Mover) -> list[str]:
    return [move.code for move in allowed_moves(case.procedure, case.state, mover)]


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
    had = Mover(frozenset({"office"}), made=frozenset({"object"}))
    with pytest.raises(RefusedError) as refusal:
        case.make("object", had, day("03-13"))
    assert refusal.value.code == "limit_reached"
    assert LADDER.moves["object"] not in allowed_moves(LADDER, case.state, had)
    assert case.make("object", OFFICE, day("03-20")).stage == "registered"  # another office, in its own time
    case.make("forward", SUPERVISOR, day("03-23"), office="water")
    with pytest.raises(RefusedError) as refusal:
        case.make("object", OFFICE, day("03-24"))
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
    assert due(case, "re_review") == "07-01"
    assert due_clock(LADDER, case.state) == ("re_review", case.state.clocks["re_review"])
    with pytest.raises(RefusedError) as refusal:
        case.make("end_hearing", HIGHER, day("06-19"))
    assert refusal.value.code == "hearing_ahead"
    for on, kept_from in (("06-19", ("hearing_ahead",)), ("06-20", ())):
        told = {move.code: codes for move, codes in explained_moves(LADDER, case.state, HIGHER, on=day(on))}
        assert told["end_hearing"] == kept_from
    assert case.pass_time(day("06-22")) == ["hearing"]
    assert (case.state.stage, due(case, "re_review")) == ("hearing_record", "07-01")
    case.make("end_hearing", HIGHER, day("06-22"))
    assert due(case, "re_review") == "07-03"  # two days later
    entries = [Numbered(seq, entry) for seq, entry in enumerate(case.stored(), 1)]
    runs = {run.clock: run for run in clock_runs(LADDER, entries)}
    assert [(one.kind, one.days) for one in runs["re_review"].events] == [("not_counted", 2)]
    assert (runs["hearing"].kept, runs["hearing"].late_days(day("07-01"))) == (None, 0)
    state = case.make("final_answer", HIGHER, day("07-03"))
    assert (state.stage, state.clocks["re_review"].kept) == ("final", True)
    assert [move.code for move in allowed_moves(LADDER, state, RESIDENT)] == ["withdraw"]
    assert LADDER.stages["final"].routes == ("reconsideration", "court")
    assert case.replayed() == state


def in_re_review() -> Journey:
    case = handled()
    case.make("answer", OFFICE, day("04-01"))
    case.make("ask_review", RESIDENT, day("04-02"))
    case.make("review_answer", ABOVE, day("04-03"))
    case.make("ask_re_review", RESIDENT, day("04-07"))
    return case


def test_a_hearing_that_is_called_and_not_held_takes_nothing() -> None:
    never, case = in_re_review(), in_re_review()
    case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
    assert case.pass_time(day("04-21")) == ["hearing"]
    assert case.pass_time(day("05-07")) == ["hearing_record"]
    assert (case.state.stage, case.state.clocks["re_review"]) == (
        "re_review",
        never.state.clocks["re_review"],
    )
    again = in_re_review()
    again.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
    again.make("call_off", HIGHER, day("04-21"))
    assert (again.state.stage, again.state.clocks["re_review"]) == (
        "re_review",
        never.state.clocks["re_review"],
    )
    assert again.replayed() == again.state
    assert case.pass_time(day("06-30")) == never.pass_time(day("06-30")) == ["re_review"]


def test_a_hearing_on_the_last_days_is_recorded_late_and_takes_ten_days_at_most() -> None:
    case = in_re_review()
    assert due(case, "re_review") == "05-07"
    case.make("hold_hearing", HIGHER, day("04-20"), date=day("05-07"))
    assert case.pass_time(day("05-08")) == ["hearing", "re_review"]  # nothing waits for a hearing
    case.make("end_hearing", HIGHER, day("05-18"))
    assert due(case, "re_review") == "05-18"  # the 40th day is Sunday, 17 May
    beyond = in_re_review()
    beyond.make("hold_hearing", HIGHER, day("04-20"), date=day("05-08"))
    beyond.pass_time(day("05-09"))
    beyond.make("end_hearing", HIGHER, day("05-12"))
    assert due(beyond, "re_review") == "05-07"  # announced for after the last day, it adds nothing


def test_another_day_for_a_hearing_leads_no_further_than_the_first_call() -> None:
    case = in_re_review()
    case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))

    def moved(on: date, to: date) -> None:
        case._keep(reannounce(LADDER, case.state, day=to, by="above_2", on=on, calendar=case.calendar))

    moved(day("04-16"), day("04-28"))
    assert (due(case, "hearing"), due(case, "re_review")) == ("04-28", "05-07")
    with pytest.raises(RefusedError) as refusal:
        moved(day("04-20"), day("05-12"))
    assert (refusal.value.code, refusal.value.details["latest"]) == ("date_too_far", day("05-08"))
    case.pass_time(day("04-29"))
    case.make("end_hearing", HIGHER, day("04-30"))
    assert case.state.clocks["re_review"].paused_days == 2
    assert case.replayed() == case.state
    with pytest.raises(RefusedError):
        moved(day("04-30"), day("05-05"))


def test_an_announced_day_stays_that_day_over_a_withdrawal() -> None:
    case = in_re_review()
    case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
    case.make("withdraw", RESIDENT, day("04-10"))
    case.make("restore", RESIDENT, day("04-15"))
    assert (case.state.stage, due(case, "hearing"), due(case, "re_review")) == ("hearing", "04-20", "05-12")
    case.make("withdraw", RESIDENT, day("04-18"))
    case.make("restore", RESIDENT, day("04-23"))
    # The day is over: what became of it is for the record, and no other day is made up.
    assert (due(case, "hearing"), due(case, "re_review")) == ("04-20", "05-18")
    assert case.pass_time(day("04-23")) == ["hearing"]
    assert case.state.stage == "hearing_record"
    case.make("end_hearing", HIGHER, day("04-25"))
    # 30 days, 10 withdrawn, and of those from the 20th to the 25th the two that are not among them.
    assert due(case, "re_review") == "05-19"
    assert case.replayed() == case.state


@pytest.mark.parametrize(
    ("withdrawn", "restored", "again"),
    [
        ("04-18", "04-23", True),
        ("04-20", "04-21", True),
        ("04-10", "04-20", False),
        ("04-21", "04-23", False),
    ],
)
def test_a_hearing_whose_day_passed_in_a_withdrawal_can_be_called_again(
    withdrawn: str, restored: str, again: bool
) -> None:
    """Withdrawn on its day it passed, too; restored on it, or withdrawn when it was over, nothing was taken."""
    for ending in ("call_off", ""):
        case = in_re_review()
        case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
        case.make("withdraw", RESIDENT, day(withdrawn))
        case.make("restore", RESIDENT, day(restored))
        case.pass_time(day("04-23"))
        assert case.state.stage == "hearing_record"
        if ending:
            case.make(ending, HIGHER, day("04-24"))
        else:
            case.pass_time(case.state.clocks["hearing_record"].due_on + timedelta(days=1))
        assert case.state.stage == "re_review"
        on = max(day("04-24"), case.state.latest_on)
        assert ("hold_hearing" in allowed(case, HIGHER)) is again, ending
        if again:
            case.make("hold_hearing", HIGHER, on, date=on + timedelta(days=8))
            assert case.state.clocks["hearing"].run == 2
            case.make("call_off", HIGHER, on)
            assert "hold_hearing" not in allowed(case, HIGHER), "once more, not as often as they like"
        assert case.replayed() == case.state


def test_each_re_review_has_its_hearing() -> None:
    """What was decided was not done, a new answer follows, and its re-review is another one. By the pack's ladder."""
    case = Journey(loaded(PACK / "grievance.toml"), day("03-02"), stage="answered", calendar=CN)
    up = [("ask_review", RESIDENT), ("review_answer", ABOVE), ("ask_re_review", RESIDENT)]
    for move, mover in up:
        case.make(move, mover, day("04-07"))
    case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
    case.make("end_hearing", HIGHER, day("04-20"))
    assert "hold_hearing" not in allowed(case, HIGHER)
    case.make("final_answer", HIGHER, day("04-22"))
    for move, mover in (("reopen", RESIDENT), ("answer_raised", ABOVE), *up):
        case.make(move, mover, day("05-14"))
    assert "hold_hearing" in allowed(case, HIGHER)


def test_days_withdrawn_while_the_record_is_awaited_are_added_once() -> None:
    case = in_re_review()
    case.make("hold_hearing", HIGHER, day("04-08"), date=day("04-20"))
    case.pass_time(day("04-21"))
    case.make("withdraw", RESIDENT, day("04-22"))
    case.make("restore", RESIDENT, day("04-26"))
    case.make("end_hearing", HIGHER, day("04-27"))
    assert due(case, "re_review") == "05-14"  # seven days from the 20th to the 27th, withdrawn or not
    assert case.replayed() == case.state


def test_a_clock_that_waits_for_a_hearing_is_refused() -> None:
    text = (Path(__file__).parent / "procedures" / "grievance.toml").read_text(encoding="utf-8")
    text = text.replace(
        'runs_in = ["re_review", "hearing", "hearing_record"]',
        'runs_in = ["re_review"]\npaused_in = ["hearing", "hearing_record"]',
    )
    _, found = load(text)
    assert "staff_stop" in {one.code for one in found}


def test_only_the_head_of_the_office_extends() -> None:
    case = handled()
    clerk = Mover(frozenset({"office"}), head=False)
    with pytest.raises(RefusedError) as refusal:
        case.make("extend", clerk, day("03-17"))
    assert refusal.value.code == "head_only"
    codes = {move.code: codes for move, codes in explained_moves(LADDER, case.state, clerk)}
    assert codes["extend"] == ("head_only",)
    case.make("extend", OFFICE, day("03-17"))


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
