"""What open data there are: the newest counts, every edition before them, and the published cases of one dump."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongshi.figures.open_data.cases import (
    CaseDump,
    cases_due,
    current_cases,
    make_cases,
    remove_stale_cases,
)
from gongshi.figures.open_data.files import ReleaseFile, is_of_cases
from gongshi.figures.open_data.tables import (
    Edition,
    edition,
    is_whole,
    make_edition,
    names_changed,
    newest,
    settle_older,
)
from gongshi.figures.periods import Month, last_complete
from gongshi.figures.released.actions import months_due
from gongshi.figures.released.quarters import quarters_due
from gongshi.figures.released.queries import released_months


@dataclass(frozen=True)
class Release:
    """What may be served now: the newest edition of the counts, and the dump of published cases; one at least."""

    tables: Edition | None
    cases: CaseDump | None

    @property
    def parts(self) -> list[Edition | CaseDump]:
        """Those that there are, cases first."""
        return [one for one in (self.cases, self.tables) if one]

    @property
    def month(self) -> Month:
        """The newest month that any of it is of."""
        return max(one.month for one in self.parts)

    @property
    def made_on(self) -> date:
        """When the newer part was made."""
        return max(one.made_on for one in self.parts)

    @property
    def until(self) -> date:
        """The last day that any of it is about."""
        return max(one.until for one in self.parts)

    @property
    def files(self) -> list[tuple[str, ReleaseFile]]:
        """Each file, with what its address says before its name."""
        return [(one.name, file) for one in self.parts for file in one.files]


def current_release() -> Release | None:
    """What may be served. One statement."""
    tables, cases = newest(), current_cases()
    return Release(tables, cases) if tables or cases else None


def served_file(name: str, file: str) -> tuple[Path, ReleaseFile] | None:
    """A file by its address, or None for one that is not there, or no longer. One statement at most."""
    part = current_cases() if is_of_cases(file) else edition(name)
    noted = (
        next((one for one in part.files if one.name == file), None) if part and part.name == name else None
    )
    path = part.folder / file if part and noted else None
    return (path, noted) if path and noted and path.is_file() else None


def release_is_due(today: date) -> Month | None:
    """The month of which something is lacking, or None: once a month, and when counts were released since.

    Nothing is due before anything was published or released. The counts wait for months and quarters that are about to
    be released, so that there is one edition with all of them.
    """
    wanted = last_complete(today)
    return wanted if cases_due(wanted) or _tables_due(wanted, today) else None


def _tables_due(wanted: Month, today: date) -> bool:
    last = newest()
    if last and is_whole(last, wanted):
        return False
    return bool(released_months()) and not months_due(today) and not quarters_due(today)


def make_release(month: Month, *, today: date, told: Callable[[int], None] = lambda _n: None) -> Release:
    """Write what is lacking of a month: published cases, and the counts if they, or the names of codes, are others.

    Raises `tables.Differs`; the cases are there then. Safe to run twice.
    """
    cases = make_cases(month, today=today, told=told)
    last = newest()
    if last is None or names_changed(last) or not is_whole(last, month):
        last = make_edition(month, today=today)
    return Release(last, cases)


def make_lacking(today: date) -> bool:
    """What the worker does: write whatever is due, and nothing else; whether there was anything."""
    wanted = last_complete(today)
    cases, tables = cases_due(wanted), _tables_due(wanted, today)
    if cases:
        make_cases(wanted, today=today, told=lambda _n: None)
        last = newest()
        tables = tables or last is None or names_changed(last)
    if tables:
        make_edition(wanted, today=today)
    return cases or tables


def remove_stale() -> bool:
    """Take away published cases that are public no longer in all their parts; whether there were any."""
    settled = settle_older()
    return remove_stale_cases() or settled
