"""Which readings of a sample may be told beside its quarter. Pure; docs/rules/disclosure.md#samples-of-outside-readers.

How many were drawn, and how many of an office were read, says that there are at least so many. So a sample is told
where what was released tells that already. Decided by what was released alone: what is not told tells nothing either.
"""

from collections.abc import Mapping
from dataclasses import replace

from gongshi.figures.definitions import definitions
from gongshi.figures.periods import Month
from gongshi.figures.released.answers import QuarterTables
from gongshi.figures.released.readings import SampleTold
from gongshi.figures.released.tables import Tables
from gongshi.rules.disclosure import ALL, CATEGORY, OFFICE
from gongshi.rules.sampling import SIZES

ENOUGH = max(SIZES)
"""From so many matters up that are known of, so many are drawn whatever else there is."""
SAMPLES_BESIDE = "samples-beside-quarters"
"""The definition from which on this holds; samples of quarters that were released before stay as they were."""


def told_beside(
    sample: SampleTold, quarter: QuarterTables, months: Mapping[Month, Tables]
) -> SampleTold | None:
    """What is told of a sample; None: nothing. months: what was released of the quarter's months."""
    codes = [one.code for one in definitions()]
    if quarter.definition in codes[: codes.index(SAMPLES_BESIDE)]:
        return sample
    enough = sample.size >= ENOUGH and matters_told(quarter, months) >= ENOUGH
    if not enough and not any(_all_told(quarter, table) for table in (OFFICE, CATEGORY)):
        return None
    may = offices_open(quarter, months)
    lines = tuple(line for line in sample.lines if line.table == ALL or line.code in may)
    return replace(sample, lines=lines, withheld=sample.withheld or len(lines) < len(sample.lines))


def matters_told(quarter: QuarterTables, months: Mapping[Month, Tables]) -> int:
    """How many matters the quarter is known to have, at least.

    Whoever filed in its first or second month and was answered by that month's release was first answered in it.
    """
    first = Month.of(quarter.quarter.first)
    answered = 0
    for month in (first, first.after):
        tables = months.get(month)
        line = tables.line(ALL) if tables and tables.as_of <= quarter.quarter.after.first else None
        answered += (line and line.counts["answered"]) or 0
    return max(answered, *(sum(_cases(quarter, table).values()) for table in (OFFICE, CATEGORY)))


def offices_open(quarter: QuarterTables, months: Mapping[Month, Tables]) -> set[str]:
    """Offices of which may be told how many of their answers were read.

    All, where the quarter tells the matters of each. Else the largest of them that leave so many matters to others that
    all that were drawn could be theirs: then neither what was read of these offices, nor what was not, bounds the rest.
    """
    told = _cases(quarter, OFFICE)
    if _all_told(quarter, OFFICE):
        return set(told)
    left, found = matters_told(quarter, months), set()
    for code in sorted(told, key=lambda code: (-told[code], code)):
        if left - told[code] >= ENOUGH:
            left -= told[code]
            found.add(code)
    return found


def _all_told(quarter: QuarterTables, table: str) -> bool:
    """Whether everybody can add up how many matters there are, to the last."""
    lines = quarter.of(table)
    return bool(lines) and all(line.counts for line in lines)


def _cases(quarter: QuarterTables, table: str) -> dict[str, int]:
    return {line.code: line.counts.cases for line in quarter.of(table) if line.counts}
