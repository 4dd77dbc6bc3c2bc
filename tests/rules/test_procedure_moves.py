"""What moves make of a case: stages, clocks, history, refusals. Days are of March 2026, which begins on a Sunday."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from gongshi.rules.deadlines import Deadline, Pause
from gongshi.rules.deadlines import due as deadline_due
from gongshi.rules.procedure import (
    Entry,
    Mover,
    Promise,
    RefusedError,
    ReplayError,
    Status,
    allowed_moves,
    expire,
    opening,
    replay,
    rests_on_promise,
    warn,
)
from tests.rules.calendars import CN, PLAIN
from tests.rules.procedure_cases import CLERK, RESIDENT, SUPERVISOR, Journey, day
from tests.rules.procedure_files import SMALL, loaded

PROCEDURE = loaded(SMALL)
MONDAY = day("03-02")


def opened(**values) -> Journey:
    return Journey(PROCEDURE, MONDAY, **values)


def accepted(**values) -> Journey:
    case = opened(**values)
    case.make("accept", CLERK, MONDAY)
    return case


def answered() -> Journey:
    case = accepted()
    case.make("answer", CLERK, day("03-05"))
    return case


def refused(case: Journey, move: str, mover: Mover, on: date, **given) -> str:
    before = case.state
    with pytest.raises(RefusedError) as refusal:
        case.make(move, mover, on, **given)
    assert case.state == before
    return refusal.value.code


def codes(case: Journey, mover: Mover, on: date | None = None) -> list[str]:
    return [move.code for move in allowed_moves(PROCEDURE, case.state, mover, on=on)]


def test_a_case_opens_with_its_clocks() -> None:
    case = opened()
    acceptance, answer = case.state.clocks["acceptance"], case.state.clocks["answer"]
    assert (case.state.stage, case.state.opened_on, case.state.counts) == ("received", MONDAY, {})
    assert (acceptance.due_on, acceptance.warn_on) == (day("03-04"), day("03-03"))
    assert (answer.due_on, answer.warn_on, answer.run) == (day("03-16"), day("03-12"), 1)
    assert set(case.state.clocks) == {"acceptance", "answer"}
    [entry] = case.last.entries
    assert (entry.code, entry.by) == ("case.opened", "system")
    assert entry.params == {
        "on": "2026-03-02",
        "stage": "received",
        "procedure": "small",
        "version": 1,
        "clocks": [
            {
                "clock": "acceptance",
                "change": "started",
                "run": 1,
                "started_on": "2026-03-02",
                "due_on": "2026-03-04",
                "warn_on": "2026-03-03",
            },
            {
                "clock": "answer",
                "change": "started",
                "run": 1,
                "started_on": "2026-03-02",
                "due_on": "2026-03-16",
                "warn_on": "2026-03-12",
            },
        ],
    }


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        (None, "03-16"),
        (Promise(5, "working"), "03-09"),
        (Promise(5, "calendar"), "03-09"),
        (Promise(7, "calendar"), "03-09"),
        (Promise(1, "working"), "03-03"),
    ],
)
def test_the_pinned_promise_is_the_time_for_the_answer(promise, due) -> None:
    case = opened(promise=promise)
    assert case.state.clocks["answer"].due_on == day(due)
    assert rests_on_promise(PROCEDURE.clocks["answer"], case.state) is (promise is not None)
    assert rests_on_promise(PROCEDURE.clocks["acceptance"], case.state)
    assert case.replayed() == case.state


def test_working_days_are_the_places_own() -> None:
    """Filed before the Spring Festival of 2026 (15 to 23 February off; 14 and 28 February worked)."""
    case = Journey(PROCEDURE, day("02-13"), calendar=CN)
    assert case.state.clocks["acceptance"].due_on == day("02-24")
    assert case.state.clocks["answer"].due_on == day("03-05")


def test_accepting_stops_its_clock_and_no_other() -> None:
    case = opened()
    state = case.make("accept", CLERK, day("03-03"))
    assert (state.stage, state.entered_on) == ("handling", day("03-03"))
    assert state.clocks["acceptance"].stopped_on == day("03-03")
    assert state.clocks["acceptance"].kept is True
    assert state.clocks["answer"].status(day("03-03")) is Status.RUNNING
    assert state.clocks["answer"].kept is None
    assert [(change.clock, change.kind) for change in case.last.changes] == [("acceptance", "stopped")]
    assert [(entry.code, entry.by) for entry in case.last.entries] == [("case.accepted", "office")]
    assert case.last.effects == ("accept",)


def test_an_answer_after_its_day_was_not_in_time() -> None:
    case = accepted()
    state = case.make("answer", CLERK, day("03-17"))
    assert state.clocks["answer"].kept is False
    case = accepted()
    assert case.make("answer", CLERK, day("03-16")).clocks["answer"].kept is True


def test_waiting_for_the_resident_pauses_and_the_day_moves_by_what_was_waited() -> None:
    case = accepted()
    state = case.make("ask", CLERK, day("03-04"))
    assert (state.clocks["answer"].paused_on, state.clocks["answer"].due_on) == (day("03-04"), day("03-16"))
    assert state.clocks["reply"].due_on == day("03-16")  # 14 March is a Saturday
    state = case.make("reply", RESIDENT, day("03-09"))
    answer = state.clocks["answer"]
    assert (answer.paused_on, answer.paused_days, answer.due_on) == (None, 3, day("03-19"))
    assert answer.warn_on == day("03-17")
    assert state.clocks["reply"].kept is True
    assert case.replayed() == state


def test_a_reply_on_the_same_day_costs_nothing() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-04"))
    answer = case.make("reply", RESIDENT, day("03-04")).clocks["answer"]
    assert (answer.paused_days, answer.due_on) == (0, day("03-16"))


# Opened on Monday 2 March for 12 calendar days: Saturday the 14th, rolled to Monday the 16th.
ROLLED = Promise(12, "calendar")


@pytest.mark.parametrize(
    ("asked", "replied", "due"),
    [
        # Two days were waited; from Saturday that would be Monday again, which had passed when the reply came.
        ("03-16", "03-18", "03-18"),
        ("03-16", "03-16", "03-16"),
        ("03-16", "03-21", "03-23"),  # a reply on a Saturday: the first working day after it
        ("03-13", "03-18", "03-19"),  # one day was left
        ("03-16", "03-25", "03-24"),  # eight days may be waited, no more
    ],
)
def test_a_question_on_a_rolled_last_day_makes_nobody_late(asked: str, replied: str, due: str) -> None:
    case = accepted(promise=ROLLED)
    assert case.state.clocks["answer"].due_on == day("03-16")
    case.make("ask", CLERK, day(asked))
    state = case.make("reply", RESIDENT, day(replied))
    assert state.clocks["answer"].due_on == day(due)
    assert case.replayed() == state
    pause = Pause(day(asked), day(replied))
    period = Deadline(start_on=day("03-02"), days=12, counting="calendar", pause_limit=8, pauses=(pause,))
    assert deadline_due(period, case.calendar, as_of=day(replied)).on == day(due)


def test_asked_after_the_last_day_a_late_office_gains_nothing_in_calendar_days() -> None:
    case = accepted(promise=ROLLED)
    case.make("ask", CLERK, day("03-17"))
    state = case.make("reply", RESIDENT, day("03-19"))
    assert (state.clocks["answer"].due_on, state.clocks["answer"].paused_days) == (day("03-16"), 0)


def test_all_pauses_together_are_bounded() -> None:
    """No reply: the system goes on; 9 working days were waited, 8 may be. Asked again, the clock runs on."""
    case = accepted()
    case.make("ask", CLERK, day("03-04"))
    assert case.pass_time(day("03-16")) == []
    assert case.pass_time(day("03-17")) == ["reply"]
    answer = case.state.clocks["answer"]
    assert (case.state.stage, answer.paused_days, answer.due_on) == ("handling", 8, day("03-26"))
    state = case.make("ask", CLERK, day("03-18"))
    assert state.clocks["answer"].status() is Status.RUNNING
    assert case.pass_time(day("03-27")) == ["answer"]
    assert (case.state.stage, case.last.supervise) == ("waiting", ("answer",))
    assert case.replayed() == case.state


def test_two_pauses_add_up() -> None:
    case = accepted()
    for asked, replied in (("03-03", "03-05"), ("03-09", "03-12")):
        case.make("ask", CLERK, day(asked))
        case.make("reply", RESIDENT, day(replied))
    answer = case.state.clocks["answer"]
    assert (answer.paused_days, answer.due_on) == (5, day("03-23"))


def test_a_late_office_gains_nothing_by_asking() -> None:
    case = accepted()
    state = case.make("ask", CLERK, day("03-18"))
    assert state.clocks["answer"].paused_on is None
    assert state.clocks["answer"].due_on == day("03-16")
    case.make("reply", RESIDENT, day("03-25"))
    assert case.state.clocks["answer"].due_on == day("03-16")


def test_one_extension_with_a_reason() -> None:
    case = accepted()
    assert refused(case, "extend", CLERK, day("03-06"), reason=" ") == "needs_missing"
    answer = case.make("extend", CLERK, day("03-06")).clocks["answer"]
    assert (answer.due_on, answer.warn_on, answer.extended) == (day("03-23"), day("03-19"), 1)
    assert case.last.changes[0].kind == "extended"
    assert refused(case, "extend", CLERK, day("03-09")) == "no_extension_left"
    assert "extend" not in codes(case, CLERK)


def test_an_extension_and_a_pause_both_count() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-04"))
    case.make("reply", RESIDENT, day("03-09"))
    assert case.make("extend", CLERK, day("03-10")).clocks["answer"].due_on == day("03-26")


def test_what_is_late_cannot_be_extended() -> None:
    case = accepted()
    assert "extend" in codes(case, CLERK, day("03-16"))
    assert "extend" not in codes(case, CLERK, day("03-17"))
    assert refused(case, "extend", CLERK, day("03-17")) == "already_late"


def test_handing_over_ends_with_a_superior() -> None:
    case = opened()
    assert refused(case, "refer", CLERK, MONDAY) == "not_yet"
    for office in ("water", "power"):
        state = case.make("hand_over", CLERK, day("03-03"), office=office)
        assert case.last.entries[0].params["office"] == office
    assert (state.clocks["acceptance"].run, state.clocks["acceptance"].due_on) == (3, day("03-05"))
    assert state.clocks["answer"].due_on == day("03-16")
    assert refused(case, "hand_over", CLERK, day("03-03")) == "limit_reached"
    assert codes(case, CLERK) == ["accept", "refer"]
    assert case.make("refer", CLERK, day("03-04")).stage == "disputed"
    assert codes(case, CLERK) == []
    assert codes(case, SUPERVISOR) == ["assign", "press"]
    state = case.make("assign", SUPERVISOR, day("03-05"), office="housing")
    assert (state.stage, codes(case, CLERK)) == ("received", ["accept"])
    assert state.clocks["answer"].due_on == day("03-16")
    assert case.replayed() == state


def test_a_case_never_goes_to_a_recused_office() -> None:
    case = opened()
    assert refused(case, "hand_over", CLERK, MONDAY, office="water", recused={"water"}) == "office_recused"
    assert case.make("hand_over", CLERK, MONDAY, office="power", recused={"water"}).stage == "received"


def test_a_promised_date_comes_back() -> None:
    case = accepted()
    state = case.make("promise", CLERK, day("03-10"), date=day("04-18"))
    assert state.clocks["date"].due_on == day("04-18")  # a Saturday: a given day stays as given
    assert state.clocks["answer"].kept is True
    assert case.last.entries[0].params["date"] == "2026-04-18"
    assert case.pass_time(day("04-18")) == []
    assert case.pass_time(day("04-19")) == ["date"]
    assert (case.state.stage, case.last.supervise) == ("promised", ("date",))
    assert case.last.entries[0].code == "case.supervised"
    assert case.make("report_done", CLERK, day("04-20")).clocks["date"].kept is False
    assert case.replayed() == case.state


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "needs_missing"),
        (day("03-10"), "date_not_ahead"),
        (day("03-01"), "date_not_ahead"),
        (day("06-09"), "date_too_far"),
        (datetime(2026, 3, 20, 12), "date_unreadable"),
        ("2026-03-20", "date_unreadable"),
    ],
)
def test_a_date_that_cannot_be_promised(given, code) -> None:
    assert refused(accepted(), "promise", CLERK, day("03-10"), date=given) == code
    assert accepted().make("promise", CLERK, day("03-10"), date=day("06-08")).stage == "promised"


@pytest.mark.parametrize("given", [{"answer": ""}, {"answer": "\n "}, {"answer": None}])
def test_nothing_goes_out_without_its_parts(given) -> None:
    case = accepted()
    with pytest.raises(RefusedError) as refusal:
        case.make("answer", CLERK, day("03-05"), **given)
    assert (refusal.value.code, refusal.value.details["needs"]) == ("needs_missing", ("answer",))


def test_words_never_get_into_history() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-03"))
    case.make("reply", RESIDENT, day("03-04"))
    case.make("hand_over", CLERK, day("03-05"))
    told = "".join(case.history)
    for word in ("elm", "lamp", "third", "mended"):
        assert word not in told


def test_a_move_belongs_to_its_movers() -> None:
    case = opened()
    assert codes(case, RESIDENT) == ["escalate", "withdraw"]
    assert codes(case, CLERK) == ["accept", "hand_over"]
    assert codes(case, SUPERVISOR) == ["press"]
    assert codes(case, Mover.of()) == []
    assert refused(case, "accept", RESIDENT, MONDAY) == "not_allowed"
    assert refused(case, "withdraw", CLERK, MONDAY) == "not_allowed"
    assert refused(case, "answer", CLERK, MONDAY) == "not_here"
    assert refused(case, "vanish", CLERK, MONDAY) == "unknown_move"


def test_nobody_presses_themselves() -> None:
    case = opened()
    their_turn = Mover(frozenset({"supervisor"}), turn=True)
    assert codes(case, their_turn) == []
    assert refused(case, "press", their_turn, MONDAY) == "not_allowed"


def test_the_system_only_acts_when_a_clock_runs_out() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-03"))
    assert codes(case, Mover.of("system")) == []
    assert refused(case, "resume", Mover.of("system"), day("03-30")) == "not_allowed"
    assert codes(case, CLERK) == ["resume"]


def test_history_keeps_the_role_of_somebody_with_several() -> None:
    case = opened()
    both = Mover.of("supervisor", "office")
    assert codes(case, both) == ["accept", "hand_over", "press"]
    case.make("accept", both, MONDAY)
    assert case.last.entries[0].by == "office"
    case.make("escalate", RESIDENT, MONDAY)
    case.make("direct", both, MONDAY)
    assert case.last.entries[0].by == "supervisor"


def test_silence_is_not_consent_and_can_be_broken() -> None:
    case = answered()
    assert case.state.clocks["silence"].due_on == day("03-20")
    assert case.pass_time(day("03-21")) == ["silence"]
    assert case.state.stage == "unconfirmed"
    assert case.last.entries[0].params["clock"] == "silence"
    assert (case.last.entries[0].code, case.last.entries[0].by) == ("case.closed_unconfirmed", "system")
    assert codes(case, RESIDENT) == ["reopen", "withdraw"]
    state = case.make("reopen", RESIDENT, day("06-01"))
    answer = state.clocks["answer"]
    assert (state.stage, answer.run, answer.started_on, answer.due_on) == (
        "handling",
        2,
        day("06-01"),
        day("06-15"),
    )
    assert answer.stopped_on is None
    assert case.replayed() == state


def test_reopening_gives_a_fresh_clock_with_a_fresh_extension() -> None:
    case = accepted()
    case.make("extend", CLERK, day("03-03"))
    case.make("answer", CLERK, day("03-05"))
    case.make("reopen", RESIDENT, day("03-06"))
    assert case.state.clocks["answer"].extended == 0
    assert "extend" in codes(case, CLERK)


def test_escalating_stops_nothing_and_starts_the_superiors_clock() -> None:
    case = accepted()
    state = case.make("escalate", RESIDENT, day("03-10"))
    assert (state.stage, state.clocks["above"].due_on) == ("escalated", day("03-17"))
    assert state.clocks["answer"].status(day("03-10")) is Status.RUNNING
    state = case.make("direct", SUPERVISOR, day("03-11"))
    assert (state.stage, state.clocks["answer"].due_on) == ("handling", day("03-16"))


def test_escalating_while_asked_ends_the_pause() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-03"))
    answer = case.make("escalate", RESIDENT, day("03-05")).clocks["answer"]
    assert (answer.paused_on, answer.paused_days, answer.due_on) == (None, 2, day("03-18"))


@pytest.mark.parametrize(
    "moves", [[], ["accept"], ["accept", "ask"], ["accept", "answer"], ["accept", "promise"]]
)
def test_withdrawing_ends_everything_from_anywhere(moves) -> None:
    case = opened()
    for move in moves:
        case.make(move, CLERK, day("03-03"))
    state = case.make("withdraw", RESIDENT, day("03-04"))
    assert state.stage == "withdrawn"
    assert not any(clock.active or clock.paused_on for clock in state.clocks.values())
    assert case.pass_time(day("12-31")) == []
    assert case.replayed() == state


def test_supervision_starts_once() -> None:
    case = opened()
    assert case.pass_time(day("03-04")) == []
    assert case.pass_time(day("03-05")) == ["acceptance"]
    assert case.last.supervise == ("acceptance",)
    assert case.state.clocks["acceptance"].expired_on == day("03-05")
    assert case.pass_time(day("03-06")) == []
    with pytest.raises(RefusedError, match="not due"):
        expire(PROCEDURE, case.state, "acceptance", on=day("03-06"), calendar=PLAIN)
    assert case.pass_time(day("03-20")) == ["answer"]
    assert case.make("accept", CLERK, day("03-20")).clocks["acceptance"].kept is False


def test_several_clocks_run_out_in_their_own_order() -> None:
    case = opened()
    assert case.pass_time(day("05-04")) == ["acceptance", "answer"]


def test_the_office_is_warned_once_and_again_after_an_extension() -> None:
    case = accepted()
    assert case.warn_all(day("03-11")) == []
    assert case.warn_all(day("03-12")) == ["answer"]
    assert case.last.entries[0].code == "clock.warned"
    due = case.state.clocks["answer"].due_on.isoformat()
    assert {"clock": "answer", "date": due}.items() <= case.last.entries[0].params.items()
    assert case.warn_all(day("03-13")) == []
    with pytest.raises(RefusedError, match="not due"):
        warn(PROCEDURE, case.state, "answer", on=day("03-13"), calendar=PLAIN)
    case.make("extend", CLERK, day("03-13"))
    assert case.warn_all(day("03-18")) == []
    assert case.warn_all(day("03-19")) == ["answer"]
    assert case.replayed() == case.state


def test_nobody_is_warned_of_what_is_paused_or_over() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-11"))
    assert case.warn_all(day("03-13")) == []
    case = opened()
    assert case.warn_all(day("03-20")) == []


def test_a_clock_set_back_moves_no_day() -> None:
    case = accepted()
    case.make("ask", CLERK, day("03-10"))
    state = case.make("reply", RESIDENT, day("03-06"))
    assert state.entered_on == day("03-10")
    assert state.clocks["answer"].due_on == day("03-16")


def test_an_imported_case_has_no_clocks_but_can_be_reopened() -> None:
    case = opened(stage="unconfirmed", clocks=False)
    assert (case.state.stage, case.state.clocks) == ("unconfirmed", {})
    assert case.pass_time(day("12-31")) == []
    assert case.make("reopen", RESIDENT, day("04-01")).clocks["answer"].run == 1
    assert case.replayed() == case.state
    with pytest.raises(KeyError):
        opening(PROCEDURE, on=MONDAY, calendar=PLAIN, stage="nowhere")


def test_replay_goes_past_what_others_wrote() -> None:
    case = answered()
    others = [
        Entry("note.added", "office", {"on": "2026-03-03"}),
        Entry("case.viewed", "office", {"stage": "answered"}),
        Entry("case.assigned", "supervisor", {"lead": "shen.yun"}),
    ]
    entries = case.stored()
    assert replay(PROCEDURE, [entries[0], *others, *entries[1:], *others]) == case.state


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entries: [],
        lambda entries: entries[1:],
        lambda entries: [Entry("case.opened", "system", {**entries[0].params, "version": 2})],
        lambda entries: [Entry("case.opened", "system", {**entries[0].params, "on": "yesterday"})],
        lambda entries: [*entries, Entry("case.accepted", "office", {"on": "2026-03-09", "stage": "gone"})],
        lambda entries: [
            *entries,
            Entry(
                "case.accepted",
                "office",
                {"on": "2026-03-09", "stage": "answered", "clocks": [{"clock": "none", "change": "stopped"}]},
            ),
        ],
    ],
)
def test_a_history_that_cannot_be_is_refused(spoil) -> None:
    with pytest.raises(ReplayError):
        replay(PROCEDURE, spoil(answered().stored()))


def test_a_changed_calendar_takes_no_day_back() -> None:
    """Counted with three days off that were then taken back: the day that was told stays, or moves on."""
    off = replace(PLAIN, holidays=frozenset({day("03-10"), day("03-11"), day("03-12")}))
    case = accepted(calendar=off)
    assert case.state.clocks["answer"].due_on == day("03-19")
    case.make("ask", CLERK, day("03-04"))
    case.calendar = PLAIN
    answer = case.make("reply", RESIDENT, day("03-05")).clocks["answer"]
    assert (answer.paused_days, answer.due_on) == (1, day("03-19"))
    assert case.make("extend", CLERK, day("03-05")).clocks["answer"].due_on == day("03-24")
