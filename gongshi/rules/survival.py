"""How long people wait for an answer, with those who still wait counted: the product-limit estimate.

Source: E. L. Kaplan and P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the American
Statistical Association 53 (1958), 457-481. The median of answered cases alone would be too short: the slow ones are
those that are missing from it. The band: J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time
Data (Wiley, 2nd ed. 2002), 1.4: Greenwood's variance on the scale log(-log share), which keeps it between 0 and 1. See
docs/rules/survival.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from math import exp, isfinite, log, sqrt
from typing import NamedTuple

# Rounding may leave a hair above one half where the shares multiply to exactly that.
_HAIR = 1e-9


class Wait(NamedTuple):
    """So many cases waited ``days`` (whole calendar days), then were answered, or were seen no longer than that."""

    days: int
    answered: bool
    cases: int = 1


class Step(NamedTuple):
    """One day on which cases were answered: how many were still waiting before it, and the share waiting after it."""

    days: int
    waiting: int
    answered: int
    share: float


class Banded(NamedTuple):
    """The share still waiting after a day, and the shares that agree with what was counted, all from 0 to 1."""

    days: int
    share: float
    low: float
    high: float


def waiting_curve(waits: Iterable[Wait]) -> list[Step]:
    """The share of cases still without an answer after each day on which one was answered, in order of days.

    A case that was last seen on the day of another's answer counts as waiting on that day, as in the source. Raises
    ValueError for negative days or numbers of cases.
    """
    answered: dict[int, int] = defaultdict(int)
    seen: dict[int, int] = defaultdict(int)
    for wait in waits:
        if wait.days < 0 or wait.cases < 0:
            raise ValueError(f"{wait.cases} cases cannot wait {wait.days} days")
        seen[wait.days] += wait.cases
        answered[wait.days] += wait.cases if wait.answered else 0
    waiting, share, curve = sum(seen.values()), 1.0, []
    for days in sorted(seen):
        if answered[days]:
            share *= (waiting - answered[days]) / waiting
            curve.append(Step(days, waiting, answered[days], share))
        waiting -= seen[days]
    return curve


def median_wait(waits: Iterable[Wait]) -> int | None:
    """The first day after which at most half of the cases still wait; None while more do, or without cases."""
    return next((step.days for step in waiting_curve(waits) if step.share <= 0.5 + _HAIR), None)


def with_band(curve: Iterable[Step], z: float = 1.96) -> list[Banded]:
    """Each step of `waiting_curve` with its pointwise band; ``z`` as in `gongshi.rules.intervals`.

    Where nobody waits any more the source gives no band: then it goes from 0 to where it was the step before, or 1.
    Raises ValueError unless z is positive.
    """
    if not (isfinite(z) and z > 0):
        raise ValueError(f"z must be positive, not {z}")
    spread, before, banded = 0.0, 1.0, []
    for step in curve:
        left = step.waiting - step.answered
        if left == 0:
            low, high = 0.0, before
        else:
            spread += step.answered / (step.waiting * left)
            reach = z * sqrt(spread) / -log(step.share)
            low, high = step.share ** exp(reach), step.share ** exp(-reach)
        banded.append(Banded(step.days, step.share, low, high))
        before = high
    return banded
