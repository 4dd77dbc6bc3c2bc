"""What readers of a quarter know beside it: published matters, and the months that a matter was counted in, too.

Whoever filed in the first or second month of a quarter and was answered by that month's release was first answered in
the quarter: a count that one month withholds is at most the quarter's less what the other month shows. So what months
show is taken as known when the quarter is released. Pure. docs/rules/disclosure.md#quarters.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answers import NAMES, Counted, Pair, QuarterTables, Row, quarter_tables
from gongshi.figures.released.tables import Tables
from gongshi.rules.disclosure import CATEGORY, OFFICE


class Told(NamedTuple):
    """Whose first answers are counted together: by codes, month of filing, and whether showing them was agreed to."""

    office: str
    category: str
    filed: Month
    agreed: bool


IN_MONTHS = {"cases": "answered", **{name: name for name in ("promised", "kept", "not_kept", "reopened")}}
"""Which column of a month tells of the same as one of a quarter."""
PUBLISHED = ("cases", "promised", "reopened")
"""What a published matter may tell by itself: it is there, what its answer promised, whether it was taken up again."""
_Shown = Mapping[tuple[Month, str], frozenset[str]]


def tables_beside(
    quarter: Quarter,
    as_of: date,
    threshold: int,
    tallies: Mapping[Told, AnswerTally],
    months: Mapping[Month, Tables],
) -> QuarterTables:
    """A quarter's tables from true counts. months: the released tables of its months, where there are any."""
    # Whoever filed in these and was answered by the day of their release was answered in the quarter.
    first = Month.of(quarter.first)
    inside = {month: tables for month, tables in months.items() if month in (first, first.after)}
    known = [*readers(tallies, inside)]
    return quarter_tables(
        quarter, as_of, threshold, counted_of(tallies), known, closed=closed(months.values())
    )


def counted_of(tallies: Mapping[Told, AnswerTally]) -> Counted:
    """The quarter's counts by codes of office and category."""
    found: dict[Pair, Counter[str]] = defaultdict(Counter)
    for told, tally in tallies.items():
        found[told[:2]].update({name: getattr(tally, name) for name in NAMES})
    return found


def readers(tallies: Mapping[Told, AnswerTally], months: Mapping[Month, Tables]) -> Iterator[Counted]:
    """What is known of single matters to who reads no month, the offices' rows, or the categories'.

    months: the released tables of the first two months of the quarter, where there are any. A row of a month is about
    the office and the category that a matter had then; these are taken to be the quarter's.
    """
    yield _known(tallies, OFFICE, {})
    for table in (OFFICE, CATEGORY) if months else ():
        shown = {
            (month, getattr(line, table)): frozenset(
                name for name, in_month in IN_MONTHS.items() if line.counts[in_month] is not None
            )
            for month, tables in months.items()
            for line in tables.of(table)
        }
        yield _known(tallies, table, shown)


def closed(months: Iterable[Tables]) -> set[Row]:
    """Rows of which a month of the quarter withholds how many were answered: the quarter's would bound it.

    Told from what was released alone, so that it tells nothing itself.
    """
    return {
        (table, getattr(line, table))
        for tables in months
        for table in (OFFICE, CATEGORY)
        for line in tables.of(table)
        if line.counts["answered"] is None
    }


def _known(tallies: Mapping[Told, AnswerTally], table: str, shown: _Shown) -> Counted:
    found: dict[Pair, Counter[str]] = defaultdict(Counter)
    for told, tally in tallies.items():
        names = shown.get((told.filed, getattr(told, table)), frozenset())
        if told.agreed:
            names |= frozenset(PUBLISHED)
        found[told[:2]].update({name: getattr(tally, name) for name in names})
    return found
