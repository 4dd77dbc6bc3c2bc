"""What share an office would have if it did in each category as the place does: a comparison at the same mix.

Source: N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research, volume II (IARC Scientific Publications 82,
1987), chapter 2: indirect standardisation. Expected are the office's own numbers at the place's rates. The difference
from it, and not the ratio, since shares near all would give ratios above what can be. See docs/rules/standardising.md.
"""

from collections.abc import Iterable
from typing import NamedTuple

from gongshi.rules.intervals import wilson


class Stratum(NamedTuple):
    """One category: ``done`` of ``of`` in the office, ``place_done`` of ``place_of`` in the whole place with it."""

    done: int
    of: int
    place_done: int
    place_of: int


class Compared(NamedTuple):
    """An office's share, the one expected at its mix, and the difference with its interval: each from -1 to 1."""

    of: int
    share: float
    expected: float
    difference: float
    low: float
    high: float


def compared(strata: Iterable[Stratum], z: float = 1.96) -> Compared | None:
    """The office's share less what the place's rates give for its mix; None without cases.

    The place's rates are taken as known: the interval is the office's own (`wilson`), moved. Raises ValueError for
    counts that are no shares, or an office with more than the place.
    """
    count, of, expected = 0, 0, 0.0
    for one in strata:
        left = one.place_of - one.of
        if not (0 <= one.done <= one.of and 0 <= one.place_done - one.done <= left):
            raise ValueError(f"{one} is not a part of the place")
        if one.of:
            expected += one.of * one.place_done / one.place_of
            count, of = count + one.done, of + one.of
    if not of:
        return None
    share, due = count / of, expected / of
    low, high = wilson(count, of, z)
    return Compared(of, share, due, share - due, low - due, high - due)
