"""What `gongshi figures --check` does: every number that is told, once more from the counts of the open data alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gongshi.figures.definitions import Definition
from gongshi.figures.metrics import APART
from gongshi.figures.periods import Month
from gongshi.figures.released import columns
from gongshi.figures.released.answer_files import answer_differences, read_answers
from gongshi.figures.released.csv_rows import rows_of
from gongshi.figures.released.files import (
    COLUMNS,
    DEFINITIONS,
    EACH,
    SHOWN,
    definition_row,
    read_tables,
    shown_row,
)
from gongshi.figures.released.reading_files import sample_differences
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.shown import shown_numbers
from gongshi.rules.disclosure import ALL, CATEGORY, OFFICE, PAIR


def differences(folder: Path) -> Iterator[str]:
    """One line for each thing that is not as it is computed. Raises `csv_rows.WrongFile`. Reads no database."""
    months = read_tables(folder)
    # Of counts that cannot be nothing is computed.
    impossible = set()
    dated = {
        row["code"] for row in rows_of(folder, DEFINITIONS, COLUMNS[DEFINITIONS], each=EACH[DEFINITIONS])
    }
    counted_by = {str(one.month): one.definition for one in months.values()}
    counted_by |= {str(one.quarter): one.definition for one in read_answers(folder).values()}
    for name, code in counted_by.items():
        if code not in dated:
            yield f"{name}: {code} is not in {DEFINITIONS}"
    for tables in months.values():
        for line in tables.lines:
            for wrong in (*_wrong(line, tables.threshold), *_beyond(line, tables)):
                impossible.add(tables.month)
                yield f"{_named(tables.month, line)}: {wrong}"
        yield from _apart(tables)
    yield from _compared(folder, months, impossible)
    yield from answer_differences(folder)
    yield from sample_differences(folder)


def differences_from(told: Tables, folder: Path) -> Iterator[str]:
    """Where the files say something else of a month than what a board was made of."""
    there = read_tables(folder).get(told.month)
    if there is None:
        yield f"{told.month}: not in the files"
        return
    heads = [(each.as_of, each.threshold, each.definition) for each in (there, told)]
    if heads[0] != heads[1]:
        yield "{}: as of {} with {} by {}, not {} with {} by {}".format(told.month, *heads[0], *heads[1])
    ours, theirs = ({line.key: line for line in each.lines} for each in (told, there))
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield f"{told.month} {' '.join(filter(None, key))}: {theirs.get(key)} and not {ours.get(key)}"


def definition_differences_from(told: Iterable[Definition], folder: Path) -> Iterator[str]:
    """Where the files say something else of what is counted, and since when, than the boards do."""
    there = {
        row["code"]: tuple(row.values())
        for row in rows_of(folder, DEFINITIONS, COLUMNS[DEFINITIONS], each=EACH[DEFINITIONS])
    }
    for one in told:
        ours = tuple(definition_row(one))
        if there.get(one.code) != ours:
            yield f"{one.code}: {there.get(one.code)} and not {ours}"


def _wrong(line: Line, threshold: int) -> Iterator[str]:
    """What cannot be in one row."""
    for column in columns.COLUMNS:
        n, whole = line.counts.get(column.name), line.counts.get(column.of) if column.of else None
        if n is not None and whole is not None and n > whole:
            yield f"{column.name} is {n}, more than {column.of}, {whole}"
        if n is not None and not column.follows and 0 < n < threshold:
            yield f"{column.name} is {n}, below {threshold}"
    cases = line.counts.get("cases")
    if line.waits and sum(one.answered + one.unanswered for one in line.waits) != cases:
        yield f"waits do not add up to cases, {cases}"
    if line.waits:
        ends = [-1, *(one.last for one in line.waits)]
        if None in ends[:-1] or [one.first for one in line.waits] != [
            end + 1 for end in ends[:-1] if end is not None
        ]:
            yield "waits do not follow each other"


def _apart(tables: Tables) -> Iterator[str]:
    """What is counted apart stands in no share: no row has more of it than there is, and offices have all of it."""
    whole, offices = tables.line(ALL), tables.of(OFFICE)
    for name in APART:
        there = whole.counts.get(name) if whole else None
        told = [(line, n) for line in tables.lines if (n := line.counts.get(name)) is not None]
        if there is None:
            continue
        for line, n in told:
            if n > there:
                yield f"{_named(tables.month, line)}: {name} is {n}, more than all, {there}"
        parts = [line.counts.get(name) for line in offices]
        if offices and None not in parts and sum(filter(None, parts)) != there:
            yield f"{tables.month}: {name} of all offices does not add up to {there}"


def _beyond(pair: Line, tables: Tables) -> Iterator[str]:
    """Where an office has more of a category than there is of it; and of what is left, not more in time than due."""
    place = tables.line(CATEGORY, category=pair.category) if pair.table == PAIR else None
    if place is None:
        return
    left = {
        name: whole - n
        for name, n in pair.counts.items()
        if n is not None and (whole := place.counts.get(name)) is not None
    }
    for column in columns.COLUMNS:
        n = left.get(column.name, 0)
        if not 0 <= n <= left.get(column.of, n):
            yield f"{column.name} leaves {n} of the category to others"


def _compared(folder: Path, months: dict[Month, Tables], impossible: set[Month]) -> Iterator[str]:
    computed = {
        tuple(row[:-1]): row[-1]
        for month, tables in months.items()
        if month not in impossible
        for row in (shown_row(str(month), number) for number in shown_numbers(tables))
    }
    unknown = {str(month) for month in impossible}
    told: dict[tuple[str, ...], str] = {}
    for row in rows_of(folder, SHOWN, COLUMNS[SHOWN], each=EACH[SHOWN]):
        cells = list(row.values())
        if cells[0] not in unknown:
            told[tuple(cells[:-1])] = cells[-1]
    for key in sorted(computed.keys() | told.keys()):
        if computed.get(key) != told.get(key):
            words = " ".join(filter(None, key))
            yield f"{words}: told {told.get(key, 'nothing')}, computed {computed.get(key, 'nothing')}"


def _named(month: Month, line: Line) -> str:
    return " ".join(filter(None, (str(month), *line.key)))
