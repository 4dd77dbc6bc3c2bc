"""Whether files of open data are made as Gongshi makes them, before anything is computed from them: cell by cell.

What is read otherwise would be read twice, or by halves: two rows of one key, cells that nobody looks at, one head of a
month on its first row and another on the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gongshi.figures.released.answer_files import ANSWERS, ANSWERS_SHOWN
from gongshi.figures.released.answer_files import COLUMNS as ANSWER_FILES
from gongshi.figures.released.cells import CELLS, Row, row_wrongs
from gongshi.figures.released.csv_rows import WrongFile, cells_of, found_as
from gongshi.figures.released.files import COLUMNS, DEFINITIONS, EACH, SHOWN, TABLES, WAITS
from gongshi.figures.released.reading_files import COLUMNS as READING_FILES
from gongshi.figures.released.reading_files import KEYS as READING_KEYS
from gongshi.figures.released.reading_files import READINGS, READINGS_SHOWN, SAMPLES
from gongshi.figures.released.saying import Place, Sentence, named
from gongshi.formats.cells import read_cell
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE, PAIR

ALL_COLUMNS: Mapping[str, tuple[str, ...]] = {**COLUMNS, **ANSWER_FILES, **READING_FILES}
_TABLES = (ALL, OFFICE, CATEGORY, AREA, PAIR)
_HEAD = ("as_of", "threshold", "definition")


class Form(NamedTuple):
    """key: what no two rows have in common. head: what all rows of a month or quarter have in common.

    order: by which columns rows stand in order, tables in that of `_TABLES`. within: the file that has a row for what a
    row is about, and by which columns.
    """

    key: tuple[str, ...]
    head: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    within: tuple[str, tuple[str, ...]] | None = None


_MONTH, _STRETCH = EACH[TABLES], EACH[WAITS]
FORMS = {
    DEFINITIONS: Form(EACH[DEFINITIONS], order=("changed_on",)),
    TABLES: Form(_MONTH, _HEAD, order=_MONTH),
    WAITS: Form(_STRETCH, order=_STRETCH, within=(TABLES, _MONTH)),
    # Codes of a quarter have an order since a certain definition alone, questions the one in which they are asked.
    ANSWERS: Form(("quarter", "table", "code"), _HEAD, order=("quarter", "table")),
    SAMPLES: Form(("quarter",), order=("quarter",), within=(ANSWERS, ("quarter",))),
    READINGS: Form(READING_KEYS, order=("quarter", "table", "code"), within=(SAMPLES, ("quarter",))),
    SHOWN: Form(()),
    ANSWERS_SHOWN: Form(()),
    READINGS_SHOWN: Form(()),
}
"""What is computed is compared row by row: nothing but its columns is asked of it here."""
Rows = Mapping[int, Row]
"""The rows of a file by their numbers."""


def row_places(folder: Path, name: str, key: tuple[str, ...]) -> dict[tuple[str, ...], Place]:
    """Where the row of each key stands. Raises `WrongFile`."""
    file, columns = found_as(folder, name)[0].name, ALL_COLUMNS[name]
    rows = (dict(zip(columns, cells, strict=True)) for cells in cells_of(folder, name)[1:])
    return {_key(row, key): Place(file, number) for number, row in enumerate(rows, start=2)}


def form_differences(folder: Path) -> Iterator[str]:
    """One sentence for each thing that is not as it is written."""
    rows: dict[str, Rows] = {}
    for name, form in FORMS.items():
        paths = found_as(folder, name)
        place, here = Place(paths[0].name), dict[int, Row]()
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            yield place.says(
                (f"有几个：{names}，应该只有一个", f"there are several: {names}; there should be one")
            )
        unread = list(_read(folder, name, here))
        for number, found in unread:
            yield place._replace(row=number).says(found)
        if not unread:
            rows[name] = here
        for each in (_cells(name, here), _twice(form, here), _heads(form, here), _order(form, here)):
            for number, found in each:
                yield place._replace(row=number).says(found)
        for number, found in _strangers(form, here, rows):
            yield place._replace(row=number).says(found)


Found = Iterator[tuple[int, Sentence]]


def _read(folder: Path, name: str, rows: dict[int, Row]) -> Found:
    """Fill ``rows`` with those that have all their columns."""
    columns = ALL_COLUMNS[name]
    try:
        head, *cells = cells_of(folder, name) or [[]]
    except WrongFile as error:
        yield 0, (f"读不了：{error}", f"not such a file: {error}")
        return
    if tuple(head) != columns:
        found = [", ".join(names) or "-" for names in (_less(columns, head), _less(head, columns))]
        should = ", ".join(columns)
        yield (
            1,
            (
                f"缺的列：{found[0]}；不认识的列：{found[1]}；应该是 {should}",
                f"columns that are missing: {found[0]}; unknown: {found[1]}; they should be {should}",
            ),
        )
        return
    for number, row in enumerate(cells, start=2):
        if len(row) == len(columns):
            rows[number] = dict(zip(columns, row, strict=True))
        else:
            yield (
                number,
                (
                    f"有 {len(row)} 格，应该有 {len(columns)} 格",
                    f"it has {len(row)} cells; it should have {len(columns)}",
                ),
            )


def _less(one: tuple[str, ...] | list[str], other: tuple[str, ...] | list[str]) -> list[str]:
    return [repr(name) for name in one if name not in other]


def _cells(name: str, rows: Rows) -> Found:
    checks = CELLS.get(name, {})
    for number, row in rows.items():
        for column, is_wrong in checks.items():
            if should := is_wrong(row[column]):
                zh, en = should
                yield (
                    number,
                    (
                        f"{column} 写着 {row[column]!r}，应该是{zh}",
                        f"{column} is {row[column]!r}; it should be {en}",
                    ),
                )
        yield from ((number, each) for each in row_wrongs(name, row))


def _twice(form: Form, rows: Rows) -> Found:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows.items() if form.key else ():
        key = _key(row, form.key)
        if key in seen:
            words = named(*key)
            yield (
                number,
                (
                    f"{words} 在第 {seen[key]} 行已经有了，应该只有一行",
                    f"a second row of {words}; the first is row {seen[key]}, and there should be one",
                ),
            )
        seen.setdefault(key, number)


def _heads(form: Form, rows: Rows) -> Found:
    first: dict[str, tuple[int, Row]] = {}
    for number, row in rows.items() if form.head else ():
        period = row[form.key[0]]
        before, told = first.setdefault(period, (number, row))
        for column in form.head:
            if row[column] != told[column]:
                yield (
                    number,
                    (
                        f"{column} 写着 {row[column]}，{period} 在第 {before} 行写着 {told[column]}，应该一样",
                        f"{column} is {row[column]}; row {before} of {period} has {told[column]}, "
                        "and they should be the same",
                    ),
                )


def _order(form: Form, rows: Rows) -> Found:
    before: tuple[int | str, ...] = ()
    for number, row in rows.items() if form.order else ():
        try:
            place = tuple(_PLACES.get(column, read_cell)(row[column]) for column in form.order)
        except ValueError:
            # What stands there is told by its cell.
            continue
        if place < before:
            yield number, ("次序不对，应该在前面", "it stands out of order; it should be further up")
        before = max(before, place)


_PLACES: Mapping[str, Callable[[str], int | str]] = {"table": _TABLES.index, "from_days": int}


def _strangers(form: Form, rows: Rows, others: Mapping[str, Rows]) -> Found:
    if form.within is None or form.within[0] not in others:
        return
    name, key = form.within
    there = {_key(row, key) for row in others[name].values()}
    for number, row in rows.items():
        if _key(row, key) not in there:
            words = named(*_key(row, key))
            yield number, (f"{name} 里没有 {words}", f"there is no {words} in {name}; there should be")


def _key(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(read_cell(row[column]) for column in columns)
