"""Whole grievances as worked by hand: the tables of docs/rules/grievance-timelines.md, row by row in the engine."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from gongshi.rules.calendar import is_working_day
from gongshi.rules.procedure import SYSTEM, Mover, expire, expiries
from tests.rules.calendars import CN
from tests.rules.procedure_cases import Journey
from tests.rules.procedure_files import PACK, ROOT, loaded

PAGE = ROOT / "docs" / "rules" / "grievance-timelines.md"
LADDER = loaded(PACK / "grievance.toml")
ROW = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| `(\w+)`( runs out)? \| (.*?) ?\| (.*?) \|$", re.MULTILINE)
LAST_DAY = re.compile(r"`(\w+)` (\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Row:
    """One row of a table. step: a move, or with ``over`` the clock that ran out; due: last days by their clocks."""

    day: date
    step: str
    over: bool
    due: dict[str, date]
    why: str


@dataclass(frozen=True)
class Told:
    """One grievance as the page tells it."""

    name: str
    rows: tuple[Row, ...]
    late: frozenset[str]

    @property
    def ends_in(self) -> str:
        """Where it stands after the last row: at the end of the ladder, or where that row's step leads."""
        return LADDER.moves[self.rows[-1].step].to


def told() -> list[Told]:
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return [Told(part.partition("\n")[0], tuple(_rows(part)), _late(part)) for part in parts]


def _rows(part: str):
    for day, step, over, due, why in ROW.findall(part):
        days = {clock: date.fromisoformat(on) for clock, on in LAST_DAY.findall(due)}
        yield Row(date.fromisoformat(day), step, bool(over), days, why)


def _late(part: str) -> frozenset[str]:
    (line,) = re.findall(r"^Not kept: (.*)\.$", part, re.MULTILINE)
    return frozenset(re.findall(r"`(\w+)`", line))


TOLD = told()
WHOLE = TOLD[:10]


def step(case: Journey, row: Row) -> None:
    """What the row says happened. Nothing else may have run out by then but a time to object."""
    late = [code for code in expiries(case.state, row.day) if not LADDER.clocks[code].lapse]
    assert late == ([row.step] if row.over else [])
    for code in expiries(case.state, row.day):
        if LADDER.clocks[code].lapse:
            case._keep(expire(LADDER, case.state, code, on=row.day, calendar=CN))
    if row.over:
        assert row.day == case.state.clocks[row.step].due_on + timedelta(days=1)
        case._keep(expire(LADDER, case.state, row.step, on=row.day, calendar=CN))
    else:
        movers = frozenset(LADDER.moves[row.step].by) - {SYSTEM}
        given = {"date": row.due["hearing"]} if row.step == "hold_hearing" else {}
        case.make(row.step, Mover(movers), row.day, **given)


@pytest.mark.parametrize("one", TOLD, ids=[one.name.split(".")[0] for one in TOLD])
def test_every_last_day_is_the_one_that_was_worked_out(one: Told) -> None:
    first = one.rows[0]
    assert first.step == "registered"
    case = Journey(LADDER, first.day, calendar=CN)
    for row in one.rows:
        if row is not first:
            step(case, row)
        running = {code: clock.due_on for code, clock in case.state.clocks.items() if clock.active}
        assert row.due.items() <= running.items(), (row.day, row.step)
        started = {
            code for code, clock in case.state.clocks.items() if clock.active and clock.started_on == row.day
        }
        assert started <= row.due.keys(), f"{row.day}: the page says nothing of {started - row.due.keys()}"
    assert case.state.stage == one.ends_in
    assert case.replayed() == case.state
    assert one.late == {
        code
        for code, clock in case.state.clocks.items()
        if clock.kept is False
        and LADDER.clocks[code].waits_for != "resident"
        and not (LADDER.clocks[code].lapse or LADDER.clocks[code].announces)
    }


def test_the_page_has_ten_and_each_has_everything() -> None:
    assert [one.name.partition(". ")[0] for one in WHOLE] == [str(n) for n in range(1, 11)]
    for one in WHOLE:
        steps = {row.step for row in one.rows}
        assert steps >= {"registered", "forward", "accept", "final_answer"}
        assert {"ask_review", "ask_re_review", "review_answer"} <= steps
        lacking = [name for name, has in EACH_HAS.items() if not has(one)]
        assert not lacking, one.name
        assert all(row.why for row in one.rows)
    every = {row.step for one in TOLD for row in one.rows}
    assert every >= {
        "ask",
        "reply",
        "object",
        "decline",
        "withdraw",
        "restore",
        "reopen",
        "pressed",
        "hearing_record",
        "end_hearing",
    }


def _waits(one: Told) -> bool:
    """Whoever filed is waited for, and it goes on: a question and its end, or a withdrawal and its being taken back."""
    steps = [row.step for row in one.rows]
    pairs = [("ask", "reply"), ("withdraw", "restore")]
    return any(begun in steps and ended in steps[steps.index(begun) :] for begun, ended in pairs)


def _is_extended(one: Told) -> bool:
    """The last day of the office's 60 days is put off."""
    days = [(row.step, row.due["handling"]) for row in one.rows if "handling" in row.due]
    return any(step == "extend" and due > days[place - 1][1] for place, (step, due) in enumerate(days))


def _at_new_year(row: Row) -> bool:
    """Whether days off at New Year, or in a festival of a week around it, lie before a last day and after its start."""
    return any(
        not is_working_day(CN, day) and (day.month, day.day) in NEW_YEAR
        for due in row.due.values()
        for day in (row.day + timedelta(days=n) for n in range(1, (due - row.day).days))
    )


NEW_YEAR = {(1, 1), (1, 2), *((1, day) for day in range(28, 32)), *((2, day) for day in range(1, 5))} | {
    (2, day) for day in range(15, 24)
}


EACH_HAS = {
    "a wait": _waits,
    "an extension": _is_extended,
    "a hearing": lambda one: any(row.step == "hold_hearing" for row in one.rows),
    "a New Year": lambda one: any(_at_new_year(row) for row in one.rows),
}


def test_every_line_of_the_page_is_a_row_that_is_read() -> None:
    """A row that is written in another form would not be compared."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| 20")]
    assert len(lines) == sum(len(one.rows) for one in TOLD) > 140
