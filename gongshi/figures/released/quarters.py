"""Releasing how good the answers of a quarter were: once, and for good; and what was released."""

from collections.abc import Mapping
from datetime import date

from gongshi.figures.metrics import REOPENED_WITHIN, AnswerTally
from gongshi.figures.models import ReleasedQuarter
from gongshi.figures.periods import Month, Quarter, lacking
from gongshi.figures.queries import (
    Answered,
    answer_tallies,
    category_names,
    first_and_last_filed,
    office_names,
)
from gongshi.figures.released.answers import NAMES, AnswerCounts, AnswerLine, QuarterTables, quarter_tables
from gongshi.figures.released.beside import Told, closed, counted_of, readers
from gongshi.figures.released.queries import released, released_months
from gongshi.places.queries import the_place

HISTORY = 4
"""How many quarters back an instance that has older answers releases."""


def quarters_due(today: date) -> list[Quarter]:
    """Quarters that are lacking, newest first: by yesterday each of their matters had its 60 days to be reopened."""
    ends = first_and_last_filed()
    if ends is None:
        return []
    last = Quarter.of(today - REOPENED_WITHIN).before
    return lacking(Quarter.of(ends[0]), last, HISTORY, done=released_quarters())


def release_quarter(quarter: Quarter, *, today: date) -> QuarterTables:
    """Count, withhold and write down what is told of the quarter, as it stands today.

    Raises ValueError for a quarter that is not due, released ones among them.
    """
    if quarter not in quarters_due(today):
        raise ValueError(f"{quarter} is not to be released on {today}")
    tallies = answer_tallies(quarter.first, quarter.after.first, on=today)
    coded = _coded(tallies)
    done, inside = released_months(), _inside(quarter)
    months = {month: released(month) for month in (*inside, inside[-1].after) if month in done}
    told = {month: tables for month, tables in months.items() if month in inside}
    found = quarter_tables(
        quarter,
        today,
        the_place().threshold,
        counted_of(coded),
        [*readers(coded, told)],
        closed=closed(months.values()),
    )
    ReleasedQuarter.objects.create(
        first_on=quarter.first,
        as_of=today,
        threshold=found.threshold,
        definition=found.definition,
        columns=list(NAMES),
        tables=[[one.table, one.code, [*one.counts] if one.counts else None] for one in found.lines],
    )
    return found


def _inside(quarter: Quarter) -> tuple[Month, Month]:
    """Whoever filed in these months, and was answered by the day of their release, was answered in the quarter."""
    first = Month.of(quarter.first)
    return first, first.after


def _coded(tallies: Mapping[Answered, AnswerTally]) -> dict[Told, AnswerTally]:
    offices, categories = office_names(one.office for one in tallies), category_names()
    return {
        Told(offices[one.office][0], categories[one.category][0], one.filed, one.agreed): tally
        for one, tally in tallies.items()
    }


def released_quarters() -> tuple[Quarter, ...]:
    """Newest first."""
    firsts = ReleasedQuarter.objects.order_by("-first_on").values_list("first_on", flat=True)
    return tuple(Quarter.of(first) for first in firsts)


def released_quarter(quarter: Quarter) -> QuarterTables:
    """What was released of a quarter. Raises LookupError for one that was not."""
    row = ReleasedQuarter.objects.filter(first_on=quarter.first).first()
    if row is None:
        raise LookupError(f"{quarter} was not released")
    lines = tuple(_line(row.columns, *one) for one in row.tables)
    return QuarterTables(quarter, row.as_of, row.threshold, row.definition, lines)


def _line(columns: list[str], table: str, code: str, counts: list[int] | None) -> AnswerLine:
    if counts is None:
        return AnswerLine(table, code, None)
    told = dict(zip(columns, counts, strict=True))
    return AnswerLine(table, code, AnswerCounts(*(told[name] for name in NAMES)))
