"""Samples of answers as files of open data, and every number of them once more from the counts alone."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from gongshi.figures.periods import Quarter
from gongshi.figures.released.answer_files import parts_of, read_answers
from gongshi.figures.released.csv_rows import WrongFile, day, rows_of, whole
from gongshi.figures.released.files import read_tables
from gongshi.figures.released.readings import FEW, PAIRS, READ, READING, ReadLine, SampleTold
from gongshi.figures.released.sample_beside import told_beside
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
            writers[READINGS_SHOWN].writerows(_shown(one))


def _head(one: SampleTold) -> list[object]:
    closed = [one.as_of, one.threshold, int(one.withheld)] if one.as_of else ["", "", ""]
    return [str(one.quarter), one.state, one.size, one.batch, one.closes_on, *closed]


def _key(one: SampleTold, line: ReadLine) -> tuple[str, str, str, str]:
    return str(one.quarter), line.table, safe_cell(line.code), line.question


def _shown(one: SampleTold) -> Iterator[tuple[str, ...]]:
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


def sample_differences(folder: Path) -> Iterator[str]:
    """One line for each count that cannot be, and each number that is not as it is computed. Raises `WrongFile`."""
    samples, wrong = read_samples(folder), set()
    quarters, months = read_answers(folder), read_tables(folder)
    for one in samples.values():
        quarter = quarters.get(one.quarter)
        gives_away = ["it would bound how many matters there were"]
        if quarter is None or told_beside(one, quarter, months) == one:
            gives_away = []
        for words in (*_impossible(one), *_beyond(one), *gives_away):
            wrong.add(str(one.quarter))
            yield f"{one.quarter} sample: {words}"
    rows = (row for one in samples.values() if str(one.quarter) not in wrong for row in _shown(one))
    computed = {row[:-1]: row[-1] for row in rows}
    told = {
        tuple(row.values())[:-1]: row["value"]
        for row in rows_of(folder, READINGS_SHOWN, COLUMNS[READINGS_SHOWN], each=(*KEYS, "name"))
        if row["quarter"] not in wrong
    }
    for key in sorted(computed.keys() | told.keys()):
        if computed.get(key) != told.get(key):
            words = " ".join(filter(None, key))
            yield f"{words}: told {told.get(key, 'nothing')}, computed {computed.get(key, 'nothing')}"


def sample_differences_from(told: Iterable[SampleTold], folder: Path) -> Iterator[str]:
    """Where the files say something else of samples than what the boards are made of."""
    ours, there = {one.quarter: one for one in told}, read_samples(folder)
    for quarter in sorted(ours.keys() | there.keys()):
        if ours.get(quarter) != there.get(quarter):
            yield f"{quarter} sample: {there.get(quarter)} and not {ours.get(quarter)}"


def _impossible(one: SampleTold) -> Iterator[str]:
    """What cannot be in one row."""
    if (one.state == READ) != bool(one.lines):
        yield f"it is {one.state}, with {len(one.lines)} rows"
    for line in one.lines:
        named = " ".join(filter(None, line[:3]))
        if not one.threshold <= line.read <= one.size:
            yield f"{named}: read is {line.read}, with {one.threshold} at least, of {one.size}"
        if not line.yes <= line.told <= line.read:
            yield f"{named}: yes is {line.yes}, told {line.told}, read {line.read}"
        pairs = line.by_pair
        told = sum(n for pair, n in pairs.items() if "cannot_tell" not in pair)
        if pairs and (sum(line.said), told, pairs["yes", "yes"]) != (line.read, line.told, line.yes):
            yield f"{named}: what both said does not add up to {line.read} read, {line.told} told, {line.yes} yes"


def _beyond(one: SampleTold) -> Iterator[str]:
    """Where offices have more than there is, or leave of others what would tell of fewer than the threshold."""
    total = {line.question: line for line in one.of_all()}
    if len(total) < len(one.of_all()):
        yield "a question twice"
    listed = sorted(one.of_offices(), key=lambda line: line.question)
    for question, rows in groupby(listed, key=lambda line: line.question):
        offices, place = list(rows), total.get(question)
        if place is None or len({line.code for line in offices}) < len(offices):
            yield f"{question}: offices without the place, or one of them twice"
            continue
        left, told, yes = (
            getattr(place, name) - sum(getattr(line, name) for line in offices)
            for name in ("read", "told", "yes")
        )
        if not 0 <= yes <= told <= left or 0 < left < one.threshold:
            yield f"{question}: offices leave {left} read, {told} told, {yes} yes to others"
