"""A count as it may be told: a number, or none and why not. What is withheld: `gongshi.rules.disclosure`."""

from typing import NamedTuple

SMALL = "small"
"""Fewer cases than the threshold."""
PROTECTS = "protects"
"""Withheld so that a smaller number cannot be worked out by subtraction."""


class Cell(NamedTuple):
    """A count that may be shown, or None and why not: `SMALL` or `PROTECTS`."""

    value: int | None
    why: str = ""
