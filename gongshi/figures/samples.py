"""The quarterly sample of answers: who is drawn, and what is published of what two readers said.

Rule, reasons and limits: docs/rules/agreement.md. The result holds nothing that may not be shown: it is all that is
kept once a sample is closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from gongshi.accounts.queries import offices
from gongshi.cases.actions.samples import lay_out
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample
from gongshi.cases.samples import ReadTwice, read_twice, sample_of, samples
from gongshi.figures.periods import Quarter
from gongshi.figures.queries import first_answers, office_names
from gongshi.figures.released.quarters import months_of, released_quarter, released_quarters
from gongshi.figures.released.readings import (
    PAIRS,
    READ_FOR,
    SampleTold,
    kept,
    line_of,
    offices_told,
    sample_told,
)
from gongshi.figures.released.sample_beside import told_beside
from gongshi.figures.shown.readings import Question, question_of
from gongshi.places.queries import local_day, the_place
from gongshi.rules.sampling import in_drawn_order, sample_size
from gongshi.safekeeping.heads import first_head_from

LEAST = 20


def closes_on(quarter: Quarter) -> date:
    """The last day on which a quarter's sample is read."""
    return quarter.after.first + READ_FOR


def draw(quarter: Quarter, at: datetime, *, begun: datetime | None = None) -> int:
    """Draw a quarter's sample, or fill the places of what was withdrawn since; how many answers were added.

    Nothing before the ledger's first head after the quarter's end, nor after the last day of reading. begun: the
    instant in the place of the quarter's end, for a town that is only played.
    """
    if local_day(at) > closes_on(quarter):
        return 0
    sample = sample_of(str(quarter))
    if sample and (sample.closed_at or sample.answers.count() >= sample.size):
        return 0
    end = begun or datetime.combine(quarter.after.first, time(), the_place().zone)
    head = first_head_from(end) if end <= at else None
    if head is None:
        return 0
    there = first_answers(quarter.first, quarter.after.first).exclude(case__outcome="withdrawn")
    found = {row[0]: row[1:] for row in there.values_list("pk", "case_id", "office_id")}
    size = sample_size(len(found))
    if not size:
        return 0
    answers = [found[one] for one in in_drawn_order(found, bytes(head.root))]
    return lay_out(str(quarter), answers, size=size, batch=head.batch, closes_on=closes_on(quarter), at=at)


class OfficeRead(NamedTuple):
    """One office with enough of its answers read; of its questions ``yes`` alone."""

    code: str
    name: Mapping[str, str]
    read: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class SampleShown:
    """A quarter's sample as it may be shown: what was released of it, and the numbers computed from that alone."""

    released: SampleTold
    questions: tuple[Question, ...] = ()
    offices: tuple[OfficeRead, ...] = ()


def result_of(sample: AnswerSample, on: date) -> dict[str, Any]:
    """What is written down of a sample on the local day ``on``: of the place, and of offices that may be told.

    Without a row from too few readings. The quarter may not be out yet: what of it is told beside that is decided by
    `sample_beside`.
    """
    rows = sorted(read_twice(sample), key=lambda row: row.office)
    threshold = max(LEAST, the_place().threshold)
    if len(rows) < threshold:
        return kept(on, threshold)
    by_office = {office: list(group) for office, group in groupby(rows, key=lambda row: row.office)}
    codes = office_names(by_office)
    coded = {codes[office][0]: group for office, group in by_office.items()}
    shown = offices_told({code: len(group) for code, group in coded.items()}, threshold)
    told = {code: group for code, group in coded.items() if code in shown}
    parts = [("", rows), *sorted(told.items())]
    lines = [
        line_of(question, _said(group, question), code)
        for code, group in parts
        for question in SAMPLE_QUESTIONS
    ]
    return kept(on, threshold, lines, withheld=len(told) < len(by_office))


def _said(rows: list[ReadTwice], question: str) -> list[tuple[str, str]]:
    return [(row.first[question], row.second[question]) for row in rows]


def released_samples() -> list[SampleTold]:
    """The samples of released quarters that may be told, the oldest first.

    None is told without the rest of how good answers are.
    """
    drawn = {row.quarter: row for row in samples()}
    quarters = [quarter for quarter in reversed(released_quarters()) if str(quarter) in drawn]
    told = (_released(quarter, drawn[str(quarter)]) for quarter in quarters)
    return [one for one in told if one]


def _released(quarter: Quarter, row: AnswerSample) -> SampleTold | None:
    result = row.result
    if result is not None and "lines" not in result:
        result = _as_now(row)
    drawn = sample_told(quarter, row.size, row.batch, row.closes_on, result)
    return told_beside(drawn, released_quarter(quarter), months_of(quarter))


def _as_now(row: AnswerSample) -> dict[str, Any]:
    """A result that a version before wrote: tables by offices' keys. Its day was not kept; it is no later than this."""
    old, names = (
        row.result or {},
        office_names(UUID(office) for office in (row.result or {}).get("offices", {})),
    )
    parts = [("", old)] if old else []
    parts += sorted((names[UUID(office)][0], told) for office, told in old.get("offices", {}).items())
    lines = [
        line_of(question, _spread(table), code)
        for code, told in parts
        for question, table in told["tables"].items()
    ]
    return kept(row.closes_on, LEAST, lines, withheld=old.get("withheld", False))


def _spread(table: Iterable[Iterable[int]]) -> list[tuple[str, str]]:
    counts = [n for said in table for n in said]
    return [pair for pair, n in zip(PAIRS, counts, strict=True) for _ in range(n)]


def sample_shown(quarter: Quarter) -> SampleShown | None:
    """A released quarter's sample; None where none was drawn, or nothing of it may be told. Raises LookupError."""
    sample = sample_of(str(quarter))
    told = _released(quarter, sample) if sample else None
    if told is None:
        return None
    names = {node.code: dict(node.name) for node in offices().everything.values()}
    by_office = defaultdict(list)
    for line in told.of_offices():
        by_office[line.code].append(line)
    read = [
        OfficeRead(code, names.get(code, {}), lines[0].read, tuple(map(question_of, lines)))
        for code, lines in by_office.items()
    ]
    return SampleShown(told, tuple(map(question_of, told.of_all())), tuple(read))
