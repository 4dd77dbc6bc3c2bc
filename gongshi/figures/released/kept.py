"""The true numbers behind what was released, kept so that a copy published later can be held against them.

Private: no door reads them, and a replica does not carry them. docs/rules/disclosure.md#agreed-to-afterwards.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any, NamedTuple

from gongshi.figures.metrics import AnswerTally
from gongshi.figures.models import CountedMonth, CountedQuarter
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.released.answers import NAMES as ANSWER_NAMES
from gongshi.figures.released.beside import Told
from gongshi.figures.released.columns import NAMES, WITHIN
from gongshi.figures.released.making import Counted
from gongshi.rules.disclosure import Local

COLUMNS = (*NAMES, *(f"within_{days}" for days in WITHIN))


class KeptMonth(NamedTuple):
    """What was counted at a moment, what is known of it, and which offices served one area alone, each with it."""

    at: datetime
    counted: Counted
    known: Counted
    local: Local


def keep_month(month: Month, kept: KeptMonth) -> None:
    """Beside the release, in its transaction."""
    CountedMonth.objects.create(
        first_on=month.first,
        at=kept.at,
        columns=COLUMNS,
        counted=_packed(kept.counted),
        known=_packed(kept.known),
        local=kept.local,
    )


def keep_known(month: Month, known: Counted) -> None:
    """From now on these published cases are known beside the month."""
    CountedMonth.objects.filter(first_on=month.first).update(columns=COLUMNS, known=_packed(known))


def kept_month(month: Month) -> KeptMonth | None:
    """None of a month that an older version released."""
    row = CountedMonth.objects.filter(first_on=month.first).first()
    return (
        KeptMonth(
            row.at, _unpacked(row.columns, row.counted), _unpacked(row.columns, row.known), row.local or {}
        )
        if row
        else None
    )


class KeptQuarter(NamedTuple):
    """What was counted at a moment."""

    at: datetime
    tallies: Mapping[Told, AnswerTally]


def keep_quarter(quarter: Quarter, kept: KeptQuarter) -> None:
    """Beside the release, in its transaction; and again whenever more of its matters are known."""
    rows = [
        [told.office, told.category, str(told.filed), told.agreed, *astuple(tally)]
        for told, tally in kept.tallies.items()
    ]
    CountedQuarter.objects.update_or_create(
        first_on=quarter.first, defaults={"at": kept.at, "columns": ANSWER_NAMES, "tallies": rows}
    )


def kept_quarter(quarter: Quarter) -> KeptQuarter | None:
    """None of a quarter that an older version released."""
    row = CountedQuarter.objects.filter(first_on=quarter.first).first()
    if row is None:
        return None
    tallies = {
        Told(office, category, Month.parse(filed), agreed): AnswerTally(
            **dict(zip(row.columns, counts, strict=True))
        )
        for office, category, filed, agreed, *counts in row.tallies
    }
    return KeptQuarter(row.at, tallies)


def _packed(counted: Counted) -> list[Any]:
    return [[*cell, [counts.get(name, 0) for name in COLUMNS]] for cell, counts in counted.items()]


def _unpacked(columns: list[str], rows: list[Any]) -> dict[tuple[str, str, str], Counter[str]]:
    return {
        (office, category, area): Counter(dict(zip(columns, counts, strict=True)))
        for office, category, area, counts in rows
    }
