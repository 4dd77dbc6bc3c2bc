"""Released quarters as files of open data, and back."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gongshi.figures.metrics import Share
from gongshi.figures.periods import Quarter
from gongshi.figures.released.answers import NAMES, AnswerCounts, AnswerLine, QuarterTables
from gongshi.figures.released.csv_rows import WrongFile, day, rows_of, whole
from gongshi.figures.shown.answers import shares_by_name
from gongshi.formats.cells import read_cell, safe_cell

ANSWERS, ANSWERS_SHOWN = "answers.csv", "answers_shown.csv"
COLUMNS = {
    ANSWERS: ("quarter", "as_of", "threshold", "definition", "table", "code", *NAMES),
    ANSWERS_SHOWN: ("quarter", "table", "code", "name", "value"),
}


def write_answers(folder: Path, quarters: Iterable[QuarterTables]) -> None:
    """``answers.csv`` and ``answers_shown.csv`` of all released quarters, the oldest first."""
    paths = [folder / name for name in (ANSWERS, ANSWERS_SHOWN)]
    with (
        paths[0].open("w", encoding="utf-8", newline="") as counted,
        paths[1].open("w", encoding="utf-8", newline="") as computed,
    ):
        counts, shown = csv.writer(counted), csv.writer(computed)
        counts.writerow(COLUMNS[ANSWERS])
        shown.writerow(COLUMNS[ANSWERS_SHOWN])
        for one in quarters:
            head = [str(one.quarter), one.as_of, one.threshold, one.definition]
            for line in one.lines:
                told = line.counts or [None] * len(NAMES)
                counts.writerow([*head, line.table, safe_cell(line.code), *told])
            shown.writerows(shown_rows(one))


def shown_rows(tables: QuarterTables) -> Iterator[tuple[str, ...]]:
    """The quarter's rows of ``answers_shown.csv``."""
    for line in tables.lines:
        for name, share in shares_by_name(line.counts).items() if line.counts else ():
            key = (str(tables.quarter), line.table, safe_cell(line.code))
            for end, value in parts_of(share):
                yield (*key, f"{name}.{end}", value)


def parts_of(share: Share) -> Iterator[tuple[str, str]]:
    """What is told of a share, each as files write it: fractions with six digits."""
    for name in ("share", "low", "high"):
        yield name, f"{getattr(share, name):.6f}"
    for name in ("count", "of"):
        yield name, str(getattr(share, name))


def read_answers(folder: Path) -> dict[Quarter, QuarterTables]:
    """The released quarters that the file holds. Raises `WrongFile`."""
    found: dict[Quarter, QuarterTables] = {}
    for row in rows_of(folder, ANSWERS, COLUMNS[ANSWERS], each=("quarter", "table", "code")):
        try:
            quarter = Quarter.parse(row["quarter"])
        except ValueError as error:
            raise WrongFile(f"quarter: {row['quarter']!r}") from error
        told = _counts(row) if row["cases"] else None
        line = AnswerLine(row["table"], read_cell(row["code"]), told)
        head = (quarter, day(row["as_of"]), whole(row, "threshold"), row["definition"])
        before = found.get(quarter, QuarterTables(*head, ()))
        if (before.as_of, before.threshold, before.definition) != head[1:]:
            raise WrongFile(f"{quarter}: {row}")
        found[quarter] = replace(before, lines=(*before.lines, line))
    return found


def _counts(row: Mapping[str, str]) -> AnswerCounts:
    parts = [whole(row, name) if row[name] else None for name in NAMES[1:]]
    return AnswerCounts(whole(row, "cases"), *parts)
