"""`gongshi figures --check`: from files alone every number is computed again, and what cannot be is said."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from gongshi.cases.labels import SAMPLE_ANSWERS
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answer_checking import answer_differences
from gongshi.figures.released.answer_files import ANSWERS, ANSWERS_SHOWN, read_answers, write_answers
from gongshi.figures.released.answers import COUNTS_WITHHELD, AnswerCounts, AnswerLine, QuarterTables
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.files import DEFINITIONS, SHOWN, TABLES, WAITS, read_tables, write_tables
from gongshi.figures.released.form import ALL_COLUMNS
from gongshi.figures.released.reading_files import (
    READINGS,
    READINGS_SHOWN,
    SAMPLES,
    read_samples,
    write_samples,
)
from gongshi.figures.released.readings import PAIRS, SampleTold, line_of
from gongshi.figures.released.sample_beside import SAMPLES_BESIDE
from gongshi.figures.released.sample_checking import sample_differences
from gongshi.figures.released.tables import Bin, Line, Tables
from tests.figures.checked import SAID, changed, run

MARCH = Month(2026, 3)
MAY = date(2026, 5, 1)
LAMP = AnswerLine("category", "lamp", None)
# Lamps are mended by two offices, and Water is plainly sooner: on time, of due.
LAMPS = {
    ("office", "roads", ""): (40, 100),
    ("office", "water", ""): (90, 100),
    ("category", "", "lamp"): (130, 200),
    ("office_category", "roads", "lamp"): (40, 100),
    ("office_category", "water", "lamp"): (90, 100),
}
LAST = {1: date(2026, 6, 20), 2: date(2026, 9, 19), 3: date(2026, 12, 20)}


def _line(table: str, office: str = "", category: str = "", /, *waits: Bin, **counts: int) -> Line:
    return Line(table, office, category, "", {name: counts.get(name) for name in NAMES}, waits)


def _lamps() -> Iterator[Line]:
    for (table, *codes), (on_time, due) in LAMPS.items():
        told = {"cases": due, "due": due, "on_time": on_time}
        apart = {} if table == "office_category" else {"handed_on": 0, "forwarded": 0}
        yield _line(table, *codes, **told, **apart)


def _sample(number: int, state: str, **told: Any) -> SampleTold:
    return SampleTold(Quarter(2026, number), state, 50, 7, LAST[number], **told)


READ_BY_TWO = (line_of("found", SAID), line_of("found", SAID[-20:], "=hall"))
SAMPLED = [
    _sample(1, "read", as_of=MAY, threshold=20, withheld=True, lines=READ_BY_TWO),
    _sample(2, "few", as_of=LAST[2], threshold=20),
    _sample(3, "reading"),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What somebody took from the page, on a machine that has no Gongshi instance."""
    counts = {"cases": 240, "due": 240, "on_time": 161, "handed_on": 0, "answered": 200}
    counts |= {"asked": 200, "confirmed": 120, "forwarded": 30}
    everything = _line("all", "", "", Bin(0, 7, 150, 0), Bin(8, None, 0, 90), **counts)
    hall, *lamps = _line("office", "=hall", forwarded=30), *_lamps()
    rest = _line("category", "", "street"), _line("area")
    lines = (everything, hall, *lamps[:3], *rest, *lamps[3:])
    write_tables(tmp_path, [Tables(MARCH, MAY, 11, lines)])
    counted = (AnswerCounts(40, 20, 5, 12, 6, 3, 4), AnswerCounts(30, 0, 0, 0, 0, 0, 30))
    answers = [AnswerLine("office", "=hall", counted[0]), AnswerLine("office", "roads", counted[1])]
    answers.append(LAMP)
    nothing = AnswerLine("office", "roads", None), answers[-1]
    quarters = [QuarterTables(Quarter(2026, 1), MAY, 20, "first", tuple(answers))]
    quarters += [QuarterTables(Quarter(2026, n), LAST[n], 20, "first", nothing) for n in (2, 3)]
    write_answers(tmp_path, quarters)
    write_samples(tmp_path, SAMPLED)
    return tmp_path


def test_what_is_written_is_read_again(files: Path) -> None:
    (found,) = read_tables(files).values()
    assert (found.month, found.as_of, found.threshold) == (MARCH, MAY, 11)
    everything, hall, *_ = found.lines
    assert (everything.counts["cases"], everything.counts["withdrawn"]) == (240, None)
    assert everything.waits == (Bin(0, 7, 150, 0), Bin(8, None, 0, 90))
    assert hall.office == "=hall"
    assert "'=hall" in (files / TABLES).read_text(encoding="utf-8")
    quarter, *_ = read_answers(files).values()
    assert (quarter.quarter, quarter.as_of, quarter.threshold) == (Quarter(2026, 1), MAY, 20)
    assert [(one.code, one.counts and one.counts.kept) for one in quarter.lines] == [
        ("=hall", 6),
        ("roads", 0),
        ("lamp", None),
    ]
    assert list(read_samples(files).values()) == SAMPLED


def test_counts_of_a_quarter_are_withheld_one_by_one_and_the_check_holds_them_to_it(tmp_path: Path) -> None:
    """Since `COUNTS_WITHHELD`; the quarters before tell whole rows."""
    told = AnswerCounts(40, 20, None, 12, 12, 0, None)
    row = QuarterTables(
        Quarter(2026, 1), MAY, 11, COUNTS_WITHHELD, (AnswerLine("office", "roads", told), LAMP)
    )
    write_answers(tmp_path, [row])
    assert read_answers(tmp_path) == {row.quarter: row}
    assert list(answer_differences(tmp_path)) == []
    assert "in_all_parts" not in (tmp_path / ANSWERS_SHOWN).read_text(encoding="utf-8")
    wrong = replace(row, lines=(AnswerLine("office", "roads", told._replace(some_parts=5)), LAMP))
    write_answers(tmp_path, [wrong])
    assert list(answer_differences(tmp_path)) == [
        "answers.csv 第 2 行：2026-Q1 office roads：some_parts 是 5，不到 11，应该空着 / "
        "answers.csv row 2: 2026-Q1 office roads: some_parts is 5, below 11; it should be empty"
    ]
    # Before, rows were told whole, small counts in them.
    whole = AnswerLine("office", "roads", AnswerCounts(40, 20, 5, 12, 12, 0, 4))
    write_answers(tmp_path, [replace(row, definition="first", lines=(whole, LAMP))])
    assert list(answer_differences(tmp_path)) == []


def test_the_check_holds_samples_to_what_their_quarters_tell(files: Path) -> None:
    """Since `SAMPLES_BESIDE`: of fifty drawn nothing is told beside a quarter and months that tell of forty matters."""
    counts = AnswerCounts(40, 20, None, 12, 12, 0, None)
    rows = (AnswerLine("office", "=hall", counts), AnswerLine("office", "roads", None), LAMP)
    told = QuarterTables(Quarter(2026, 1), MAY, 11, SAMPLES_BESIDE, rows)
    write_answers(files, [told])
    wrong = "samples.csv row 2: 2026-Q1 sample: it would bound how many matters there were"
    assert [one.split(" / ")[1] for one in sample_differences(files)] == [wrong]
    enough = replace(rows[0], counts=counts._replace(cases=50))
    write_answers(files, [replace(told, lines=(enough, *rows[1:]))])
    assert [one.split(" / ")[1] for one in sample_differences(files)] == [wrong]
    write_answers(files, [replace(told, lines=(enough, LAMP))])
    assert list(sample_differences(files)) == []


def twice(name: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    """The row once more before itself, with another value: whoever reads rows into a table would take the last."""

    def change(folder: Path) -> None:
        path = folder / name
        lines = path.read_bytes().splitlines(keepends=True)
        changed(name, row, column, value)(folder)
        forged = path.read_bytes().splitlines(keepends=True)[row + 1]
        path.write_bytes(b"".join([*lines[: row + 1], forged, *lines[row + 1 :]]))

    return change


def put_after(name: str, row: int, cells: list[str]) -> Callable[[Path], None]:
    """Cells in a row of their own, after so many rows."""

    def change(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text(
            "".join([*lines[:row], ",".join(cells) + "\n", *lines[row:]]), encoding="utf-8"
        )

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed(TABLES, 0, "on_time", "160"), "on_time.share: told 0.670833, computed 0.666667"),
        (changed(SHOWN, 1, "value", "0.630000"), "row 3: 2026-03 all on_time.low: told 0.630000, computed"),
        (changed(WAITS, 0, "answered", "149"), "waits do not add up to cases, 240, but to 239"),
        (
            changed(SHOWN, "days.waiting_after_7.low", "value", "0.3"),
            "all days.waiting_after_7.low: told 0.3, computed",
        ),
        (
            changed(SHOWN, "on_time.adjusted.difference", "value", "0.1"),
            "roads on_time.adjusted.difference: told 0.1, computed -0.250000",
        ),
        (
            changed(SHOWN, "on_time.adjusted.group", "value", "2"),
            "roads on_time.adjusted.group: told 2, computed 1",
        ),
        (changed(TABLES, 4, "due", "199"), "due leaves -1 to others (rows of office_category)"),
        (changed(TABLES, 4, "on_time", "145"), "on_time leaves 15 to others, and due"),
        (
            changed(TABLES, 7, "due", "101"),
            "row 9: 2026-03 office_category roads lamp: due is 101, more than",
        ),
        (
            changed(TABLES, 7, "answered", "40"),
            "answered is 40; it should be empty in a row of an office and",
        ),
        (changed(TABLES, 0, "on_time", "241"), "on_time is 241, more than due, 240"),
        (changed(TABLES, 0, "on_time", ""), "on_time is withheld; it should be told, as due is"),
        (changed(TABLES, 0, "asked", ""), "confirmed is 120; it should be empty, as asked"),
        (changed(TABLES, 0, "due", "3"), "due is 3, below 11"),
        (changed(TABLES, 0, "answered", "160"), "answered is 160, less than on_time among them, 161"),
        (changed(TABLES, 0, "answered", "241"), "answered is 241, more than due, 240"),
        (changed(TABLES, 5, "cases", "30"), "cases is 240; its rows, all told, add up to 230"),
        (changed(TABLES, 5, "cases", "41"), "cases is 240, its rows add up to 241"),
        (changed(TABLES, 0, "forwarded", "999999"), "forwarded is 999999; its rows, all told, add up to 30"),
        (changed(TABLES, 2, "forwarded", "31"), "forwarded is 30, its rows add up to 61"),
        (changed(TABLES, 0, "forwarded", "30.0"), "row 2: forwarded is '30.0'; it should be a whole number"),
        (
            changed(TABLES, 0, "forwarded", "\u0663"),
            "row 2: forwarded is '\u0663'; it should be a whole number",
        ),
        (changed(TABLES, 0, "forwarded", "-30"), "row 2: forwarded is '-30'; it should be a whole number"),
        (changed(TABLES, 0, "cases", "0240"), "row 2: cases is '0240'; it should be a whole number"),
        (changed(TABLES, 0, "cases", "9" * 5000), "it should be a whole number"),
        (changed(TABLES, 0, "month", "2026-13"), "month is '2026-13'; it should be a month"),
        (changed(TABLES, 0, "as_of", "May"), "as_of is 'May'; it should be a day"),
        (changed(TABLES, 0, "as_of", "20260501"), "as_of is '20260501'; it should be a day"),
        (
            changed(TABLES, 1, "as_of", "1999-01-01"),
            "row 3: as_of is 1999-01-01; row 2 of 2026-03 has 2026-05-01",
        ),
        (changed(TABLES, 1, "threshold", "3"), "row 3: threshold is 3; row 2 of 2026-03 has 11"),
        (changed(TABLES, 2, "definition", "other"), "row 4: definition is other; row 2 of 2026-03 has first"),
        (changed(TABLES, 1, "area", "east"), "row 3: area is 'east'; it should be empty in this row"),
        (changed(TABLES, 1, "office", "=hall"), "row 3: office is '=hall'; it should be \"'=hall\""),
        (
            changed(SHOWN, 0, "name", "best.share"),
            "row 2: 2026-03 all best.share: told 0.670833, computed nothing",
        ),
        (changed(WAITS, 0, "month", "2026-13"), "month is '2026-13'; it should be a month"),
        (changed(WAITS, 0, "month", "2026-04"), "there is no 2026-04 all in tables.csv"),
        (changed(WAITS, 1, "from_days", "7"), "a bin begins with day 7; it should with 8"),
        (changed(WAITS, 0, "to_days", "8"), "a bin ends with day 8; it should with one of 1, 3, 7"),
        (changed(WAITS, 0, "to_days", ""), "a bin without a last day should be the last one"),
        (changed(WAITS, 1, "answered", "3"), "answered of this bin is 3; it should be 0"),
        (changed(DEFINITIONS, 0, "code", "other"), "2026-03: first is not in definitions.csv"),
        (changed(DEFINITIONS, 0, "code", "other"), "2026-Q1: first is not in definitions.csv"),
        (changed(DEFINITIONS, 0, "en", "Otherwise."), "row 2: first, 2026-11-28"),
        (lambda folder: (folder / SHOWN).unlink(), "not such a file"),
        (
            lambda folder: (folder / f"2026-04-{TABLES}").write_text("month\n"),
            "there are several: 2026-04-tables",
        ),
        (lambda folder: (folder / TABLES).write_text("month,person\n"), "unknown: 'person'"),
        (put_after(TABLES, 2, ["", "", ""]), "row 3: it has 3 cells; it should have 26"),
        (twice(TABLES, 0, "on_time", "30"), "row 3: a second row of 2026-03 all; the first is row 2"),
        (twice(SHOWN, 0, "value", "0.990000"), "row 2: 2026-03 all on_time.share: told 0.990000, computed"),
        (twice(SHOWN, 0, "value", "0.990000"), "row 3: 2026-03 all on_time.share: a second row of it"),
        (twice(WAITS, 0, "answered", "25"), "row 3: a second row of 2026-03 all 0; the first is row 2"),
        (twice(DEFINITIONS, 0, "zh", "别的"), "row 3: a second row of first; the first is row 2"),
        (twice(ANSWERS, 0, "cases", "41"), "row 3: a second row of 2026-Q1 office =hall"),
        (
            twice(ANSWERS_SHOWN, 0, "value", "0.6"),
            "row 3: 2026-Q1 office '=hall in_all_parts.yes.share: a second",
        ),
        (twice(READINGS, 0, "yes", "41"), "row 3: a second row of 2026-Q1 all found"),
        (twice(READINGS_SHOWN, 0, "value", "0.6"), "row 3: 2026-Q1 all found yes.share: a second row"),
        (twice(SAMPLES, 0, "size", "49"), "row 3: a second row of 2026-Q1"),
        (
            changed(ANSWERS, 0, "all_parts", "19"),
            "'=hall in_all_parts.yes.share: told 0.800000, computed 0.791667",
        ),
        (changed(ANSWERS_SHOWN, 1, "value", "0.6"), "in_all_parts.yes.low: told 0.6, computed"),
        (changed(ANSWERS, 0, "cases", "19"), "2026-Q1 office =hall: cases is 19, below 20"),
        (changed(ANSWERS, 0, "cases", ""), "all_parts is '20'; it should be empty in this row"),
        (changed(ANSWERS, 0, "kept", ""), "kept is empty; rows of this quarter should be told whole"),
        (changed(ANSWERS, 1, "reopened", "31"), "reopened is 31, more than cases, 30"),
        (changed(ANSWERS, 0, "kept", "10"), "kept + not_kept are 13, more than promised, 12"),
        (changed(ANSWERS, 0, "definition", "other"), "definition is first; row 2 of 2026-Q1 has other"),
        (changed(ANSWERS, 0, "quarter", "2026-13"), "quarter is '2026-13'; it should be a quarter"),
        (
            changed(READINGS_SHOWN, "kappa.value", "value", "0.9"),
            "all found kappa.value: told 0.9, computed 0.617737",
        ),
        (changed(READINGS_SHOWN, "yes.low", "value", "0.9"), "all found yes.low: told 0.9, computed"),
        (changed(READINGS, 0, "yes_no", "4"), "all found: what both said does not add up to 50 read"),
        (
            changed(READINGS, 1, "yes", "11"),
            "office '=hall found yes.share: told 0.555556, computed 0.611111",
        ),
        (changed(READINGS, 1, "yes", "19"), "office =hall found: yes is 19, told 18, read 20"),
        (changed(READINGS, 1, "yes_yes", "3"), "yes_yes is '3'; it should be empty in this row"),
        (changed(READINGS, 1, "read", "31"), "all found: offices leave 19 read"),
        (changed(READINGS, 1, "question", "other"), "its questions are other; they should be found"),
        (changed(READINGS, 1, "table", "area"), "table is 'area'; it should be one of all, office"),
        (changed(SAMPLES, 0, "size", "49"), "size is 49; it should be one of 50, 20"),
        (changed(SAMPLES, 0, "size", "20"), "read is 50, with 20 at least, of 20"),
        (changed(SAMPLES, 0, "closes_on", "2026-06-21"), "closes_on is 2026-06-21; it should be 2026-06-20"),
        (changed(SAMPLES, 0, "threshold", "19"), "threshold is 19; it should be 20 at least"),
        (changed(SAMPLES, 0, "withheld", "0"), "withheld is 0, and offices leave 30 read to others"),
        (changed(SAMPLES, 1, "state", "read"), "it is read, with 0 rows"),
        (changed(SAMPLES, 1, "withheld", "1"), "withheld is 1, with no rows"),
        (changed(SAMPLES, 2, "threshold", "20"), "threshold is '20'; it should be empty in this row"),
        (changed(SAMPLES, 0, "state", "done"), "state is 'done'; it should be one of reading, few, read"),
        (changed(SAMPLES, 2, "quarter", "2026-Q4"), "there is no 2026-Q4 in answers.csv"),
    ],
)
def test_one_number_that_was_changed_is_found(files: Path, change: Callable[[Path], None], told: str) -> None:
    assert run(check=str(files)).exit_code == 0
    change(files)
    done = run(check=str(files))
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output


def test_each_pair_of_answers_has_its_column() -> None:
    assert tuple(product(SAMPLE_ANSWERS, repeat=2)) == PAIRS


def test_files_under_the_names_that_they_are_taken_with(files: Path) -> None:
    for name in ALL_COLUMNS:
        (files / name).rename(files / f"2026-04-{name}")
    assert run(check=str(files)).exit_code == 0
    assert run(check=str(files / "nothing")).exit_code == 2
