"""How good answers are, as those who got them say: three shares by office and by category, and never one alone.

By office and by category, never by officer, never by both at once (which would often be one officer), and from `LEAST`
matters up. One quarter at a time, once there were 60 days to reopen each of its matters. Definitions: docs/figures.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongshi.figures.metrics import REOPENED_WITHIN, AnswerTally, Share, share_of
from gongshi.figures.periods import Quarter
from gongshi.figures.queries import answer_tallies, category_names, first_and_last_filed, office_names
from gongshi.figures.samples import LEAST, SampleShown, sample_shown
from gongshi.figures.suppression import Cell
from gongshi.figures.two_tables import withheld_together
from gongshi.places.queries import the_place

QUARTERS = 4
"""How many quarters can be chosen. Matters leave these figures when they are erased: older ones would thin out."""


@dataclass(frozen=True)
class Said:
    """What residents said: ``yes`` of those who said yes or no, ``silent`` of all; None where there is nothing."""

    yes: Share | None
    silent: Share | None


@dataclass(frozen=True)
class ThreeShares:
    """Three that are only ever told together: an answer can name every point and promise what is never done."""

    in_all_parts: Said
    promises_kept: Said
    reopened: Share | None


@dataclass(frozen=True)
class Group:
    """One office or one category. ``shares`` is None where ``cases`` is withheld."""

    code: str
    name: Mapping[str, str]
    cases: Cell
    shares: ThreeShares | None


@dataclass(frozen=True)
class QualityBoard:
    """One quarter as of the day ``on``, in the order of codes. ``quarters`` are those to choose from, newest first.

    ``sample``: what two readers from outside said of some of its answers; never without the rest of this board.
    """

    quarter: Quarter
    on: date
    threshold: int
    offices: tuple[Group, ...]
    categories: tuple[Group, ...]
    quarters: tuple[Quarter, ...]
    sample: SampleShown | None


def quarters_with_answers(on: date) -> tuple[Quarter, ...]:
    """Up to `QUARTERS` quarters whose every matter had its 60 days by the day before ``on``, newest first."""
    ends = first_and_last_filed()
    if ends is None:
        return ()
    last = Quarter.of(on - REOPENED_WITHIN).before
    found: list[Quarter] = []
    while last >= Quarter.of(ends[0]) and len(found) < QUARTERS:
        found.append(last)
        last = last.before
    return tuple(found)


def quality_board(on: date, quarter: Quarter | None = None) -> QualityBoard | None:
    """The board of ``quarter``, or of the newest there is, as of the local day ``on``; None while there is none.

    Raises LookupError for a quarter that is not among `QualityBoard.quarters`.
    """
    quarters = quarters_with_answers(on)
    if not quarters and quarter is None:
        return None
    chosen = quarter or quarters[0]
    if chosen not in quarters:
        raise LookupError(f"no figures for {chosen}")
    threshold = max(LEAST, the_place().threshold)
    tallies = answer_tallies(chosen.first, chosen.after.first, on=on)
    by_office, by_category = withheld_together({key: one.cases for key, one in tallies.items()}, threshold)
    offices = _groups(by_office, office_names(by_office), tallies, lambda key: key[0])
    categories = _groups(by_category, category_names(), tallies, lambda key: key[1])
    return QualityBoard(chosen, on, threshold, offices, categories, quarters, sample_shown(chosen))


def shares_of(tally: AnswerTally) -> ThreeShares:
    """All three. A share of nothing is None, and no reason to leave out the others."""
    return ThreeShares(
        _said(tally.all_parts, tally.some_parts, tally.cases),
        _said(tally.kept, tally.not_kept, tally.promised),
        share_of(tally.reopened, tally.cases),
    )


def _said(yes: int, no: int, of: int) -> Said:
    return Said(share_of(yes, yes + no), share_of(of - yes - no, of))


def _groups(
    cells: Mapping[UUID, Cell],
    names: Mapping[UUID, tuple[str, dict[str, str]]],
    tallies: Mapping[tuple[UUID, UUID], AnswerTally],
    group: Callable[[tuple[UUID, UUID]], UUID],
) -> tuple[Group, ...]:
    sums = {key: AnswerTally() for key in cells}
    for key, tally in tallies.items():
        sums[group(key)] += tally
    found = [
        Group(*names[key], cell, None if cell.value is None else shares_of(sums[key]))
        for key, cell in cells.items()
    ]
    return tuple(sorted(found, key=lambda one: one.code))
