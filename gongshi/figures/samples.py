"""The quarterly sample of answers: who is drawn, and what is published of what two readers said.

Rule, reasons and limits: docs/rules/agreement.md. The result holds nothing that may not be shown: it is all that is
kept once a sample is closed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from gongshi.cases.actions.samples import lay_out
from gongshi.cases.labels import SAMPLE_ANSWERS, SAMPLE_QUESTIONS
from gongshi.cases.models import AnswerSample
from gongshi.cases.samples import ReadTwice, read_twice, sample_of
from gongshi.figures.metrics import Share, share_of
from gongshi.figures.periods import Quarter
from gongshi.figures.queries import first_answers, office_names
from gongshi.places.queries import local_day, the_place
from gongshi.rules.agreement import Kappa, agreement
from gongshi.rules.disclosure import OFFICE, Column, disclosed
from gongshi.rules.sampling import in_drawn_order, sample_size
from gongshi.safekeeping.heads import first_head_from
from gongshi.words import Words

LEAST = 20
READ = Column("read")
READ_FOR = timedelta(days=80)
"""From the quarter's end: shorter than a quarter, so that no two samples are open at once."""
Table = Counter[tuple[str, str]]


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


class Question(NamedTuple):
    """What may be shown of one question, over answers that both readers read.

    yes: both said yes, of those on which neither found that they cannot tell. cannot_tell: one of them did, of all.
    alike: both said the same, of all. kappa: None where it is undefined.
    """

    code: str
    yes: Share | None
    cannot_tell: Share | None
    alike: Share | None
    kappa: Kappa | None

    @property
    def words(self) -> Words:
        """The question in both languages."""
        return SAMPLE_QUESTIONS[self.code]


class OfficeRead(NamedTuple):
    """One office with `LEAST` of its answers read."""

    code: str
    name: Mapping[str, str]
    read: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class SampleShown:
    """A quarter's sample as it may be shown. ``state``: "reading", "few" (too few were read by both) or "read"."""

    state: str
    size: int
    batch: int
    closes_on: date
    read: int = 0
    questions: tuple[Question, ...] = ()
    offices: tuple[OfficeRead, ...] = ()
    withheld: bool = False


def result_of(sample: AnswerSample) -> dict[str, Any]:
    """What is kept of a sample: tables for the place, and for offices that may be shown; {} from too few readings."""
    rows = sorted(read_twice(sample), key=lambda row: row.office)
    threshold = max(LEAST, the_place().threshold)
    if len(rows) < threshold:
        return {}
    by_office = {office: list(group) for office, group in groupby(rows, key=lambda row: row.office)}
    # The sum over all is told, too: one small office would be what is left of it.
    shown = disclosed(
        {(str(office), "", ""): {"read": len(group)} for office, group in by_office.items()},
        (READ,),
        threshold,
    )
    told = {
        office: group
        for office, group in by_office.items()
        if shown[OFFICE, (str(office),)]["read"] is not None
    }
    return {
        "read": len(rows),
        "tables": _tables(rows),
        "offices": {
            str(office): {"read": len(group), "tables": _tables(group)} for office, group in told.items()
        },
        "withheld": len(told) < len(by_office),
    }


def sample_shown(quarter: Quarter) -> SampleShown | None:
    """A quarter's sample; None where none was drawn."""
    sample = sample_of(str(quarter))
    if sample is None:
        return None
    shown = SampleShown("reading", sample.size, sample.batch, sample.closes_on)
    if sample.closed_at is None:
        return shown
    kept = sample.result
    if not kept:
        return SampleShown("few", sample.size, sample.batch, sample.closes_on)
    names = office_names(UUID(office) for office in kept["offices"])
    offices = [
        OfficeRead(*names[UUID(office)], told["read"], _questions(told["tables"]))
        for office, told in kept["offices"].items()
    ]
    return SampleShown(
        "read",
        sample.size,
        sample.batch,
        sample.closes_on,
        kept["read"],
        _questions(kept["tables"]),
        tuple(sorted(offices, key=lambda one: one.code)),
        kept["withheld"],
    )


def _tables(rows: Sequence[ReadTwice]) -> dict[str, list[list[int]]]:
    """For each question how many answers: by what the first reader said, then by what the second said."""
    tables = {}
    for code in SAMPLE_QUESTIONS:
        said = Counter((row.first[code], row.second[code]) for row in rows)
        tables[code] = [[said[one, other] for other in SAMPLE_ANSWERS] for one in SAMPLE_ANSWERS]
    return tables


def _questions(tables: Mapping[str, Iterable[Iterable[int]]]) -> tuple[Question, ...]:
    return tuple(_question(code, tables[code]) for code in SAMPLE_QUESTIONS if code in tables)


def _question(code: str, stored: Iterable[Iterable[int]]) -> Question:
    table: Table = Counter(
        {
            (one, other): count
            for one, row in zip(SAMPLE_ANSWERS, stored, strict=True)
            for other, count in zip(SAMPLE_ANSWERS, row, strict=True)
        }
    )
    found = agreement(table)
    told = sum(count for pair, count in table.items() if "cannot_tell" not in pair)
    return Question(
        code,
        share_of(table["yes", "yes"], told),
        share_of(found.n - told, found.n),
        share_of(found.alike, found.n),
        found.kappa,
    )
