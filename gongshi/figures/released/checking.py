"""What `gongshi figures --check` does: every number that is told, once more from the counts of the open data alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gongshi.figures.definitions import Definition, definitions
from gongshi.figures.released.answer_checking import answer_differences
from gongshi.figures.released.answer_files import read_answers
from gongshi.figures.released.comparing import number_differences
from gongshi.figures.released.csv_rows import found_as, rows_of
from gongshi.figures.released.files import (
    COLUMNS,
    DEFINITIONS,
    EACH,
    SHOWN,
    TABLES,
    definition_row,
    read_tables,
    shown_row,
)
from gongshi.figures.released.form import form_differences, row_places
from gongshi.figures.released.month_checking import month_wrongs
from gongshi.figures.released.sample_checking import sample_differences
from gongshi.figures.released.saying import Place, about, named
from gongshi.figures.released.tables import Tables
from gongshi.figures.shown import shown_numbers


def differences(folder: Path) -> Iterator[str]:
    """One sentence for each thing that is not as it is written, or computed. Raises `csv_rows.WrongFile`.

    Reads no database. Of files that are not made as Gongshi makes them nothing is computed.
    """
    is_made_so = True
    for wrong in form_differences(folder):
        is_made_so = False
        yield wrong
    if not is_made_so:
        return
    yield from _dated(folder)
    yield from _month_differences(folder)
    yield from answer_differences(folder)
    yield from sample_differences(folder)


def _month_differences(folder: Path) -> Iterator[str]:
    months, impossible = read_tables(folder), set[str]()
    file, places = Place(found_as(folder, TABLES)[0].name), row_places(folder, TABLES, EACH[TABLES])
    for tables in months.values():
        month = str(tables.month)
        for line, wrong in month_wrongs(tables):
            # Of counts that cannot be nothing is computed.
            impossible.add(month)
            key = (month, *line.key) if line else (month,)
            yield places.get(key, file).says(about(named(*key), wrong))
    computed = (
        tuple(shown_row(str(tables.month), number))
        for tables in months.values()
        if str(tables.month) not in impossible
        for number in shown_numbers(tables)
    )
    yield from number_differences(folder, SHOWN, computed, impossible)


def _dated(folder: Path) -> Iterator[str]:
    """What was counted by what is not dated; and what this program dates otherwise, as far as both lists go."""
    rows = [tuple(row.values()) for row in _definition_rows(folder)]
    codes, place = {code for code, *_ in rows}, Place(found_as(folder, DEFINITIONS)[0].name)
    used = {str(one.month): one.definition for one in read_tables(folder).values()}
    used |= {str(one.quarter): one.definition for one in read_answers(folder).values()}
    for period, code in used.items():
        if code not in codes:
            yield place.says((f"{period} 用的 {code} 不在里面", f"{period}: {code} is not in {DEFINITIONS}"))
    ours = [tuple(definition_row(one)) for one in definitions()]
    # An edition of another version ends sooner, or goes on: nobody changes what is dated.
    for number, (told, own) in enumerate(zip(rows, ours, strict=False), start=2):
        if told != own:
            words = [", ".join(each) for each in (told, own)]
            sentence = (
                f"写着 {words[0]}，这个程序里是 {words[1]}",
                f"{words[0]} stands here; in this program it is {words[1]}",
            )
            yield place._replace(row=number).says(sentence)


def _definition_rows(folder: Path) -> Iterator[dict[str, str]]:
    for row in rows_of(folder, DEFINITIONS, COLUMNS[DEFINITIONS], each=EACH[DEFINITIONS]):
        yield dict(row)


def differences_from(told: Tables, folder: Path) -> Iterator[str]:
    """Where the files say something else of a month than what a board was made of."""
    there, place = read_tables(folder).get(told.month), Place(found_as(folder, TABLES)[0].name)
    if there is None:
        yield place.says((f"没有 {told.month}", f"{told.month}: not in the files"))
        return
    heads = [(each.as_of, each.threshold, each.definition) for each in (there, told)]
    if heads[0] != heads[1]:
        words = [" ".join(map(str, each)) for each in heads]
        yield place.says(_not_as_released(str(told.month), *words))
    ours, theirs = ({line.key: line for line in each.lines} for each in (told, there))
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield place.says(_not_as_released(named(str(told.month), *key), theirs.get(key), ours.get(key)))


def definition_differences_from(told: Iterable[Definition], folder: Path) -> Iterator[str]:
    """Where the files say something else of what is counted, and since when, than the boards do."""
    there = {row["code"]: tuple(row.values()) for row in _definition_rows(folder)}
    place = Place(found_as(folder, DEFINITIONS)[0].name)
    for one in told:
        ours = tuple(definition_row(one))
        if there.get(one.code) != ours:
            yield place.says(_not_as_released(one.code, there.get(one.code), ours))


def _not_as_released(what: str, there: object, ours: object) -> tuple[str, str]:
    return f"{what} 写着 {there}，这里公布的是 {ours}", f"{what}: {there} and not {ours}"
