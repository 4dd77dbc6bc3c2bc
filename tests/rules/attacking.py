"""What the attackers on released tables share: a linear programme, what is asked of it, and many worlds."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_array, coo_array, csr_array, csr_matrix, eye_array, hstack

Row = Sequence[tuple[int, int]]
"""Places of counts, each with its sign."""


def matrix(rows: Sequence[Row], size: int) -> csr_array:
    """One row for each sum of so many counts."""
    where = [(number, place, sign) for number, row in enumerate(rows) for place, sign in row]
    lines, columns, signs = zip(*where, strict=True) if where else ((), (), ())
    return coo_array((signs, (lines, columns)), shape=(len(rows), size), dtype=float).tocsr()


class Small(NamedTuple):
    """A count below the threshold that must stay hidden: what it is called, its sum of counts, and how much it is.

    ``public`` more are published cases, which are left out of it.
    """

    name: str
    aim: Row
    value: int
    public: int = 0


class Programme(NamedTuple):
    """What is known of all counts: sums that equal something, sums that are at most something, and least ones."""

    equal: csr_array
    equal_to: Sequence[int]
    below: csr_array
    below_to: Sequence[int]
    least: np.ndarray  # type: ignore[type-arg]

    def largest(self, aims: csr_array, enough: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        """The counts that agree with all that is known and make these sums largest, each counted up to so much."""
        number, size = aims.shape
        below = block_array([[self.below, None], [-aims, eye_array(number)]], format="csr")
        least = np.concatenate([self.least, np.zeros(number)])
        most = np.concatenate([np.full(size, np.inf), enough])
        found = linprog(
            np.concatenate([np.zeros(size), -np.ones(number)]),
            A_ub=below,
            b_ub=np.concatenate([self.below_to, np.zeros(number)]),
            A_eq=hstack([self.equal, csr_matrix((self.equal.shape[0], number))], format="csr"),
            b_eq=self.equal_to,
            bounds=np.column_stack([least, most]),
            method="highs",
        )
        assert found.status == 0, found.message
        return found.x[:size]

    def found(self, counts: Sequence[Small], threshold: int) -> dict[str, tuple[int, int]]:
        """Which of the counts are known to be below the threshold: how much they are, and can be at most."""
        aims = matrix([one.aim for one in counts], len(self.least))
        enough = np.array([threshold + one.public for one in counts])
        open_ones, together, found = list(range(len(counts))), True, {}
        while open_ones:
            # One table in which many are large at once clears all of those; what is left is asked for one by one.
            tried = open_ones if together else open_ones[:1]
            largest = aims @ self.largest(aims[tried], enough[tried]) + 1e-6
            if not together and largest[tried[0]] < enough[tried[0]]:
                one = counts[tried[0]]
                found[one.name] = (one.value, int(largest[tried[0]]) - one.public)
            left = [n for n in open_ones if largest[n] < enough[n] and (together or n != tried[0])]
            together, open_ones = together and len(left) < len(open_ones), left
        return found


class Tried(NamedTuple):
    """Of one world: the small counts that were found, and how many counts of how many are told."""

    found: dict[str, tuple[int, int]]
    told: int
    of: int


def main(what: str, tries: Callable[[int], Iterator[Tried]], shown: str = "counts") -> None:
    """Try so many worlds (first argument) from a seed on (second); print what was found. tries: those of a seed."""
    began, number, told, of, found = time.monotonic(), 0, 0, 0, 0
    worlds, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    # Whoever stops it is told how far it came.
    with suppress(KeyboardInterrupt):
        for seed in range(first, first + worlds):
            for one in tries(seed):
                told, of, found = told + one.told, of + one.of, found + len(one.found)
                if one.found:
                    print(seed, len(one.found), list(one.found.items())[:3], flush=True)
            number += 1
    seconds = time.monotonic() - began
    print(f"{number} {what}: {found} small counts found; {told} of {of} {shown} shown; {seconds:.0f} s")
