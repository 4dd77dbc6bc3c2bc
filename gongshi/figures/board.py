"""The public board: one month's figures by office, with small counts withheld. Pages read this and nothing below it.

One month at a time, so that no two boards overlap and none can be subtracted from another.
"""

from dataclasses import dataclass
from datetime import date

from gongshi.figures.metrics import APART, SHARES, Share, Tally, share_of, together
from gongshi.figures.periods import Month, last_complete
from gongshi.figures.queries import first_and_last_filed, office_names, office_tallies
from gongshi.figures.suppression import SMALL, Cell, suppressed
from gongshi.places.queries import the_place

NOT_REACHED = "not_reached"
"""More than half of the cases were still waiting."""
NOTHING = "nothing"
"""There were no such cases."""


@dataclass(frozen=True)
class ShownShare:
    """A share that may be shown, or None and why not: a code of `suppression`, or `NOTHING`."""

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
    """One month's board as of the day ``on``. ``months`` are those that can be chosen, newest first."""

    month: Month
    on: date
    threshold: int
    total: Row
    offices: tuple[Row, ...]
    months: tuple[Month, ...]


HISTORY = 6
"""How many months an office's page looks back: each costs the same few statements."""


@dataclass(frozen=True)
class OfficeBoard:
    """One office month by month, as of the day ``on``: the chosen month first, then those before it.

    A row is None where the office had no cases in the month. ``months`` are those that can be chosen, newest first.
    """

    code: str
    name: dict[str, str]
    on: date
    threshold: int
    rows: tuple[tuple[Month, Row | None], ...]
    months: tuple[Month, ...]


def months_with_figures(on: date) -> tuple[Month, ...]:
    """The complete months from the first with a case to the last, newest first; empty before there are any."""
    ends = first_and_last_filed()
    if ends is None:
        return ()
    first, last = Month.of(ends[0]), min(Month.of(ends[1]), last_complete(on))
    months = []
    while first <= last:
        months.append(last)
        last = last.before
    return tuple(months)


def board(on: date, month: Month | None = None) -> Board | None:
    """The board of ``month``, or of the newest complete one, as of the local day ``on``.

    None when there is no complete month yet. Raises LookupError for a month that is not among `Board.months`.
    """
    months = months_with_figures(on)
    if not months and month is None:
        return None
    chosen = month or months[0]
    if chosen not in months:
        raise LookupError(f"no figures for {chosen}")
    total, rows = shown(chosen.first, chosen.after.first, on=on)
    return Board(chosen, on, the_place().threshold, total, rows, months)


def office_board(code: str, on: date, month: Month | None = None) -> OfficeBoard | None:
    """What the boards of ``month`` (None: of the newest complete one) and of those before it show of one office.

    None when there is no complete month yet. Raises LookupError for an office that there is not, and for a month that
    is not among `OfficeBoard.months`. Nothing is told that the boards of these months do not tell.
    """
    names = dict(office_names(()).values())
    months = months_with_figures(on)
    chosen = month or (months[0] if months else None)
    if chosen and chosen not in months:
        raise LookupError(f"no figures for {chosen}")
    rows = []
    for each in [each for each in months if chosen and each <= chosen][:HISTORY]:
        found = {row.code: row for row in shown(each.first, each.after.first, on=on)[1]}
        names.update({row.code: row.name for row in found.values()})
        rows.append((each, found.get(code)))
    if code not in names:
        raise LookupError(f"no office {code}")
    return OfficeBoard(code, names[code], on, the_place().threshold, tuple(rows), months) if rows else None


def shown(since: date | None, until: date | None, *, on: date) -> tuple[Row, tuple[Row, ...]]:
    """All together, and each office that had cases, in the order of codes (no ranking)."""
    found = office_tallies(since, until, on=on)
    total = together(office.tally for office in found)
    threshold = the_place().threshold
    cells, totals = suppressed(
        {office.code: office.tally.numbers() for office in found},
        total.numbers(),
        threshold,
        apart=frozenset(APART),
        follows={"on_time": "due"},
    )
    rows = [_row(office.code, office.name, cells[office.code], office.tally, threshold) for office in found]
    return _row("", {}, totals, total, threshold), tuple(rows)


def _row(code: str, name: dict[str, str], cells: dict[str, Cell], tally: Tally, threshold: int) -> Row:
    shares = {what: _share(cells[part], cells[whole], threshold) for what, (part, whole) in SHARES.items()}
    return Row(code, name, cells, shares, _median(cells, tally, threshold))


def _share(part: Cell, whole: Cell, threshold: int) -> ShownShare:
    """A share tells its parts: it is withheld with either of them."""
    if part.value is None or whole.value is None:
        return ShownShare(None, whole.why or part.why)
    if whole.value < threshold:
        return ShownShare(None, SMALL if whole.value else NOTHING)
    return ShownShare(share_of(part.value, whole.value))


def _median(cells: dict[str, Cell], tally: Tally, threshold: int) -> Cell:
    """A median of few answers tells one of them."""
    cases, answered = cells["cases"], cells["answered"]
    if cases.value is None or answered.value is None:
        return Cell(None, cases.why or answered.why)
    if answered.value < threshold:
        return Cell(None, NOT_REACHED if cases.value else NOTHING)
    days = tally.median_days
    return Cell(days, "" if days is not None else NOT_REACHED)
