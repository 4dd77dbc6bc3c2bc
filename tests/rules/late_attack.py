"""The attack on released months by whoever also reads the cases that were published after the release.

`python -m tests.rules.late_attack 400 0 0.05` tries that many random months, of whose cases one in twenty is agreed to
afterwards, and prints what was found; with `all` at the end every one of those is shown, whatever it tells.
"""

import random
import sys
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from gongshi.figures.released.late import month_holds
from gongshi.figures.released.making import tables_of
from gongshi.figures.released.tables import Tables
from gongshi.rules.disclosure import Cell
from tests.rules.attacking import Tried, main
from tests.rules.disclosure_attack import (
    AS_OF,
    MONTH,
    Counted,
    found_small,
    random_cases,
    summed,
    told_publicly,
)

THRESHOLD = 11


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


def tries(seed: int, share: float, *, show_all: bool) -> Iterator[Tried]:
    late = published_late(seed, share, show_all=show_all)
    yield Tried(found_small(late.month, late.tables, late.known), late.shown, late.came)


if __name__ == "__main__":
    main("months", partial(tries, share=float(sys.argv[3]), show_all="all" in sys.argv), shown="late cases")
