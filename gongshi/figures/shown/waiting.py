"""How long the cases of one released row waited: the curve at each bin that is told, with its band, and the median.

Whoever withdrew without an answer is counted as waiting; nobody else is lost from view before the last day of `WITHIN`,
so the curve is that of `gongshi.rules.survival` on whole bins.
"""

from gongshi.figures.released.tables import Line
from gongshi.figures.shown.shares import NOTHING
from gongshi.figures.suppression import PROTECTS, Cell
from gongshi.rules.intervals import wilson
from gongshi.rules.survival import Banded, Wait, median_wait, waiting_curve, with_band

NOT_REACHED = "not_reached"
"""More than half of the cases were still waiting."""


def curve_of(line: Line) -> list[Banded]:
    """The share that still waits after the last day of each bin, with its band of 95 %.

    As long as nobody was answered the share is 1, and the band that of all of so many cases (`wilson`): the source of
    the curve says nothing there. After a bin without an answer all is as it was before it.
    """
    steps = {step.days: step for step in with_band(waiting_curve(_waits(line)))}
    cases = sum(one.answered + one.unanswered for one in line.waits)
    share, low, high, found = 1.0, wilson(cases, cases).low, 1.0, []
    for one in line.waits:
        if one.last is not None:
            if one.last in steps:
                _, share, low, high = steps[one.last]
            found.append(Banded(one.last, share, low, high))
    return found


def median_of(line: Line) -> int | None:
    """The last day of the bin in which half of the cases had their answer; None when that is beyond the bins."""
    return median_wait(_waits(line))


def median_cell(line: Line) -> Cell:
    """The same as it may be told: None, and why not (`NOTHING`, `NOT_REACHED`, or withheld)."""
    cases, answered = line.counts.get("cases"), line.counts.get("answered")
    if not line.waits:
        return Cell(None, NOTHING if cases == 0 else PROTECTS)
    days = median_of(line)
    if days is None and cases and answered and 2 * answered >= cases:
        # Half have their answer, in days too few of which could be told apart.
        return Cell(None, PROTECTS)
    return Cell(days, "" if days is not None else NOT_REACHED)


def _waits(line: Line) -> list[Wait]:
    return [
        Wait(max(one.first - 1, 0), answered=False, cases=one.unanswered)
        if one.last is None
        else Wait(one.last, answered=True, cases=one.answered)
        for one in line.waits
    ]
