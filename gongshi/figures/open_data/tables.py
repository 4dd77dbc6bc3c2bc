"""The counts, each edition of them under an address of its own, kept for good. They hold nothing that somebody wrote.

An edition has all months and quarters that had been released when it was made. A month is released once, so two
editions never say different things of it: beside each other they tell no more than the newer one alone. An edition that
would say something else is refused.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from gongshi.figures.open_data.files import (
    MANIFEST,
    NAMES,
    ReleaseFile,
    begun,
    described,
    digest,
    files_of,
    is_of_cases,
    note,
    noted,
    put,
    root,
)
from gongshi.figures.open_data.rows import listed
from gongshi.figures.open_data.writing import write_listed
from gongshi.figures.periods import Month
from gongshi.figures.released.answer_files import COLUMNS as ANSWER_FILES
from gongshi.figures.released.answer_files import read_answers, write_answers
from gongshi.figures.released.csv_rows import WrongFile
from gongshi.figures.released.files import COLUMNS, read_tables, write_tables
from gongshi.figures.released.quarters import released_quarter, released_quarters
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.reading_files import COLUMNS as SAMPLE_FILES
from gongshi.figures.released.reading_files import read_samples, write_samples
from gongshi.figures.released.readings import READING, SampleTold
from gongshi.figures.samples import released_samples

COUNTED = COLUMNS.keys() | ANSWER_FILES.keys() | SAMPLE_FILES.keys()
_NAME = re.compile(r"(\d{4}-\d{2})(?:-([2-9]|[1-9]\d{1,3}))?", re.ASCII)


class Differs(ValueError):
    """A month or quarter would be told otherwise than in an edition that is out."""


@dataclass(frozen=True)
class Edition:
    """The counts as they were on ``made_on``: ``number`` 1 for the first edition of its month.

    samples: for each quarter whose answers were drawn the state of the sample, such as "2026-Q3 read". since, last: the
    first and the last day of the months in it, None where there is none, or an older version did not note it.
    """

    month: Month
    number: int
    made_on: date
    months: int
    quarters: int
    samples: tuple[str, ...]
    since: date | None
    last: date | None
    files: tuple[ReleaseFile, ...]

    @property
    def name(self) -> str:
        """What its address says: "2026-10", "2026-10-2" for another edition in the same month."""
        return str(self.month) if self.number == 1 else f"{self.month}-{self.number}"

    @property
    def until(self) -> date:
        """The last day of its month."""
        return _end(self.month)

    @property
    def counted_until(self) -> date:
        """The last day that its counts are about."""
        return self.last or self.until

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return root() / self.name


def edition(name: str) -> Edition | None:
    """The edition of that name, or None. Any text may be asked for."""
    found = _NAME.fullmatch(name)
    content = noted(root() / name) if found else None
    if found is None or content is None:
        return None
    return Edition(
        Month.parse(found[1]),
        int(found[2] or 1),
        date.fromisoformat(content["made_on"]),
        content.get("months", 0),
        content.get("quarters", 0),
        tuple(content.get("samples", ())),
        _day(content.get("since")),
        _day(content.get("last")),
        # Older versions kept published cases in the same folder.
        tuple(one for one in files_of(content) if not is_of_cases(one.name)),
    )


def editions() -> list[Edition]:
    """All of them, the newest first."""
    names = [path.name for path in root().iterdir()] if root().is_dir() else []
    found = [one for name in names if (one := edition(name))]
    return sorted(found, key=lambda one: (one.month, one.number), reverse=True)


def newest() -> Edition | None:
    """The newest edition, or None before there is any."""
    return next(iter(editions()), None)


def is_whole(last: Edition, month: Month) -> bool:
    """Whether ``last`` has all that has been released up to now, and is that month's or a later one's."""
    counted = len(released_months()), len(released_quarters()), _states(released_samples())
    # One that an older version made may lack a file.
    whole = {one.name for one in last.files} >= COUNTED
    return whole and last.month >= month and (last.months, last.quarters, last.samples) == counted


def names_changed(last: Edition) -> bool:
    """Whether codes that cases may name have other names by now, or were not there."""
    making = begun("names")
    try:
        _write_names(making)
        told = {one.name: one.sha256 for one in last.files}
        return any(told.get(name) != digest(making / name) for name in NAMES)
    finally:
        shutil.rmtree(making)


def make_edition(month: Month, *, today: date) -> Edition:
    """Write the counts as they are; the newest edition where nothing has changed since in the same month.

    Raises `Differs`. Safe to run twice.
    """
    making = begun("tables")
    _write_names(making)
    months, quarters, samples = released_months(), released_quarters(), released_samples()
    write_tables(making, (released(each) for each in reversed(months)))
    write_answers(making, (released_quarter(each) for each in reversed(quarters)))
    write_samples(making, samples)
    files, last = described(making), newest()
    counted = len(months), len(quarters), _states(samples)
    if last and last.month >= month and last.files == files:
        shutil.rmtree(making)
        # A month of which there is nothing to tell changes no file, and is not to be looked for again.
        kept = replace(last, months=counted[0], quarters=counted[1], samples=counted[2])
        _note(last.folder, kept)
        return kept
    if last and (wrong := list(_differing(last.folder, making))):
        shutil.rmtree(making)
        raise Differs(f"{last.name} says something else of {', '.join(wrong)}; see docs/operate/jobs.md")
    number = 1 + max((one.number for one in editions() if one.month == month), default=0)
    since, ends = (months[-1].first, _end(months[0])) if months else (None, None)
    made = Edition(month, number, today, *counted, since, ends, files)
    _note(making, made)
    put(making, made.folder)
    return made


def settle_older() -> bool:
    """Take published cases out of folders that an older version made; whether there were any. Counts stay."""
    found = [path for path in root().glob(f"[0-9]*/{MANIFEST}") if any(path.parent.glob("cases.*"))]
    for path in found:
        for each in path.parent.glob("cases.*"):
            each.unlink()
        if one := edition(path.parent.name):
            _note(path.parent, replace(one, files=described(path.parent)))
    return bool(found)


def _note(folder: Path, one: Edition) -> None:
    content = {
        "month": str(one.month),
        "made_on": one.made_on.isoformat(),
        "months": one.months,
        "quarters": one.quarters,
        "samples": one.samples,
        "since": one.since.isoformat() if one.since else None,
        "last": one.last.isoformat() if one.last else None,
    }
    note(folder, content, one.files)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _end(month: Month) -> date:
    return month.after.first - timedelta(days=1)


def _write_names(folder: Path) -> None:
    for name, table in listed().items():
        write_listed(folder / f"{name}.csv", table)


def _states(samples: Iterable[SampleTold]) -> tuple[str, ...]:
    return tuple(f"{one.quarter} {one.state}" for one in samples)


def _differing(before: Path, after: Path) -> Iterator[str]:
    """Months, quarters and samples of which two editions say different things. A sample may have been read since."""
    for old, new in zip(_told(before), _told(after), strict=True):
        yield from sorted(key for key in old.keys() & new.keys() if old[key] != new[key])
        # What is out stays out: one that is gone would be told anew on another day.
        yield from sorted(old.keys() - new.keys())


def _told(folder: Path) -> list[dict[str, Any]]:
    return [_read(folder, each) for each in (read_tables, read_answers, read_samples)]


def _read(folder: Path, read: Any) -> dict[str, Any]:
    try:
        found = read(folder)
    except WrongFile:
        # An older version wrote other columns, or no such file.
        return {}
    return {
        str(period): told
        for period, told in found.items()
        if not isinstance(told, SampleTold) or told.state != READING
    }
