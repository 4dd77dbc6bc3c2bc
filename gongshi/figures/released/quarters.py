"""Releasing how good the answers of a quarter were: once, and for good; and what was released."""

from collections import Counter
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from gongshi.cases.models import Consent
from gongshi.figures.metrics import REOPENED_WITHIN
from gongshi.figures.models import ReleasedQuarter
from gongshi.figures.periods import Quarter, lacking
from gongshi.figures.queries import (
    answer_tallies,
    category_names,
    first_and_last_filed,
    first_answers,
    office_names,
)
from gongshi.figures.released.answers import NAMES, AnswerCounts, AnswerLine, QuarterTables, quarter_tables
from gongshi.places.queries import the_place

LEAST = 20
"""From so many matters up, or the place's threshold where that is higher."""
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
    offices, categories = office_names(office for office, _ in tallies), category_names()
    coded = {(offices[one][0], categories[other][0]): tally for (one, other), tally in tallies.items()}
    known = Counter({(offices[a][0], categories[b][0]): n for (a, b), n in _agreed(quarter).items()})
    found = quarter_tables(quarter, today, max(LEAST, the_place().threshold), coded, known)
    ReleasedQuarter.objects.create(
        first_on=quarter.first,
        as_of=today,
        threshold=found.threshold,
        definition=found.definition,
        columns=list(NAMES),
        tables=[[one.table, one.code, [*one.counts] if one.counts else None] for one in found.lines],
    )
    return found


def _agreed(quarter: Quarter) -> dict[tuple[UUID, UUID], int]:
    """Of how many matters, by office and category, everybody may know: their residents agreed to show them."""
    agreed = Consent.objects.filter(case=OuterRef("case"), revoked_at=None)
    found = first_answers(quarter.first, quarter.after.first).filter(Exists(agreed))
    rows = found.values_list("office_id", "case__category_id").annotate(n=Count("pk")).order_by()
    return {(office, category): n for office, category, n in rows}


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
