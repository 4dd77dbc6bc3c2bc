"""What was released: months, and the tables of one."""

from gongshi.figures.definitions import Definition, changes
from gongshi.figures.models import ReleasedMonth
from gongshi.figures.periods import Month
from gongshi.figures.released.tables import Bin, Line, Tables


def released_months() -> tuple[Month, ...]:
    """Newest first."""
    firsts = ReleasedMonth.objects.order_by("-first_on").values_list("first_on", flat=True)
    return tuple(Month.of(first) for first in firsts)


def released(month: Month) -> Tables:
    """The tables of a month. Raises LookupError for one that was not released."""
    row = ReleasedMonth.objects.filter(first_on=month.first).first()
    if row is None:
        raise LookupError(f"{month} was not released")
    return Tables(
        month, row.as_of, row.threshold, tuple(_line(row.columns, *one) for one in row.tables), row.definition
    )


def dated_changes() -> list[tuple[Month, Definition]]:
    """From which released month on something is counted otherwise than before, newest first. One statement."""
    rows = ReleasedMonth.objects.values_list("first_on", "definition")
    return changes((Month.of(first), code) for first, code in rows)


def _line(columns: list[str], key: list[str], counts: list[int | None], waits: list[list[int]]) -> Line:
    table, office, category, area = key
    told = dict(zip(columns, counts, strict=True))
    return Line(table, office, category, area, told, tuple(Bin(*one) for one in waits))
