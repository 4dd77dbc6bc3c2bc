"""Small counts are not published, nor what could be worked out from the rest of a table.

Primary: a count of 1 to threshold - 1 is withheld; an office with fewer cases than the threshold is withheld whole.
A column may follow another instead: how many of the due cases were on time says how the office works, and is shown
wherever the number of due cases is, or the slowest offices would be the ones that nobody sees.
Secondary, in each column with a total: the withheld cells must add up to the threshold at least (so they are two or
more), or subtraction would give a small number; otherwise the smallest of the rest is withheld as well.
For a table that stands alone. Tables that are linked, and what leaves over within a row: `gongshi.rules.disclosure`.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)

SMALL = "small"
"""Fewer cases than the threshold."""
PROTECTS = "protects"
"""Withheld so that a smaller number cannot be worked out by subtraction."""


class Cell(NamedTuple):
    """A count that may be shown, or None and why not: `SMALL` or `PROTECTS`."""

    value: int | None
    why: str = ""


Table = dict[K, dict[str, Cell]]


def suppressed(
    rows: Mapping[K, Mapping[str, int]],
    total: Mapping[str, int],
    threshold: int,
    *,
    base: str = "cases",
    apart: frozenset[str] = frozenset(),
    follows: Mapping[str, str] | None = None,
) -> tuple[Table[K], dict[str, Cell]]:
    """The rows and their total as cells that may be shown.

    rows: counts by column; total: their sums. base: the column that counts the cases which all other columns are
    about, so a row that withholds it withholds everything, except the columns ``apart``, which are about other cases.
    follows: columns that are shown exactly where another column is.
    """
    led = dict(follows or {})
    why: dict[str, dict[K, str]] = {}
    why[base] = _withheld({key: row[base] for key, row in rows.items()}, {}, total[base], threshold)
    for column in total.keys() - {base} - led.keys():
        given = {} if column in apart else why[base]
        values = {key: row[column] for key, row in rows.items()}
        why[column] = _withheld(values, given, total[column], threshold)
    table = {
        key: {name: _cell(n, why[led.get(name, name)].get(key, "")) for name, n in row.items()}
        for key, row in rows.items()
    }
    small = {name for name in total.keys() - led.keys() if _is_small(total[name], threshold)}
    if base in small:
        small = total.keys() - led.keys() - (apart - small)
    totals = {name: _cell(n, SMALL if led.get(name, name) in small else "") for name, n in total.items()}
    return table, totals


def _withheld(values: Mapping[K, int], given: Mapping[K, str], total: int, threshold: int) -> dict[K, str]:
    """Why each cell of one column is withheld. ``given``: what is withheld already, for other reasons."""
    why = {
        key: given.get(key) or SMALL for key, n in values.items() if key in given or _is_small(n, threshold)
    }
    if not why or _is_small(total, threshold):
        return why
    rest = sorted((key for key in values if key not in why and values[key]), key=lambda key: values[key])
    while rest and sum(values[key] for key in why) < threshold:
        why[rest.pop(0)] = PROTECTS
    return why


def _is_small(value: int, threshold: int) -> bool:
    return 0 < value < threshold


def _cell(value: int, why: str) -> Cell:
    return Cell(None, why) if why else Cell(value)
