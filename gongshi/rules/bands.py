"""How many, told in bands only: docs/rules/collective.md, docs/decisions/0042-bands.md.

Whoever adds to a number one by one until the band changes learns how far it was from that edge. So no edge lies where
its name says: nobody outside knows by how much it is moved. The first is moved by a draw of its own, each further one
by the same and one more. The distance between two edges is therefore independent of where the first of them lies, and
whoever sees a second, third and tenth change of band learns nothing of the number that the first did not tell.

Source: our own; sums of independent draws as in a random walk, so that differences say nothing of where it began.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

EDGES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
AWAY = 0.4
"""How far an edge can lie from its name, as a part of it, on either side."""

DRAW = 3
"""Bytes of the secret for each edge."""


class Band(NamedTuple):
    """At least ``low`` (0: nothing is said) and fewer than ``high`` (None: nothing is said), both about."""

    low: int
    high: int | None


class Step(NamedTuple):
    """From one edge to the next, or from 0 to the first: ``least`` units, and a draw from 0 to ``most`` more."""

    least: int
    most: int


def _steps() -> tuple[Step, ...]:
    lowest = [0, *(round(edge * (1 - AWAY)) for edge in EDGES)]
    widths = [0, *(round(2 * AWAY * edge) for edge in EDGES)]
    return tuple(
        Step(after - before, wide - narrow)
        for (before, after), (narrow, wide) in zip(pairwise(lowest), pairwise(widths), strict=True)
    )


STEPS = _steps()
SECRET_BYTES = DRAW * len(EDGES)


def turns(secret: bytes) -> Iterator[int]:
    """The numbers from which on each edge counts as reached, rising. ``secret``: `SECRET_BYTES` bytes at least."""
    at = 0
    for place, step in enumerate(STEPS):
        drawn = int.from_bytes(secret[DRAW * place : DRAW * (place + 1)], "big")
        at += step.least + drawn * (step.most + 1) // 256**DRAW
        yield at


def band(number: int, secret: bytes) -> Band:
    """The band for ``number`` things.

    ``secret``: random bytes (`SECRET_BYTES` at least), the same each time for what is counted, of no other, and known
    to nobody outside.
    """
    low = 0
    for edge, turn in zip(EDGES, turns(secret), strict=True):
        if number < turn:
            return Band(low, edge)
        low = edge
    return Band(low, None)
