"""Whether what was released stays safe beside one more published case: pure.

Source: docs/rules/disclosure.md#agreed-to-afterwards. All is withheld anew, as if the case had been known then. Where
everything that was shown would be shown again, what was shown is a part of tables that are safe; and whoever is told
less can work out no more.
"""

from collections.abc import Mapping

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.periods import Month
from gongshi.figures.released.answers import AnswerLine, QuarterTables
from gongshi.figures.released.beside import Told, tables_beside
from gongshi.figures.released.making import Counted, tables_of
from gongshi.figures.released.tables import Line, Tables
from gongshi.rules.disclosure import Local


def month_holds(released: Tables, counted: Counted, known: Counted, local: Local | None = None) -> bool:
    """Whether the month's tables would tell all that they tell if these cases had been published when it was released.

    local: the offices that served one area alone then. False as well where the cases are not among those that were
    counted.
    """
    if not _among(known, counted):
        return False
    anew = tables_of(released.month, released.as_of, released.threshold, counted, known, local=local)
    shown = {line.key: line for line in anew.lines}
    return all(line.key in shown and _tells(shown[line.key], line) for line in released.lines)


def quarter_holds(
    released: QuarterTables, tallies: Mapping[Told, AnswerTally], months: Mapping[Month, Tables]
) -> bool:
    """The same of a quarter. months: the released tables of its months."""
    if any(count < 0 for tally in tallies.values() for count in vars(tally).values()):
        return False
    anew = tables_beside(released.quarter, released.as_of, released.threshold, tallies, months)
    shown = {(line.table, line.code): line for line in anew.lines}
    return all(_tells_answers(shown.get((line.table, line.code)), line) for line in released.lines)


def _among(known: Counted, counted: Counted) -> bool:
    return all(
        n <= counted.get(cell, {}).get(name, 0)
        for cell, counts in known.items()
        for name, n in counts.items()
    )


def _tells(anew: Line, line: Line) -> bool:
    counts = all(n is None or anew.counts.get(name) is not None for name, n in line.counts.items())
    return counts and {one.last for one in line.waits} <= {one.last for one in anew.waits}


def _tells_answers(anew: AnswerLine | None, line: AnswerLine) -> bool:
    if line.counts is None:
        return True
    if anew is None or anew.counts is None:
        return False
    return all(n is None or m is not None for n, m in zip(line.counts, anew.counts, strict=True))
