"""A small edition of open data, withheld by the program itself: one month, two quarters, and their samples."""

from datetime import date
from pathlib import Path

from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answer_files import write_answers
from gongshi.figures.released.answers import (
    NAMES,
    AnswerCounts,
    AnswerLine,
    QuarterTables,
    quarter_tables,
)
from gongshi.figures.released.columns import WITHIN
from gongshi.figures.released.files import write_tables
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.reading_files import write_samples
from gongshi.figures.released.readings import READ, READING, SampleTold, line_of
from gongshi.figures.released.tables import Tables

MARCH, SPRING, SUMMER = Month(2026, 3), Quarter(2026, 1), Quarter(2026, 2)
ON, LATER = date(2026, 6, 1), date(2026, 9, 1)
THRESHOLD = 11
TOLD = AnswerCounts(60, 30, 15, 40, 20, 0, 25)
# What two readers said of 48 answers; the first 28 are Water's.
SAID = [*[("yes", "yes")] * 34, *[("no", "no")] * 5, *[("yes", "no")] * 6, *[("cannot_tell", "yes")] * 4]


def write_edition(folder: Path) -> None:
    """Roads and Water are told; Parks has so few that it, and another for its sake, tell little or nothing."""
    write_tables(folder, [march()])
    spring = quarter_tables(SPRING, ON, THRESHOLD, _answers(), ())
    # Before counts were withheld one by one rows were told whole.
    whole = AnswerLine("office", "roads", TOLD), AnswerLine("category", "lamp", TOLD)
    write_answers(folder, [spring, QuarterTables(SUMMER, LATER, THRESHOLD, "first", whole)])
    lines = tuple(
        line_of(question, SAID[place:][:n], code)
        for code, n in (("", 48), ("water", 28))
        for place, question in enumerate(("found", "decided"))
    )
    read = SampleTold(SPRING, READ, 50, 7, date(2026, 6, 20), ON, 20, withheld=True, lines=lines)
    write_samples(folder, [read, SampleTold(SUMMER, READING, 50, 8, date(2026, 9, 19))])


def march() -> Tables:
    """What is released of its month."""
    return tables_of(MARCH, ON, THRESHOLD, _cases(), {})


def _cases() -> dict[tuple[str, str, str], dict[str, int]]:
    return {
        ("roads", "lamp", ""): _counts(80, early=40),
        ("water", "lamp", ""): _counts(70, early=20),
        ("parks", "lamp", ""): _counts(15, early=3),
    }


def _counts(cases: int, *, early: int) -> dict[str, int]:
    """All due, all but a fifth of them answered, some within a week and the others within three."""
    answered = cases - cases // 5
    found = {"cases": cases, "due": cases, "on_time": early, "answered": answered, "asked": answered}
    found |= {"responses_due": cases, "responses_on_time": early, "handed_on": cases // 10}
    found |= {"confirmed": early, "not_confirmed": 0, "reopened": answered - early, "withdrawn": 0}
    found |= {"promised": early, "kept": 0, "not_kept": early, "staff_logged": 30, "forwarded": cases // 2}
    days = {f"within_{days}": 0 if days < 7 else early if days < 21 else answered for days in WITHIN}
    return {**found, "without_promise": 0, **days}


def _answers() -> dict[tuple[str, str], dict[str, int]]:
    nothing = dict.fromkeys(NAMES, 0)
    return {
        ("roads", "lamp"): TOLD._asdict(),
        ("water", "lamp"): {**TOLD._asdict(), "cases": 120},
        ("parks", "lamp"): {**nothing, "cases": 7},
        ("pools", "lamp"): {**nothing, "cases": 30},
    }
