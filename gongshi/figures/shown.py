"""Every number that is told beside the released counts: computed from a row of the released tables and nothing else.

Pure, so that `gongshi figures --check` computes the same from the files of open data. What each is: docs/figures.md.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gongshi.figures.metrics import Share, share_of
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.survival import Step, Wait, median_wait, waiting_curve

# Each share's name: what is counted, and of which cases.
SHARES = {
    "on_time": ("on_time", "due"),
    "responses_on_time": ("responses_on_time", "responses_due"),
    "handed_on": ("handed_on", "cases"),
    "confirmed": ("confirmed", "asked"),
    "not_confirmed": ("not_confirmed", "asked"),
    "reopened": ("reopened", "asked"),
    "withdrawn": ("withdrawn", "cases"),
    "kept": ("kept", "promised"),
    "not_kept": ("not_kept", "promised"),
}


class Number(NamedTuple):
    """One number of a row. ``value`` is None for a median that lies beyond the last day that is counted."""

    line: Line
    name: str
    value: float | int | None


def shares_of(line: Line, threshold: int) -> dict[str, Share]:
    """The shares that may be told: both counts shown, the whole at least the threshold."""
    found = {}
    for name, (part, whole) in SHARES.items():
        count, of = line.counts.get(part), line.counts.get(whole)
        if count is not None and of is not None and of >= threshold:
            share = share_of(count, of)
            if share:
                found[name] = share
    return found


def curve_of(line: Line) -> list[Step]:
    """The share that still waits after the last day of each bin (`gongshi.rules.survival`)."""
    return waiting_curve(_waits(line))


def median_of(line: Line) -> int | None:
    """The last day of the bin in which half of the cases had their answer; None when that is beyond the bins."""
    return median_wait(_waits(line))


def _waits(line: Line) -> list[Wait]:
    return [
        Wait(max(one.first - 1, 0), answered=False, cases=one.unanswered)
        if one.last is None
        else Wait(one.last, answered=True, cases=one.answered)
        for one in line.waits
    ]


def shown_numbers(tables: Tables) -> Iterator[Number]:
    """All of them, row by row."""
    for line in tables.lines:
        for name, share in shares_of(line, tables.threshold).items():
            yield Number(line, f"{name}.share", share.share)
            yield Number(line, f"{name}.low", share.low)
            yield Number(line, f"{name}.high", share.high)
        if line.waits:
            yield Number(line, "days.median", median_of(line))
        for step in curve_of(line):
            yield Number(line, f"days.waiting_after_{step.days}", step.share)
