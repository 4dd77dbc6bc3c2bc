"""How many, told in bands only: docs/rules/collective.md.

Whoever could add to a number one by one until the band changes would learn the number itself. So each thing that is
counted has edges of its own: the true number is stretched or shrunk by up to a fifth, by a share that nobody outside
knows and that never changes. What is shown is therefore "about". Whoever adds many and sees the band change more than
once learns the share, and nearly the number: the page says so.
"""

from typing import NamedTuple

EDGES = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
WIDTH = 0.2


class Band(NamedTuple):
    """At least ``low`` (0: nothing is said) and fewer than ``high`` (None: nothing is said), both about."""

    low: int
    high: int | None


def band(number: int, share: float) -> Band:
    """The band for ``number`` things. ``share``: between 0 and 1, the same each time for what is counted."""
    shown = number * (1 - WIDTH + 2 * WIDTH * share)
    low = max((edge for edge in EDGES if edge <= shown), default=0)
    return Band(low, next((edge for edge in EDGES if edge > shown), None))
