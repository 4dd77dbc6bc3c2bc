"""Somebody who joins a matter again and again and notes at which of their joinings the band changes.

They know the rule and not the secret. What they may still believe of the number before their first joining is computed
exactly: for each number, in how many ways edges can be drawn so that the same is seen.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gongshi.rules.bands import EDGES, STEPS

ADDED = 200
LARGEST = 400
OLD_EDGES = (5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Seen:
    """How many edges the number had passed before; and at which joining it reached each further one."""

    before: int
    at: tuple[int, ...]


def watched(number: int, lows: Sequence[int]) -> Seen:
    """What is seen while `ADDED` join. ``lows``: for each number from 0 the lower edge that is told of it."""
    told = lows[number : number + ADDED + 1]
    at = tuple(joined for joined, (a, b) in enumerate(pairwise(told), start=1) if a != b)
    return Seen((0, *EDGES).index(told[0]), at)


def _reached() -> list[Counter[int]]:
    """For each edge in how many ways it can be drawn to lie at each number, that before the first at 0."""
    found = [Counter({0: 1})]
    for step in STEPS[:5]:
        ways: Counter[int] = Counter()
        for at, n in found[-1].items():
            for drawn in range(step.most + 1):
                ways[at + step.least + drawn] += n
        found.append(ways)
    return found


REACHED = _reached()


def believed(seen: Seen, *, first_alone: bool = False) -> dict[int, Fraction]:
    """How probable each number is to somebody who had thought all of them alike.

    ``first_alone``: to somebody who stopped at the first change of band.
    """
    stopped = Seen(seen.before, seen.at[:1]) if first_alone else seen
    ways = {number: _ways(stopped, number, went_on=not first_alone) for number in range(1, LARGEST + 1)}
    whole = sum(ways.values())
    return {number: Fraction(n, whole) for number, n in ways.items() if n}


def _ways(seen: Seen, number: int, *, went_on: bool) -> int:
    edge = seen.before
    found = {at: n for at, n in REACHED[edge].items() if at <= number}
    for joined in seen.at:
        step, at = STEPS[edge], number + joined
        found = {at: sum(n for one, n in found.items() if 0 <= at - one - step.least <= step.most)}
        edge += 1
    if not went_on:
        return sum(found.values())
    step = STEPS[edge]
    # The next edge lies beyond all that joined.
    left = (
        (at + step.least + step.most - max(number + ADDED, at + step.least - 1), n) for at, n in found.items()
    )
    return sum(n * beyond for beyond, n in left if beyond > 0)


def old_low(share: Fraction) -> Callable[[int], int]:
    """The rule before: one secret share stretches the number, up to a fifth on either side."""
    factor = Fraction(4, 5) + Fraction(2, 5) * share
    return lambda number: max((edge for edge in OLD_EDGES if edge <= number * factor), default=0)


def old_believed(number: int, share: Fraction) -> list[int]:
    """The numbers that such an onlooker could still believe in under that rule."""
    low = old_low(share)
    lows = [low(number + joined) for joined in range(ADDED + 1)]
    return [other for other in range(1, LARGEST + 1) if _stretches(other, lows)]


def _stretches(number: int, lows: list[int]) -> bool:
    """Whether any one stretch of this number shows these bands."""
    least, most = Fraction(4, 5), Fraction(6, 5)
    for joined, low in enumerate(lows):
        high = next(edge for edge in OLD_EDGES if edge > low)
        least = max(least, Fraction(low, number + joined))
        most = min(most, Fraction(high, number + joined))
        if least >= most:
            return False
    return True
