"""Published cases as files: the newest dump alone, and only as long as everything in it is still public.

What a resident took back takes these files with it until they are made anew, and older ones are not kept. So no two
dumps can be compared here for what was taken back; who kept an older one has it, as with anything that was ever shown.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gongshi.cases.public_gone import gone_until
from gongshi.figures.open_data.files import (
    MANIFEST,
    ReleaseFile,
    begun,
    described,
    files_of,
    note,
    noted,
    put,
    root,
)
from gongshi.figures.open_data.rows import case_rows, published_until
from gongshi.figures.open_data.writing import write_cases
from gongshi.figures.periods import Month
from gongshi.figures.released.queries import released_months

_FOLDER = "cases"


@dataclass(frozen=True)
class CaseDump:
    """``rows`` cases that had been published by the end of the month. ``gone``: the sum of `public_gone` before."""

    month: Month
    made_on: date
    rows: int
    gone: int
    since: date | None
    files: tuple[ReleaseFile, ...]

    @property
    def name(self) -> str:
        """What its address says."""
        return str(self.month)

    @property
    def until(self) -> date:
        """The last day on which anything in it was published."""
        return self.month.after.first - timedelta(days=1)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return root() / _FOLDER / self.name


def current_cases() -> CaseDump | None:
    """The dump that may be served: all of it is still public. One statement, whatever its size."""
    found = _last()
    return found if found and gone_until(found.until) == found.gone else None


def cases_due(wanted: Month) -> bool:
    """Whether the dump of that month is lacking. None is due before anything was published or released."""
    found = current_cases()
    if found and found.month >= wanted:
        return False
    return bool(released_months()) or published_until(wanted.after.first - timedelta(days=1)).exists()


def make_cases(month: Month, *, today: date, told: Callable[[int], None]) -> CaseDump:
    """Write the dump of a month, in the place of any that there was. Safe to run twice."""
    until = month.after.first - timedelta(days=1)
    making = begun(_FOLDER)
    # Before the rows are read: what goes in between is taken for gone from the dump, never for still there.
    gone = gone_until(until)
    rows = write_cases(making, case_rows(until), told)
    since = published_until(until).order_by("filed_on").values_list("filed_on", flat=True).first()
    made = CaseDump(month, today, rows, gone, since, described(making))
    content = {
        "month": str(month),
        "made_on": today.isoformat(),
        "rows": rows,
        "gone": gone,
        "since": since.isoformat() if since else None,
    }
    note(making, content, made.files)
    _clear()
    put(making, made.folder)
    return made


def remove_stale_cases() -> bool:
    """Take away a dump that holds what is public no longer; whether there was one. Counts all rows once more."""
    found = _last()
    if found is None:
        return False
    if current_cases() and published_until(found.until).count() >= found.rows:
        return False
    _clear()
    return True


def _last() -> CaseDump | None:
    here = root() / _FOLDER
    names = sorted((path.name for path in here.iterdir()), reverse=True) if here.is_dir() else []
    for name in names:
        if content := noted(here / name):
            return CaseDump(
                Month.parse(name),
                date.fromisoformat(content["made_on"]),
                content["rows"],
                content["gone"],
                date.fromisoformat(content["since"]) if content["since"] else None,
                files_of(content),
            )
    return None


def _clear() -> None:
    here = root() / _FOLDER
    for path in here.iterdir() if here.is_dir() else ():
        # First what says that it may be served.
        (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path)
