"""The released tables as files of open data, and back. Codes and numbers only; codes are kept from being computed."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gongshi.figures.definitions import Definition, definitions
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.csv_rows import WrongFile, day, rows_of, whole
from gongshi.figures.released.tables import Bin, Line, Tables
from gongshi.figures.shown import Number, shown_numbers
from gongshi.formats.cells import read_cell, safe_cell

TABLES, WAITS, SHOWN, DEFINITIONS = "tables.csv", "waits.csv", "shown.csv", "definitions.csv"
KEYS = ("table", "office", "category", "area")
HEAD = ("month", "as_of", "threshold", "definition", *KEYS)
COLUMNS = {
    TABLES: (*HEAD, *NAMES),
    WAITS: ("month", *KEYS, "from_days", "to_days", "answered", "unanswered"),
    SHOWN: ("month", *KEYS, "name", "value"),
    DEFINITIONS: ("code", "changed_on", "zh", "en"),
}
EACH = {
    TABLES: ("month", *KEYS),
    WAITS: ("month", *KEYS, "from_days"),
    SHOWN: ("month", *KEYS, "name"),
    DEFINITIONS: ("code",),
}
"""What no two rows of a file have alike."""


def write_tables(folder: Path, months: Iterable[Tables]) -> None:
    """``tables.csv``, ``waits.csv`` and ``shown.csv`` of all released months, the oldest first; ``definitions.csv``."""
    files = {name: (folder / name).open("w", encoding="utf-8", newline="") for name in COLUMNS}
    try:
        writers = {name: csv.writer(file) for name, file in files.items()}
        for name, writer in writers.items():
            writer.writerow(COLUMNS[name])
        for one in definitions():
            writers[DEFINITIONS].writerow(definition_row(one))
        for tables in months:
            month = str(tables.month)
            head = [month, tables.as_of, tables.threshold, tables.definition]
            for line in tables.lines:
                key = [safe_cell(part) for part in line.key]
                counts = [_text(line.counts.get(name)) for name in NAMES]
                writers[TABLES].writerow([*head, *key, *counts])
                writers[WAITS].writerows([month, *key, *map(_text, one)] for one in line.waits)
            writers[SHOWN].writerows(shown_row(month, one) for one in shown_numbers(tables))
    finally:
        for file in files.values():
            file.close()


def definition_row(one: Definition) -> list[str]:
    """A row of ``definitions.csv``."""
    return [one.code, one.changed_on.isoformat(), *map(safe_cell, one.words.values())]


def shown_row(month: str, number: Number) -> list[str]:
    """A row of ``shown.csv``: fractions with six digits, nothing for a median beyond the bins."""
    value = f"{number.value:.6f}" if isinstance(number.value, float) else _text(number.value)
    return [month, *(safe_cell(part) for part in number.line.key), number.name, value]


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def read_tables(folder: Path) -> dict[Month, Tables]:
    """The released months that the files hold. Raises `WrongFile`."""
    waits: dict[tuple[str, ...], list[Bin]] = {}
    for row in rows_of(folder, WAITS, COLUMNS[WAITS], each=EACH[WAITS]):
        first, answered, unanswered = (whole(row, name) for name in ("from_days", "answered", "unanswered"))
        last = whole(row, "to_days") if row["to_days"] else None
        waits.setdefault(_key(row), []).append(Bin(first, last, answered, unanswered))
    heads: dict[str, tuple[date, int, str]] = {}
    lines: dict[str, list[Line]] = {}
    for row in rows_of(folder, TABLES, COLUMNS[TABLES], each=EACH[TABLES]):
        counts = {name: whole(row, name) if row[name] else None for name in NAMES}
        key = _key(row)
        head = (day(row["as_of"]), whole(row, "threshold"), row["definition"])
        if (before := heads.setdefault(row["month"], head)) != head:
            words = (" ".join(map(str, one)) for one in (before, head))
            raise WrongFile(f"{TABLES}: {row['month']}: {' ≠ '.join(words)}")
        lines.setdefault(row["month"], []).append(Line(*key[1:], counts, tuple(waits.get(key, ()))))
    months = {name: _month(name) for name in lines}
    return {
        month: Tables(month, as_of, threshold, tuple(lines[name]), definition)
        for name, month in months.items()
        for as_of, threshold, definition in [heads[name]]
    }


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise WrongFile(f"month: {text!r}") from error


def _key(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    table, office, category, area = (read_cell(row[name]) for name in KEYS)
    return row["month"], table, office, category, area
