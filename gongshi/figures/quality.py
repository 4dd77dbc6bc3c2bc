"""How good answers are, as those who got them say: three shares by office and by category, and never one alone.

By office and by category, never by officer, never by both at once (which would often be one officer). One quarter at a
time, as it was released (`gongshi.figures.released.quarters`): this board never moves. Definitions: docs/figures.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongshi.accounts.queries import offices
from gongshi.figures.periods import Quarter
from gongshi.figures.queries import category_names
from gongshi.figures.released.answers import AnswerLine
from gongshi.figures.released.quarters import released_quarter, released_quarters
from gongshi.figures.samples import SampleShown, sample_shown
from gongshi.figures.shown.answers import ThreeShares, three_shares
from gongshi.figures.suppression import PROTECTS, Cell
from gongshi.rules.disclosure import CATEGORY, OFFICE


@dataclass(frozen=True)
class Group:
    """One office or one category. ``shares`` is None where ``cases`` is withheld."""

    code: str
    name: Mapping[str, str]
    cases: Cell
    shares: ThreeShares | None


@dataclass(frozen=True)
class QualityBoard:
    """One quarter as it stood on the day ``on``, in the order of codes. ``quarters``: those released, newest first.

    threshold: from so many matters a group is told of; counts_from: from so many on a count of it is, or None for a
    quarter of which each row was told whole.

    ``sample``: what two readers from outside said of some of its answers; never without the rest of this board.
    """

    quarter: Quarter
    on: date
    threshold: int
    counts_from: int | None
    offices: tuple[Group, ...]
    categories: tuple[Group, ...]
    quarters: tuple[Quarter, ...]
    sample: SampleShown | None

    @property
    def told_offices(self) -> list[Group]:
        """Those of which the shares are told."""
        return [one for one in self.offices if one.shares]

    @property
    def told_categories(self) -> list[Group]:
        """Those of which the shares are told."""
        return [one for one in self.categories if one.shares]

    @property
    def told(self) -> list[Group]:
        """All of which the shares are told."""
        return self.told_offices + self.told_categories

    @property
    def withheld(self) -> list[Group]:
        """The others: offices, then categories."""
        return [one for one in (*self.offices, *self.categories) if not one.shares]


def quality_board(quarter: Quarter | None = None) -> QualityBoard | None:
    """The board of ``quarter``, or of the newest released one; None while there is none.

    Raises LookupError for a quarter that was not released.
    """
    quarters = released_quarters()
    if not quarters and quarter is None:
        return None
    found = released_quarter(quarter or quarters[0])
    return QualityBoard(
        found.quarter,
        found.as_of,
        found.least,
        found.threshold if found.by_count else None,
        _groups(found.of(OFFICE), {node.code: dict(node.name) for node in offices().everything.values()}),
        _groups(found.of(CATEGORY), dict(category_names().values())),
        quarters,
        sample_shown(found.quarter),
    )


def _groups(lines: tuple[AnswerLine, ...], names: Mapping[str, Mapping[str, str]]) -> tuple[Group, ...]:
    # Which of the withheld are small is not told: that would say as much of them as their number.
    return tuple(
        Group(one.code, names.get(one.code, {}), Cell(one.counts.cases), three_shares(one.counts))
        if one.counts
        else Group(one.code, names.get(one.code, {}), Cell(None, PROTECTS), None)
        for one in lines
    )
