"""What is out already is released as it is out: after a restore to a day before its release.

No true numbers are kept for it: those that it was made from are lost, and today's are others. So a copy that is agreed
to from now on and may be counted in it is not shown (docs/rules/disclosure.md#agreed-to-afterwards).
"""

from django.db import transaction

from gongshi.figures.released.actions import write_month
from gongshi.figures.released.answers import QuarterTables
from gongshi.figures.released.quarters import released_quarters, write_quarter
from gongshi.figures.released.queries import released_months
from gongshi.figures.released.tables import Tables


def adopt_month(told: Tables) -> None:
    """Write a month down as an edition tells it. Raises ValueError for one that is released."""
    with transaction.atomic():
        if told.month in released_months():
            raise ValueError(f"{told.month} is released")
        write_month(told)


def adopt_quarter(told: QuarterTables) -> None:
    """Write a quarter down as an edition tells it. Raises ValueError for one that is released."""
    with transaction.atomic():
        if told.quarter in released_quarters():
            raise ValueError(f"{told.quarter} is released")
        write_quarter(told)
