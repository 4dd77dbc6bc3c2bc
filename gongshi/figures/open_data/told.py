"""What editions on disk tell of a month or a quarter, for a database that was restored to a day before its release.

One without any case is in no file: it is counted once more.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from gongshi.figures.open_data.files import digest
from gongshi.figures.open_data.tables import Edition, editions
from gongshi.figures.periods import Month, P, Quarter
from gongshi.figures.released.answer_files import ANSWERS, read_answers
from gongshi.figures.released.answers import QuarterTables
from gongshi.figures.released.csv_rows import WrongFile
from gongshi.figures.released.files import TABLES, WAITS, read_tables
from gongshi.figures.released.tables import Tables

T = TypeVar("T")


class Damaged(ValueError):
    """An edition that may tell of a period is not as it was written, and no other one tells of it."""


def month_told(month: Month) -> Tables | None:
    """The month as it is out, or None where no edition tells of it. Raises `Damaged`."""
    return _told(month, (TABLES, WAITS), read_tables)


def quarter_told(quarter: Quarter) -> QuarterTables | None:
    """The quarter as it is out, or None where no edition tells of it. Raises `Damaged`."""
    return _told(quarter, (ANSWERS,), read_answers)


def _told(period: P, names: Collection[str], read: Callable[[Path], Mapping[P, T]]) -> T | None:
    end, damaged = period.after.first - timedelta(days=1), list[str]()
    for one in editions():
        # A quarter is released after its months: what ends before is not read.
        if one.last and one.last < end:
            continue
        if not _is_as_written(one, names):
            damaged.append(one.name)
            continue
        try:
            found = read(one.folder).get(period)
        except WrongFile:
            # An older version wrote other columns, or no such file.
            continue
        if found:
            return found
    if damaged:
        raise Damaged(f"{', '.join(damaged)} may tell of {period}, and was changed; see docs/operate/jobs.md")
    return None


def _is_as_written(one: Edition, names: Collection[str]) -> bool:
    files = [file for file in one.files if file.name in names]
    paths = [one.folder / file.name for file in files]
    return all(
        path.is_file() and digest(path) == file.sha256 for path, file in zip(paths, files, strict=True)
    )
