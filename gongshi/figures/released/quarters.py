"""Releasing how good the answers of a quarter were: once, and for good; and what was released."""

from datetime import date, datetime

from django.db import transaction

from gongshi.cases.beside_figures import wait_for_consents
from gongshi.cases.import_runs import is_import_under_way
from gongshi.figures.metrics import REOPENED_WITHIN, AnswerTally
from gongshi.figures.models import ReleasedQuarter
from gongshi.figures.periods import Month, Quarter, lacking
from gongshi.figures.queries import answer_tallies, category_names, first_and_last_filed, office_names
from gongshi.figures.released.answers import NAMES, AnswerCounts, AnswerLine, QuarterTables
from gongshi.figures.released.beside import Told, tables_beside
from gongshi.figures.released.kept import KeptQuarter, keep_quarter
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.tables import Tables
from gongshi.places.queries import last_moment, the_place

HISTORY = 4
"""How many quarters back an instance that has older answers releases."""


def quarters_due(today: date) -> list[Quarter]:
    """Quarters that are lacking, newest first: by yesterday each of their matters had its 60 days to be reopened.

    None while an import is under way, as with months.
    """
    ends = first_and_last_filed()
    if ends is None or is_import_under_way():
        return []
    last = Quarter.of(today - REOPENED_WITHIN).before
    return lacking(Quarter.of(ends[0]), last, HISTORY, done=released_quarters())


def release_quarter(quarter: Quarter, *, today: date, at: datetime | None = None) -> QuarterTables:
    """Count, withhold and write down what is told of the quarter, as it stands today.

    ``at``: now, the last moment of the day unless given. Raises ValueError for a quarter that is not due, released ones
    among them.
    """
    if quarter not in quarters_due(today):
        raise ValueError(f"{quarter} is not to be released on {today}")
    while True:
        coded = _coded(quarter, today)
        found = tables_beside(quarter, today, the_place().threshold, coded, months_of(quarter))
        with transaction.atomic():
            wait_for_consents()
            # Whoever agreed to show a matter meanwhile was not told that its figures are out.
            if _coded(quarter, today) == coded:
                write_quarter(found)
                keep_quarter(quarter, KeptQuarter(at or last_moment(today), coded))
                return found


def write_quarter(found: QuarterTables) -> None:
    """Write what is told of the quarter down; raises IntegrityError where there is something."""
    ReleasedQuarter.objects.create(
        first_on=found.quarter.first,
        as_of=found.as_of,
        threshold=found.threshold,
        definition=found.definition,
        columns=list(NAMES),
        tables=[[one.table, one.code, [*one.counts] if one.counts else None] for one in found.lines],
    )


def months_of(quarter: Quarter) -> dict[Month, Tables]:
    """What was released of the quarter's months."""
    done, first = released_months(), Month.of(quarter.first)
    return {month: released(month) for month in (first, first.after, first.after.after) if month in done}


def _coded(quarter: Quarter, on: date) -> dict[Told, AnswerTally]:
    tallies = answer_tallies(quarter.first, quarter.after.first, on=on)
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
