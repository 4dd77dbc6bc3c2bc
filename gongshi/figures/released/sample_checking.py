"""Every number of samples of answers, once more from their counts alone, and what cannot be."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from gongshi.figures.released.answer_files import read_answers
from gongshi.figures.released.answers import LEAST
from gongshi.figures.released.comparing import number_differences
from gongshi.figures.released.csv_rows import found_as
from gongshi.figures.released.files import read_tables
from gongshi.figures.released.form import row_places
from gongshi.figures.released.reading_files import (
    KEYS,
    READINGS,
    READINGS_SHOWN,
    SAMPLES,
    read_samples,
    shown_rows,
)
from gongshi.figures.released.readings import CANNOT_TELL, READ, READ_FOR, READING, YES, ReadLine, SampleTold
from gongshi.figures.released.sample_beside import told_beside
from gongshi.figures.released.saying import Place, Sentence, about, named
from gongshi.rules.sampling import SIZES

Wrong = tuple[ReadLine | None, Sentence]
"""The row of readings, None for the sample as a whole; and what is wrong with it."""


def sample_differences(folder: Path) -> Iterator[str]:
    """One sentence for each thing that cannot be, and each number that is not as it is computed. Raises `WrongFile`."""
    samples, wrong = read_samples(folder), set[str]()
    quarters, months = read_answers(folder), read_tables(folder)
    drawn, read = row_places(folder, SAMPLES, ("quarter",)), row_places(folder, READINGS, KEYS)
    for one in samples.values():
        quarter = quarters.get(one.quarter)
        found = list(sample_wrongs(one))
        if quarter and told_beside(one, quarter, months) != one:
            found.append(
                (None, ("会透露有几件事项，不应该公布", "it would bound how many matters there were"))
            )
        for line, sentence in found:
            wrong.add(name := str(one.quarter))
            place = read[name, *line[:3]] if line else drawn[name,]
            yield place.says(about(f"{name} {named(*line[:3]) if line else 'sample'}", sentence))
    computed = (row for one in samples.values() if str(one.quarter) not in wrong for row in shown_rows(one))
    yield from number_differences(folder, READINGS_SHOWN, computed, wrong)


def sample_differences_from(told: Iterable[SampleTold], folder: Path) -> Iterator[str]:
    """Where the files say something else of samples than what the boards are made of."""
    ours, there = {one.quarter: one for one in told}, read_samples(folder)
    place = Place(found_as(folder, SAMPLES)[0].name)
    for quarter in sorted(ours.keys() | there.keys()):
        if ours.get(quarter) != there.get(quarter):
            zh = f"{quarter} sample 写着 {there.get(quarter)}，这里公布的是 {ours.get(quarter)}"
            yield place.says((zh, f"{quarter} sample: {there.get(quarter)} and not {ours.get(quarter)}"))


def sample_wrongs(one: SampleTold) -> Iterator[Wrong]:
    """Everything in the sample and its readings that cannot be. Pure."""
    yield from ((None, each) for each in _drawn(one))
    for line in one.lines:
        yield from ((line, each) for each in _row(line, one))
    yield from _questions(one)
    yield from _offices(one)


def _drawn(one: SampleTold) -> Iterator[Sentence]:
    sizes, closes = ", ".join(map(str, SIZES)), one.quarter.after.first + READ_FOR
    if one.size not in SIZES:
        yield f"size 是 {one.size}，应该是 {sizes} 之一", f"size is {one.size}; it should be one of {sizes}"
    if one.closes_on != closes:
        yield (
            f"closes_on 是 {one.closes_on}，应该是 {closes}",
            f"closes_on is {one.closes_on}; it should be {closes}",
        )
    if (one.state == READ) != bool(one.lines):
        yield (
            f"state 是 {one.state}，却有 {len(one.lines)} 行",
            f"it is {one.state}, with {len(one.lines)} rows",
        )
    if one.state == READING or one.as_of is None:
        return
    if one.threshold < LEAST:
        yield (
            f"threshold 是 {one.threshold}，应该从 {LEAST} 起",
            f"threshold is {one.threshold}; it should be {LEAST} at least",
        )
    if one.withheld and not one.lines:
        yield "withheld 是 1，没有一行，应该是 0", "withheld is 1, with no rows; it should be 0"
    if one.as_of < (day := one.quarter.after.first):
        yield (
            f"as_of 是 {one.as_of}，应该是 {day} 或以后",
            f"as_of is {one.as_of}; it should be {day} or later",
        )


def _row(line: ReadLine, one: SampleTold) -> Iterator[Sentence]:
    if not one.threshold <= line.read <= one.size:
        yield (
            f"read 是 {line.read}，应该从 {one.threshold} 到 {one.size}",
            f"read is {line.read}, with {one.threshold} at least, of {one.size}",
        )
    if not line.yes <= line.told <= line.read:
        yield (
            f"yes 是 {line.yes}，told 是 {line.told}，read 是 {line.read}，应该一个不多于一个",
            f"yes is {line.yes}, told {line.told}, read {line.read}; none should be more than the next",
        )
    pairs = line.by_pair
    told = sum(n for pair, n in pairs.items() if CANNOT_TELL not in pair)
    if pairs and (sum(line.said), told, pairs[YES, YES]) != (line.read, line.told, line.yes):
        yield (
            f"各对读法加起来是 read {sum(line.said)}、told {told}、yes {pairs[YES, YES]}，"
            f"写着 read {line.read}、told {line.told}、yes {line.yes}",
            f"what both said does not add up to {line.read} read, {line.told} told, {line.yes} yes",
        )


def _questions(one: SampleTold) -> Iterator[Wrong]:
    """Everybody reads all questions of an answer: of each office the same, as often, in one order."""
    asked = [line.question for line in one.of_all()]
    for _, rows in groupby(one.lines, key=lambda line: (line.table, line.code)):
        lines = list(rows)
        if (found := [line.question for line in lines]) != asked:
            yield (
                lines[0],
                (
                    f"问题是 {', '.join(found)}，应该是 {', '.join(asked)}",
                    f"its questions are {', '.join(found)}; they should be {', '.join(asked)}",
                ),
            )
        for line in lines[1:]:
            if line.read != lines[0].read:
                yield (
                    line,
                    (
                        f"read 是 {line.read}，别的问题是 {lines[0].read}，应该一样",
                        f"read is {line.read}, of another question {lines[0].read}; they should be the same",
                    ),
                )


def _offices(one: SampleTold) -> Iterator[Wrong]:
    """Where offices have more than there is, or leave of others what would tell of fewer than the threshold."""
    listed = one.of_offices()
    for place in one.of_all():
        left, told, yes = (
            getattr(place, name)
            - sum(getattr(line, name) for line in listed if line.question == place.question)
            for name in ("read", "told", "yes")
        )
        if not 0 <= yes <= told <= left or 0 < left < one.threshold:
            yield (
                place,
                (
                    f"各单位以外剩 read {left}、told {told}、yes {yes}，不可能，或者太少",
                    f"offices leave {left} read, {told} told, {yes} yes to others, which cannot be, or is too few",
                ),
            )
        if left >= 0 and bool(left) != one.withheld:
            yield (
                None,
                (
                    f"withheld 是 {int(one.withheld)}，各单位以外却剩 {left} 份",
                    f"withheld is {int(one.withheld)}, and offices leave {left} read to others",
                ),
            )
            return
