"""`gongshi figures --check` notices whatever is changed in an edition, but for what no stranger can know.

Each file is changed in many ways, one after the other: a cell, a row that stands twice, is gone, or has changed places.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from gongshi.figures.released.answer_files import ANSWERS, ANSWERS_SHOWN
from gongshi.figures.released.checking import differences
from gongshi.figures.released.csv_rows import cells_of
from gongshi.figures.released.files import DEFINITIONS, SHOWN, TABLES, WAITS
from gongshi.figures.released.form import FORMS
from gongshi.figures.released.month_checking import month_wrongs
from gongshi.figures.released.reading_files import READINGS, READINGS_SHOWN, SAMPLES
from gongshi.figures.released.saying import named
from gongshi.figures.released.tables import Bin, Line
from tests.figures.edition import march, write_edition

COUNTED = (DEFINITIONS, TABLES, WAITS, ANSWERS, SAMPLES, READINGS)
COMPUTED = (SHOWN, ANSWERS_SHOWN, READINGS_SHOWN)
Rows = list[list[str]]
# What no stranger can know, as nothing in the files contradicts it: the row, and the column or what became of it.
UNKNOWN = {
    # Of a row of which everything is withheld: that there is one, and what it is called. Another of the table is, too.
    *product(("2026-Q1 office parks", "2026-Q1 office pools"), ("code", "gone")),
    # It stands in no share, and other offices withhold theirs: they may have whatever is left.
    *product([f"2026-03 office {code}" for code in ("parks", "roads", "water")], ("forwarded",)),
    # That none was promised, where that is withheld: parts of none tell nothing.
    ("2026-03 office parks", "promised"),
    # What the public ledger knows, and nobody else; and when both readers were done.
    *product(("2026-Q1", "2026-Q2"), ("batch",)),
    ("2026-Q1", "as_of"),
    # That a sample of which nothing is told yet was drawn at all.
    ("2026-Q2", "gone"),
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_edition(tmp_path)
    assert list(differences(tmp_path)) == []
    return tmp_path


def otherwise(cell: str) -> str:
    """What could stand there as well: one more, a day later, another word; where nothing is told, none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return (date.fromisoformat(cell) + timedelta(days=1)).isoformat()
    if re.fullmatch(r"\d{4}-(Q?)\d+", cell):
        return f"{int(cell[:4]) + 1}{cell[4:]}"
    if re.fullmatch(r"-?\d+\.\d{6}", cell):
        return f"{cell[:-1]}{(int(cell[-1]) + 1) % 10}"
    return str(int(cell) + 1) if cell.isdigit() else f"{cell}x" if cell else "0"


def changes(name: str, rows: Rows) -> Iterator[tuple[tuple[str, str], Rows]]:
    """Every row, below the names of columns, changed in every way."""
    head, *below = rows
    for number, row in enumerate(below):
        before, after = rows[: number + 1], rows[number + 2 :]
        cells = dict(zip(head, row, strict=True))
        about = named(*(cells[column] for column in FORMS[name].key))
        for place, column in enumerate(head):
            yield (about, column), [*before, [*row[:place], otherwise(row[place]), *row[place + 1 :]], *after]
        yield (about, "twice"), [*before, row, row, *after]
        yield (about, "gone"), [*before, *after]
        if after:
            yield (about, "later"), [*before, after[0], row, *after[1:]]


def put(folder: Path, name: str, rows: Rows) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_whatever_is_changed_in_what_is_counted(files: Path) -> None:
    silent = set()
    for name in COUNTED:
        rows = cells_of(files, name)
        for what, changed in changes(name, rows):
            put(files, name, changed)
            if next(differences(files), None) is None:
                silent.add(what)
        put(files, name, rows)
    assert silent == UNKNOWN


@pytest.mark.parametrize("name", COMPUTED)
def test_whatever_is_changed_in_what_is_computed(files: Path, name: str) -> None:
    """Rows are looked at one by one, so that all can be changed at once: each of them is named."""
    head, *below = cells_of(files, name)

    def told(rows: Rows) -> str:
        put(files, name, [head, *rows])
        return "\n".join(differences(files))

    for place in range(len(head)):
        found = told([[*row[:place], otherwise(row[place]), *row[place + 1 :]] for row in below])
        assert all(f"{name} row {number}: " in found for number, _ in enumerate(below, start=2))
    found = told([row for row in below for _ in range(2)])
    assert all(f"{name} row {2 * number + 1}: " in found for number, _ in enumerate(below, start=1))
    found = told([])
    assert all(f"{name}: {named(*row[:-1])}: told nothing, computed {row[-1]}" in found for row in below)
    for number in range(0, len(below) - 1, 40):
        swapped = [*below[:number], below[number + 1], below[number], *below[number + 2 :]]
        assert f"{name} row {number + 2}: " in told(swapped)


def wrongs(*lines: Line, **changes: Any) -> set[str]:
    """What is wrong with the month when these lines stand there instead of those of the same key."""
    month, by_key = march(), {line.key: line for line in lines}
    kept = tuple(by_key.get(line.key, line) for line in month.lines)
    return {english for _, (_, english) in month_wrongs(replace(month, **{"lines": kept, **changes}))}


def test_whole_tables_that_cannot_be() -> None:
    """What would have to be changed in several rows, or files, at once."""
    month = march()
    everything, roads = month.line("all"), month.line("office", office="roads")
    assert everything
    assert roads
    assert wrongs() == set()
    for table in ("all", "office", "category", "area"):
        others = tuple(line for line in month.lines if line.table != table)
        assert f"there is no row of {table}; there should be" in wrongs(lines=others)
    others = tuple(line for line in month.lines if line != roads)
    assert "there is no row of office roads; there should be" in wrongs(lines=others)
    assert wrongs(replace(roads, waits=())) == {"it has no bins of days; it should have, as answered is told"}
    less = replace(everything, counts={**everything.counts, "staff_logged": None})
    found = wrongs(less)
    assert found == {"staff_logged is 30; it should not be told, as it is not of all together"} | {
        "staff_logged is 90; it should not be told, as it is not of all together"
    }
    few = Bin(0, 7, 5, 0), Bin(8, 21, 59, 0), Bin(22, None, 0, 16)
    assert "the bin up to day 7: 5; it should be none or 11 at least" in wrongs(replace(roads, waits=few))
    # 64 were answered; six of them after all bins.
    late = Bin(0, 21, 58, 0), Bin(22, None, 0, 22)
    assert "answered later: 6; it should be none or 11 at least" in wrongs(replace(roads, waits=late))
    assert wrongs(as_of=date(2026, 4, 30)) == {"as_of is 2026-04-30; it should be 2026-05-01 or later"}
