"""Clocks told from history: every run with its pauses and extensions, and by how many days it was kept or broken."""

from datetime import date
from typing import Any

from gongshi.rules.procedure import ClockRun, Procedure, clock_runs, undo
from tests.rules.procedure_cases import CLERK, RESIDENT, Journey, Numbered, day
from tests.rules.procedure_files import SMALL, loaded

PROCEDURE: Procedure = loaded(SMALL)


def runs_of(case: Journey) -> list[ClockRun]:
    return clock_runs(
        case.procedure, [Numbered(number, entry) for number, entry in enumerate(case.stored(), start=1)]
    )


def answer_runs(case: Journey) -> list[ClockRun]:
    return [run for run in runs_of(case) if run.clock == "answer"]


def told(run: ClockRun) -> list[tuple[str, date, int, date]]:
    return [(one.kind, one.on, one.days, one.due_on) for one in run.events]


def accepted(on: str = "03-02", **given: Any) -> Journey:
    case = Journey(PROCEDURE, day(on), **given)
    case.make("accept", CLERK, day(on))
    return case


def test_a_pause_and_an_extension_have_their_days() -> None:
    case = accepted()
    [first] = answer_runs(case)
    case.make("ask", CLERK, day("03-03"))
    case.make("reply", RESIDENT, day("03-05"))
    after_reply = case.state.clocks["answer"].due_on
    case.make("extend", CLERK, day("03-06"))
    [run] = answer_runs(case)
    days = PROCEDURE.clocks["answer"].extension
    assert days is not None
    assert told(run) == [
        ("paused", day("03-03"), 0, first.first_due_on),
        ("resumed", day("03-05"), 2, after_reply),
        ("extended", day("03-06"), days.days, case.state.clocks["answer"].due_on),
    ]
    assert (run.first_due_on, run.kept, run.ended_on) == (first.first_due_on, None, None)


def test_kept_late_and_by_how_many_days() -> None:
    case = accepted()
    due = case.state.clocks["answer"].due_on
    [running] = answer_runs(case)
    assert (running.late_days(due), running.late_days(due.replace(day=due.day + 3))) == (0, 3)
    case.make("answer", CLERK, due)
    [kept] = answer_runs(case)
    assert (kept.kept, kept.ended_on, kept.ended_by, kept.late_days(day("12-31"))) == (
        True,
        due,
        "case.answered",
        0,
    )
    late = accepted()
    late.make("answer", CLERK, due.replace(day=due.day + 4))
    [broken] = answer_runs(late)
    assert (broken.kept, broken.late_days(day("12-31"))) == (False, 4)


def test_what_a_withdrawal_ends_in_time_was_neither_kept_nor_broken() -> None:
    case = accepted()
    case.make("withdraw", RESIDENT, day("03-03"))
    [run] = answer_runs(case)
    assert (run.kept, run.ended_by) == (None, "case.withdrawn")
    case.make("restore", RESIDENT, day("03-06"))
    [run] = answer_runs(case)
    assert run.ended_on is None
    assert [one.kind for one in run.events] == ["returned"]


def test_a_reopened_matter_has_a_second_run() -> None:
    case = accepted()
    case.make("answer", CLERK, day("03-03"))
    case.make("reopen", RESIDENT, day("03-04"))
    first, second = answer_runs(case)
    assert (first.kept, first.ended_on) == (True, day("03-03"))
    assert (second.state.run, second.state.started_on, second.kept) == (2, day("03-04"), None)


def test_what_was_undone_has_not_been() -> None:
    case = accepted()
    before, number = case.state, len(case.history)
    case.make("ask", CLERK, day("03-03"))
    back = undo(case.state, before, undoes=[number + 1], what="case.asked", by="office", on=day("03-03"))
    entries = [Numbered(at, entry) for at, entry in enumerate([*case.stored(), *back.entries], start=1)]
    [run] = [one for one in clock_runs(PROCEDURE, entries) if one.clock == "answer"]
    assert run.events == ()
    assert run.state == before.clocks["answer"]
