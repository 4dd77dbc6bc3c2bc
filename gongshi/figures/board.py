"""The public board: one month's figures by office, as they were released. Pages read this and nothing below it.

Everything here comes of the released tables alone (`gongshi.figures.released`): what is withheld was decided there, for
all tables together, and a board never moves.
"""

from dataclasses import dataclass
from datetime import date

from gongshi.accounts.queries import offices
from gongshi.figures.metrics import Share
from gongshi.figures.periods import Month
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.shown import SHARES, median_cell, shares_of, why_no_share
from gongshi.figures.suppression import PROTECTS, Cell

HISTORY = 6
"""How many months an office's page looks back."""


@dataclass(frozen=True)
class ShownShare:
    """A share that may be shown, or None and why not: a code of `suppression`, or `shown.NOTHING`."""

    value: Share | None
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One office, or all together: what may be shown of it, and for the rest why not. Names as in `metrics.Tally`."""

    code: str
    name: dict[str, str]
    counts: dict[str, Cell]
    shares: dict[str, ShownShare]
    median_days: Cell


@dataclass(frozen=True)
class Board:
    """One month's board, as it stood on the day ``on``. ``months`` are those that were released, newest first."""

    month: Month
    on: date
    threshold: int
    total: Row
    offices: tuple[Row, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True)
class OfficeBoard:
    """One office month by month: the chosen month first, then those before it. ``on``: as the chosen one stood.

    A row is None where the office had no cases in the month. ``months`` are those that were released, newest first.
    """

    code: str
    name: dict[str, str]
    on: date
    threshold: int
    rows: tuple[tuple[Month, Row | None], ...]
    months: tuple[Month, ...]


def board(month: Month | None = None) -> Board | None:
    """The board of ``month``, or of the newest released one; None when nothing was released yet.

    Raises LookupError for a month that was not released.
    """
    months = released_months()
    if month is None and not months:
        return None
    tables = released(month or months[0])
    total = tables.line("all") or Line("all", "", "", "", dict.fromkeys(NAMES, 0))
    rows = tuple(_row(line, line.office, tables) for line in tables.of("office"))
    return Board(tables.month, tables.as_of, tables.threshold, _row(total, "", tables), rows, months)


def office_board(code: str, month: Month | None = None) -> OfficeBoard | None:
    """What was released of one office in ``month`` (None: the newest) and in those before it.

    None when nothing was released yet. Raises LookupError for an office that there is not, and for a month that was
    not released.
    """
    name, months = _names().get(code), released_months()
    if name is None:
        raise LookupError(f"no office {code}")
    if month is None and not months:
        return None
    chosen = released(month or months[0])
    rows = []
    for each in [each for each in months if each <= chosen.month][:HISTORY]:
        tables = chosen if each == chosen.month else released(each)
        line = tables.line("office", office=code)
        rows.append((each, _row(line, code, tables) if line else None))
    return OfficeBoard(code, name, chosen.as_of, chosen.threshold, tuple(rows), months)


def _names() -> dict[str, dict[str, str]]:
    """Every office by its code, retired ones too: months that are released keep them."""
    return {node.code: dict(node.name) for node in offices().everything.values()}


def _row(line: Line, code: str, tables: Tables) -> Row:
    threshold = tables.threshold
    counts = {name: Cell(n, "" if n is not None else PROTECTS) for name, n in line.counts.items()}
    told = shares_of(line, threshold)
    shares = {
        name: ShownShare(told[name])
        if name in told
        else ShownShare(None, why_no_share(line, name, threshold))
        for name in SHARES
    }
    return Row(code, _names().get(code, {}), counts, shares, median_cell(line))
