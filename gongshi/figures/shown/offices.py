"""Offices beside each other: on time at the same mix of categories, and who cannot be told from whom.

Both from the released tables alone. Which part of an office's work can be compared at all, and why less than `COVERED`
of it is not: docs/rules/standardising.md.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gongshi.figures.released.tables import Tables
from gongshi.figures.shown.shares import NOTHING
from gongshi.figures.suppression import PROTECTS
from gongshi.rules.disclosure import CATEGORY, OFFICE, PAIR
from gongshi.rules.intervals import Interval
from gongshi.rules.standardising import Compared, Stratum, compared
from gongshi.rules.telling_apart import groups

COVERED = 0.8
"""The least share of an office's due cases that must be compared."""
MIX = "mix"
"""Too much of the office's work is of categories that only it has, or whose counts are withheld."""


class Adjusted(NamedTuple):
    """An office's on-time share at the same mix. ``coverage``: the share of its due cases that this is about."""

    compared: Compared
    coverage: float


def adjusted_of(tables: Tables, office: str) -> Adjusted | None:
    """The office by its code, compared with the place in the categories that can be; None where it may not be told."""
    line = tables.line(OFFICE, office=office)
    due = line.counts.get("due") if line else None
    found = compared(_strata(tables, office))
    if found is None or not due or found.of < COVERED * due:
        return None
    return Adjusted(found, found.of / due)


def why_not_adjusted(tables: Tables, office: str) -> str:
    """Why there is no `adjusted_of`: `NOTHING`, `MIX`, or withheld with the number of due cases."""
    line = tables.line(OFFICE, office=office)
    due = line.counts.get("due") if line else 0
    if due is None:
        return PROTECTS
    return MIX if due else NOTHING


def groups_of(tables: Tables) -> list[list[str]]:
    """Codes of the offices that are compared, in groups, the lowest first: within one they cannot be told apart."""
    found = {line.office: adjusted_of(tables, line.office) for line in tables.of(OFFICE)}
    return groups({code: Interval(one.compared.low, one.compared.high) for code, one in found.items() if one})


def _strata(tables: Tables, office: str) -> Iterator[Stratum]:
    """Categories whose counts are told for the office and the place, and of which others have enough for a rate."""
    for pair in tables.of(PAIR):
        place = tables.line(CATEGORY, category=pair.category)
        if pair.office == office and place:
            one = [line.counts.get(name) for line in (pair, place) for name in ("on_time", "due")]
            done, of, place_done, place_of = one
            if done is None or of is None or place_done is None or place_of is None:
                continue
            if place_of - of >= tables.threshold:
                yield Stratum(done, of, place_done, place_of)
