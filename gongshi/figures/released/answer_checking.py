"""Every number of released quarters, once more from their counts alone, and which counts cannot be."""

from collections.abc import Iterator
from pathlib import Path

from gongshi.figures.released.answer_files import ANSWERS, ANSWERS_SHOWN, read_answers, shown_rows
from gongshi.figures.released.answers import COLUMNS, NAMES, AnswerLine, QuarterTables
from gongshi.figures.released.comparing import number_differences
from gongshi.figures.released.csv_rows import found_as
from gongshi.figures.released.form import row_places
from gongshi.figures.released.possible import Counts, row_wrongs, sum_wrongs
from gongshi.figures.released.saying import Place, Sentence, about, named
from gongshi.rules.disclosure import CATEGORY, OFFICE

Wrong = tuple[AnswerLine | None, Sentence]
"""The row, None for the quarter as a whole; and what is wrong with it."""
_OF = {one.name: one.of for one in COLUMNS}


def answer_differences(folder: Path) -> Iterator[str]:
    """One sentence for each count that cannot be, and each share that is not as it is computed. Raises `WrongFile`."""
    quarters, wrong = read_answers(folder), set[str]()
    file, places = (
        Place(found_as(folder, ANSWERS)[0].name),
        row_places(folder, ANSWERS, ("quarter", "table", "code")),
    )
    for tables in quarters.values():
        quarter = str(tables.quarter)
        for line, sentence in quarter_wrongs(tables):
            wrong.add(quarter)
            key = (quarter, line.table, line.code) if line else (quarter,)
            yield places.get(key, file).says(about(named(*key), sentence))
    computed = (
        row for each in quarters.values() if str(each.quarter) not in wrong for row in shown_rows(each)
    )
    yield from number_differences(folder, ANSWERS_SHOWN, computed, wrong)


def answer_differences_from(told: QuarterTables, folder: Path) -> Iterator[str]:
    """Where the file says something else of a quarter than what a board was made of."""
    there = read_answers(folder).get(told.quarter)
    if there != told:
        place = Place(found_as(folder, ANSWERS)[0].name)
        yield place.says(
            (f"{told.quarter} 写着 {there}，这里公布的是 {told}", f"{told.quarter}: {there} and not {told}")
        )


def quarter_wrongs(tables: QuarterTables) -> Iterator[Wrong]:
    """Everything in the quarter that cannot be. Pure."""
    after = tables.quarter.after.first
    if tables.as_of < after:
        yield (
            None,
            (
                f"as_of 是 {tables.as_of}，应该是 {after} 或以后",
                f"as_of is {tables.as_of}; it should be {after} or later",
            ),
        )
    for line in tables.lines:
        yield from ((line, each) for each in _row(line, tables))
    yield from _tables(tables)


def _row(line: AnswerLine, tables: QuarterTables) -> Iterator[Sentence]:
    if line.counts is None:
        return
    counts, cases = line.counts._asdict(), line.counts.cases
    if cases < tables.least:
        yield (
            f"cases 是 {cases}，不到 {tables.least}，应该空着",
            f"cases is {cases}, below {tables.least}; it should be empty",
        )
    # Before counts were withheld one by one, rows were told whole.
    for name in () if tables.by_count else (name for name, n in counts.items() if n is None):
        yield (
            f"{name} 空着，这一季的行应该写全",
            f"{name} is empty; rows of this quarter should be told whole",
        )
    threshold = tables.threshold if tables.by_count else 0
    yield from row_wrongs(counts, COLUMNS, threshold, strict=True)


def _tables(tables: QuarterTables) -> Iterator[Wrong]:
    """Every matter is an office's and a category's: where all rows of one table are told, its sums are the whole."""
    for table, other in ((OFFICE, CATEGORY), (CATEGORY, OFFICE)):
        if not tables.of(table):
            yield None, (f"没有 {table} 的行，应该有", f"there is no row of {table}; there should be")
            continue
        whole, parts = _sums(tables, table), [_counts(line) for line in tables.of(other)]
        for wrong in sum_wrongs(whole, parts, _OF, every=tables.by_count) if parts else ():
            yield None, about(f"{table} → {other}", wrong)
        before: tuple[str, ...] = ()
        for line in tables.of(table) if tables.by_count else ():
            if (line.code,) < before:
                yield line, ("次序不对，应该在前面", "it stands out of order; it should be further up")
            before = max(before, (line.code,))


def _sums(tables: QuarterTables, table: str) -> Counts:
    rows = [_counts(line) for line in tables.of(table)]
    return {name: _sum([row.get(name) for row in rows]) for name in NAMES}


def _sum(cells: list[int | None]) -> int | None:
    told = [n for n in cells if n is not None]
    return sum(told) if len(told) == len(cells) else None


def _counts(line: AnswerLine) -> Counts:
    return line.counts._asdict() if line.counts else dict.fromkeys(NAMES)
