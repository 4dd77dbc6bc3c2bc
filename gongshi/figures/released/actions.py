"""Releasing a month: once, and for good."""

from datetime import date, datetime

from django.db import transaction

from gongshi.cases.beside_figures import wait_for_consents
from gongshi.cases.import_runs import is_import_under_way
from gongshi.figures.models import ReleasedMonth
from gongshi.figures.periods import Month, lacking, last_complete
from gongshi.figures.queries import first_and_last_filed
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.counting import local_offices, month_counted, month_known
from gongshi.figures.released.kept import KeptMonth, keep_month
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.queries import released_months
from gongshi.figures.released.tables import Tables
from gongshi.places.queries import last_moment, the_place

HISTORY = 36
"""How many months back an instance that has older cases releases."""


def months_due(today: date) -> list[Month]:
    """Months whose tables are lacking, newest first: a whole month has passed since they ended.

    None while an import is under way: what it brings in after a release would be in no figure.
    """
    ends = first_and_last_filed()
    if ends is None or is_import_under_way():
        return []
    return lacking(Month.of(ends[0]), last_complete(today).before, HISTORY, done=released_months())


def release(month: Month, *, today: date, at: datetime | None = None) -> Tables:
    """Count, withhold and write down the month's tables as they stand today.

    ``at``: now, the last moment of the day unless given. Raises ValueError for a month that is not due, released ones
    among them.
    """
    if month not in months_due(today):
        raise ValueError(f"{month} is not to be released on {today}")
    while True:
        counted, known = month_counted(month, on=today), month_known(month, on=today)
        local = local_offices()
        found = tables_of(month, today, the_place().threshold, counted, known, local=local)
        with transaction.atomic():
            wait_for_consents()
            # Whoever agreed to show a matter meanwhile was not told that its figures are out.
            if month_known(month, on=today) == known:
                write_month(found)
                keep_month(month, KeptMonth(at or last_moment(today), counted, known, local))
                return found


def write_month(found: Tables) -> None:
    """Write the month's tables down; raises IntegrityError where there are some."""
    kept = [
        [[*line.key], [line.counts.get(name) for name in NAMES], [[*one] for one in line.waits]]
        for line in found.lines
    ]
    ReleasedMonth.objects.create(
        first_on=found.month.first,
        as_of=found.as_of,
        threshold=found.threshold,
        definition=found.definition,
        columns=list(NAMES),
        tables=kept,
    )
