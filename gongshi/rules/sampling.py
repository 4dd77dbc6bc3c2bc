"""A random sample that nobody chooses: in the order of hashes under a seed that was public before anybody drew.

The order of each thing depends on the seed and on itself alone. Whatever drops out leaves the order of the others as
it was, and the next one in it takes its place (samples of the smallest random numbers; E. Cohen, H. Kaplan,
"Summarizing data using bottom-k sketches", ACM PODC 2007).
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

LABEL = b"gongshi sample 1\x00"
SIZES = (50, 20)


def in_drawn_order(things: Iterable[UUID], seed: bytes) -> list[UUID]:
    """The things in the order in which they are drawn: of SHA-256 over `LABEL`, the seed and the 16 bytes of each."""
    return sorted(set(things), key=lambda one: (hashlib.sha256(LABEL + seed + one.bytes).digest(), one.bytes))


def sample_size(things: int) -> int:
    """50 of fifty or more, 20 of twenty or more, else none.

    Steps, not as many as there are: a sample of 37 would tell that there were 37.
    """
    return next((size for size in SIZES if things >= size), 0)
