"""How far two readers of the same texts agree, beyond what chance would give: Cohen's kappa.

Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960),
37-46. Its interval takes the agreement by chance as known, as Cohen does there, and puts the score interval of
`gongshi.rules.intervals` in the place of the plus-or-minus one, which says nothing when all agree.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from gongshi.rules.intervals import wilson


class Kappa(NamedTuple):
    """Kappa with its interval, each from -1 to 1: 1 is full agreement, 0 what chance would give."""

    value: float
    low: float
    high: float


class Agreement(NamedTuple):
    """``alike`` of ``n`` texts were answered alike. ``kappa`` is None where chance alone would give all of them."""

    alike: int
    n: int
    kappa: Kappa | None


def agreement(table: Mapping[tuple[str, str], int], z: float = 1.96) -> Agreement:
    """The agreement in a table: what the first reader said and what the second said -> how many texts.

    z: the normal quantile of the confidence, 1.96 for 95 %. Kappa is undefined without texts, and where both readers
    said one and the same of every text: chance could not have done otherwise. Raises ValueError for a negative count.
    """
    if any(count < 0 for count in table.values()):
        raise ValueError("a count is negative")
    n = sum(table.values())
    alike = sum(count for (one, other), count in table.items() if one == other)
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    # Whole numbers, so that "all by chance" is no matter of rounding.
    by_chance = sum(count * second[said] for said, count in first.items())
    if by_chance == n * n:
        return Agreement(alike, n, None)
    low, high = wilson(alike, n, z)
    chance = by_chance / (n * n)
    return Agreement(alike, n, Kappa(*(_beyond(share, chance) for share in (alike / n, low, high))))


def _beyond(share: float, chance: float) -> float:
    return max((share - chance) / (1 - chance), -1.0)
