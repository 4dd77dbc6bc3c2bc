"""All numbers of a month, one after the other: what `shown.csv` holds."""

from collections.abc import Iterator
from typing import NamedTuple

from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.shown.offices import adjusted_of, groups_of
from gongshi.figures.shown.shares import shares_of
from gongshi.figures.shown.waiting import curve_of, median_of


class Number(NamedTuple):
    """One number of a row. ``value`` is None for a median that lies beyond the last day that is counted."""

    line: Line
    name: str
    value: float | int | None


def shown_numbers(tables: Tables) -> Iterator[Number]:
    """All of them, row by row."""
    place = {code: number for number, group in enumerate(groups_of(tables), start=1) for code in group}
    for line in tables.lines:
        for name, share in shares_of(line, tables.threshold).items():
            yield Number(line, f"{name}.share", share.share)
            yield Number(line, f"{name}.low", share.low)
            yield Number(line, f"{name}.high", share.high)
        if line.waits:
            yield Number(line, "days.median", median_of(line))
        for step in curve_of(line):
            yield Number(line, f"days.waiting_after_{step.days}", step.share)
            yield Number(line, f"days.waiting_after_{step.days}.low", step.low)
            yield Number(line, f"days.waiting_after_{step.days}.high", step.high)
        if line.table == "office" and line.office in place:
            yield from _adjusted(tables, line, place[line.office])


def _adjusted(tables: Tables, line: Line, group: int) -> Iterator[Number]:
    found = adjusted_of(tables, line.office)
    if found:
        told = {**found.compared._asdict(), "coverage": found.coverage, "group": group}
        for name, value in told.items():
            yield Number(line, f"on_time.adjusted.{name}", value)
