"""The attack on released months by whoever also reads the cases that were published after the release.

`python -m tests.rules.late_attack 400 0.05` tries that many random months, of whose cases one in twenty is agreed to
afterwards, and prints what was found; with `all` at the end every one of those is shown, whatever it tells.
"""

import random
import sys
import time
from typing import NamedTuple

from gongshi.figures.released.late import month_holds
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Tables
from gongshi.rules.disclosure import Cell
from tests.rules.disclosure_attack import (
    MONTH,
    Counted,
    found_small,
    random_cases,
    small_counts,
    summed,
    told_publicly,
)

AS_OF, THRESHOLD = MONTH.after.after.first, 11


class Late(NamedTuple):
    """A month with its release, what is known of it in the end, and how many came late and were shown."""

    month: Counted
    tables: Tables
    known: Counted
    came: int
    shown: int


def published_late(seed: int, share: float, *, show_all: bool = False) -> Late:
    """A random month, of whose cases this share is agreed to after its release: shown one by one where all holds."""
    chance, afterwards = random.Random(seed), random.Random(-seed - 1)
    cases = random_cases(chance)
    known: list[tuple[Cell, list[str]]] = []
    late: list[tuple[Cell, list[str]]] = []
    for cell, said in cases:
        if "cases" in said and chance.random() < 0.15:
            known.append((cell, told_publicly(said)))
        elif "cases" in said and afterwards.random() < share:
            late.append((cell, told_publicly(said)))
    month = summed(cases)
    tables = tables_of(MONTH, AS_OF, THRESHOLD, month, summed(known))
    before = len(known)
    for one in late:
        if show_all or month_holds(tables, month, summed([*known, one])):
            known.append(one)
    return Late(month, tables, summed(known), len(late), len(known) - before)


def main() -> None:
    """Print what is found of every month, and how many cases were shown."""
    began, months, share = time.monotonic(), int(sys.argv[1]), float(sys.argv[2])
    came = shown = small = found = 0
    for seed in range(months):
        late = published_late(seed, share, show_all="all" in sys.argv)
        these = found_small(late.month, late.tables, late.known)
        small += len(list(small_counts(late.month, late.known, THRESHOLD)))
        came, shown, found = came + late.came, shown + late.shown, found + len(these)
        if these:
            print(seed, len(these), list(these.items())[:2], flush=True)
    seconds = time.monotonic() - began
    print(f"{months} months: {found} of {small} small counts found; {shown} of {came} shown; {seconds:.0f} s")


if __name__ == "__main__":
    main()
