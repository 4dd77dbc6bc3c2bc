"""The public boards: one month's figures by office, category or area, as they were released. Pages read nothing below.

Everything here comes of the released tables alone (`gongshi.figures.released`): what is withheld was decided there, for
all tables together, and a board never moves.
"""

from dataclasses import dataclass
from datetime import date

from gongshi.figures.definitions import Definition
from gongshi.figures.metrics import Share
from gongshi.figures.naming import BY, names
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.queries import dated_changes, released, released_months
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.shown import (
    SHARES,
    Adjusted,
    adjusted_of,
    curve_of,
    groups_of,
    median_cell,
    shares_of,
    why_no_share,
    why_not_adjusted,
)
from gongshi.figures.suppression import PROTECTS, Cell
from gongshi.rules.disclosure import ALL, OFFICE
from gongshi.rules.survival import Banded
from gongshi.words import Words

Changes = tuple[tuple[Month, Definition], ...]
"""From which released month on something is counted otherwise than before, newest first."""
HISTORY = 6
"""How many months the page of one office, category or area looks back."""


@dataclass(frozen=True)
class ShownShare:
    """A share that may be shown, or None and why not: a code of `suppression`, or `shown.NOTHING`."""

    value: Share | None
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One office, category or area, or all together: what may be shown of it, and for the rest why not.

    Names as in `metrics.Tally`. ``curve``: the share still waiting by day (`shown.curve_of`), empty where it is
    withheld; why is `median_days.why` then.
    """

    code: str
    name: Words
    counts: dict[str, Cell]
    shares: dict[str, ShownShare]
    median_days: Cell
    curve: tuple[Banded, ...]

    @property
    def is_shown(self) -> bool:
        """Whether so much as the number of cases may be told."""
        return self.counts["cases"].value is not None


@dataclass(frozen=True)
class ComparedOffice:
    """An office's on-time share at the same mix of categories, or None and why not (`shown.why_not_adjusted`)."""

    code: str
    name: Words
    value: Adjusted | None
    why: str = ""


@dataclass(frozen=True)
class Comparison:
    """Offices in groups, the highest first; within one they cannot be told apart and stand in the order of codes."""

    groups: tuple[tuple[ComparedOffice, ...], ...]
    others: tuple[ComparedOffice, ...]


@dataclass(frozen=True)
class Board:
    """One month's board, as it stood on the day ``on``. ``months`` are those that were released, newest first.

    ``by``: what the rows are, one of `naming.BY`; ``comparison``: of offices alone.
    """

    month: Month
    on: date
    threshold: int
    total: Row
    by: str
    rows: tuple[Row, ...]
    comparison: Comparison | None
    months: tuple[Month, ...]
    changes: Changes


@dataclass(frozen=True)
class Series:
    """One office, category or area month by month: the chosen month first, then those before it.

    ``on``: as the chosen one stood. A row is None where there were no cases in the month. ``months`` are those that
    were released, newest first.
    """

    by: str
    code: str
    name: Words
    on: date
    threshold: int
    rows: tuple[tuple[Month, Row | None], ...]
    months: tuple[Month, ...]
    changes: Changes


def board(month: Month | None = None, by: str = OFFICE) -> Board | None:
    """The board of ``month``, or of the newest released one; None when nothing was released yet.

    by: one of `naming.BY`. Raises LookupError for another, and for a month that was not released.
    """
    if by not in BY:
        raise LookupError(f"no board by {by}")
    months = released_months()
    if month is None and not months:
        return None
    tables = released(month or months[0])
    total = tables.line(ALL) or Line(ALL, "", "", "", dict.fromkeys(NAMES, 0))
    named = names(by)
    # What was turned into something that no figure is about has no name here, and no row any more.
    rows = tuple(_row(line, by, named, tables) for line in tables.of(by) if getattr(line, by) in named)
    compared = _comparison(tables, named) if by == OFFICE else None
    head = (tables.month, tables.as_of, tables.threshold, _row(total, "", {}, tables))
    return Board(*head, by, rows, compared, months, tuple(dated_changes()))


def series(by: str, code: str, month: Month | None = None) -> Series | None:
    """What was released of one office, category or area in ``month`` (None: the newest) and in those before it.

    None when nothing was released yet. Raises LookupError for one that there is not, and for a month that was not
    released.
    """
    named = names(by)
    name, months = named.get(code), released_months()
    if name is None:
        raise LookupError(f"no {by} {code}")
    if month is None and not months:
        return None
    chosen = released(month or months[0])
    rows = []
    for each in [each for each in months if each <= chosen.month][:HISTORY]:
        tables = chosen if each == chosen.month else released(each)
        line = tables.line(by, **{by: code})
        rows.append((each, _row(line, by, named, tables) if line else None))
    head = (chosen.as_of, chosen.threshold, tuple(rows))
    return Series(by, code, name, *head, months, tuple(dated_changes()))


def _comparison(tables: Tables, named: dict[str, Words]) -> Comparison:
    groups = groups_of(tables)
    found = {
        code: ComparedOffice(code, named.get(code, {}), adjusted_of(tables, code))
        for group in groups
        for code in group
    }
    others = tuple(
        ComparedOffice(line.office, named.get(line.office, {}), None, why_not_adjusted(tables, line.office))
        for line in tables.of(OFFICE)
        if line.office not in found
    )
    return Comparison(tuple(tuple(found[code] for code in group) for group in reversed(groups)), others)


def _row(line: Line, by: str, named: dict[str, Words], tables: Tables) -> Row:
    counts = {name: Cell(n, "" if n is not None else PROTECTS) for name, n in line.counts.items()}
    told = shares_of(line, tables.threshold)
    shares = {
        name: ShownShare(told[name])
        if name in told
        else ShownShare(None, why_no_share(line, name, tables.threshold))
        for name in SHARES
    }
    code = getattr(line, by) if by else ""
    return Row(code, named.get(code, {}), counts, shares, median_cell(line), tuple(curve_of(line)))
