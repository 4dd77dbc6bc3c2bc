"""Samples of answers as files of open data, and back."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from gongshi.figures.periods import Quarter
from gongshi.figures.released.answer_files import parts_of
from gongshi.figures.released.csv_rows import WrongFile, day, rows_of, whole
from gongshi.figures.released.readings import FEW, PAIRS, READ, READING, ReadLine, SampleTold
from gongshi.figures.shown.readings import question_of, shares_by_name
from gongshi.formats.cells import read_cell, safe_cell
from gongshi.rules.disclosure import ALL, OFFICE

SAMPLES, READINGS, READINGS_SHOWN = "samples.csv", "readings.csv", "readings_shown.csv"
HEAD = ("quarter", "state", "size", "batch", "closes_on", "as_of", "threshold", "withheld")
KEYS = ("quarter", "table", "code", "question")
WITHHELD = ("0", "1", "")
SAID = tuple("_".join(pair) for pair in PAIRS)
COLUMNS = {
    SAMPLES: HEAD,
    READINGS: (*KEYS, "read", "told", "yes", *SAID),
    READINGS_SHOWN: (*KEYS, "name", "value"),
}


def write_samples(folder: Path, samples: Iterable[SampleTold]) -> None:
    """``samples.csv``, ``readings.csv`` and ``readings_shown.csv``, the oldest quarter first."""
    with ExitStack() as stack:
        writers = {
            name: csv.writer(stack.enter_context((folder / name).open("w", encoding="utf-8", newline="")))
            for name in COLUMNS
        }
        for name, writer in writers.items():
            writer.writerow(COLUMNS[name])
        for one in samples:
            writers[SAMPLES].writerow(_head(one))
            for line in one.lines:
                told = line.said or [""] * len(SAID)
                writers[READINGS].writerow([*_key(one, line), line.read, line.told, line.yes, *told])
            writers[READINGS_SHOWN].writerows(shown_rows(one))


def _head(one: SampleTold) -> list[object]:
    closed = [one.as_of, one.threshold, int(one.withheld)] if one.as_of else ["", "", ""]
    return [str(one.quarter), one.state, one.size, one.batch, one.closes_on, *closed]


def _key(one: SampleTold, line: ReadLine) -> tuple[str, str, str, str]:
    return str(one.quarter), line.table, safe_cell(line.code), line.question


def shown_rows(one: SampleTold) -> Iterator[tuple[str, ...]]:
    """The sample's rows of ``readings_shown.csv``."""
    for line in one.lines:
        question, key = question_of(line), _key(one, line)
        for name, share in shares_by_name(question).items():
            yield from ((*key, f"{name}.{end}", value) for end, value in parts_of(share))
        if question.kappa:
            for name, number in question.kappa._asdict().items():
                yield (*key, f"kappa.{name}", f"{number:.6f}")


def read_samples(folder: Path) -> dict[Quarter, SampleTold]:
    """The samples that the files hold. Raises `WrongFile`."""
    found = {}
    for row in rows_of(folder, SAMPLES, COLUMNS[SAMPLES], each=("quarter",)):
        quarter = _quarter(row["quarter"])
        if row["state"] not in (READING, FEW, READ) or row["withheld"] not in WITHHELD or quarter in found:
            raise WrongFile(f"{SAMPLES}: {row}")
        drawn = SampleTold(
            quarter, row["state"], whole(row, "size"), whole(row, "batch"), day(row["closes_on"])
        )
        if drawn.state != READING:
            withheld = row["withheld"] == "1"
            drawn = replace(
                drawn, as_of=day(row["as_of"]), threshold=whole(row, "threshold"), withheld=withheld
            )
        found[quarter] = drawn
    for row in rows_of(folder, READINGS, COLUMNS[READINGS], each=KEYS):
        quarter = _quarter(row["quarter"])
        if quarter not in found or row["table"] not in (ALL, OFFICE):
            raise WrongFile(f"{READINGS}: {row}")
        said = tuple(whole(row, name) for name in SAID) if row["table"] == ALL else ()
        read, told, yes = (whole(row, name) for name in ("read", "told", "yes"))
        line = ReadLine(row["table"], read_cell(row["code"]), row["question"], read, told, yes, said)
        found[quarter] = replace(found[quarter], lines=(*found[quarter].lines, line))
    return found


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise WrongFile(f"quarter: {text!r}") from error
