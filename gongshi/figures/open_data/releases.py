"""Releases: the dump of the last whole month, and none beside it.

A release is served only as long as everything in it is still public: what a resident took back takes the release with
it until it is made anew, and older ones are not kept. So no two releases can be compared here for what was taken back;
who kept an older one has it, as with anything that was ever shown.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from gongshi.figures.open_data.rows import case_rows, listed, published_until
from gongshi.figures.open_data.writing import write_cases, write_listed
from gongshi.figures.periods import Month, last_complete
from gongshi.figures.released.answer_files import COLUMNS as ANSWER_FILES
from gongshi.figures.released.answer_files import write_answers
from gongshi.figures.released.files import COLUMNS, write_tables
from gongshi.figures.released.quarters import released_quarter, released_quarters
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.reading_files import COLUMNS as SAMPLE_FILES
from gongshi.figures.released.reading_files import write_samples
from gongshi.figures.released.readings import SampleTold
from gongshi.figures.samples import released_samples

FOLDER = "open-data"
_MANIFEST = "manifest.json"
_PIECE = 1024**2
_COUNTED = COLUMNS.keys() | ANSWER_FILES.keys() | SAMPLE_FILES.keys()
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class ReleaseFile:
    """One file: ``size`` in bytes, its SHA-256 as 64 hexadecimal digits."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """The dump of one month: ``rows`` published cases, the tables of ``months`` months and ``quarters`` quarters.

    samples: for each quarter whose answers were drawn the state of the sample, such as "2026-Q3 read".
    """

    month: Month
    made_on: date
    rows: int
    months: int
    quarters: int
    samples: tuple[str, ...]
    since: date | None
    files: tuple[ReleaseFile, ...]

    @property
    def until(self) -> date:
        """The last day on which anything in it was published."""
        return self.month.after.first - timedelta(days=1)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return _root() / str(self.month)

    def file(self, name: str) -> Path | None:
        """Where one of its files lies, or None for a name that is none of them."""
        return self.folder / name if any(name == one.name for one in self.files) else None


def _root() -> Path:
    return Path(settings.INSTANCE) / FOLDER


def current_release() -> Release | None:
    """The release that may be served: all of it is still public. One statement."""
    found = _newest()
    return found if found and published_until(found.until).count() == found.rows else None


def release_is_due(today: date) -> Month | None:
    """The month whose release is lacking, or None: once a month, and when tables were released since.

    Nothing is due before anything was published or released.
    """
    wanted, found, months = last_complete(today), current_release(), len(released_months())
    # One that an older version made may lack a file.
    whole = found and {one.name for one in found.files} >= _COUNTED
    counted = months, len(released_quarters()), _states(released_samples())
    if found and whole and found.month >= wanted and (found.months, found.quarters, found.samples) == counted:
        return None
    return wanted if months or published_until(wanted.after.first - timedelta(days=1)).exists() else None


def make_release(month: Month, *, today: date, told: Callable[[int], None] = lambda _n: None) -> Release:
    """Write the release of a month, in the place of any that there was. Safe to run twice."""
    until = month.after.first - timedelta(days=1)
    making = _root() / f".{month}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    rows = write_cases(making, case_rows(until), told)
    for name, table in listed().items():
        write_listed(making / f"{name}.csv", table)
    months = released_months()
    write_tables(making, (released(each) for each in reversed(months)))
    quarters = released_quarters()
    write_answers(making, (released_quarter(each) for each in reversed(quarters)))
    samples = released_samples()
    write_samples(making, samples)
    since = published_until(until).order_by("filed_on").values_list("filed_on", flat=True).first()
    files = tuple(_described(path) for path in sorted(making.iterdir()))
    made = Release(month, today, rows, len(months), len(quarters), _states(samples), since, files)
    (making / _MANIFEST).write_text(_written(made), encoding="utf-8")
    _clear(but=making)
    making.rename(made.folder)
    return made


def remove_stale() -> bool:
    """Take away a release that holds what is public no longer; whether there was one."""
    if _newest() is None or current_release() is not None:
        return False
    _clear()
    return True


def _states(samples: Iterable[SampleTold]) -> tuple[str, ...]:
    return tuple(f"{one.quarter} {one.state}" for one in samples)


def _clear(but: Path | None = None) -> None:
    for path in _root().iterdir():
        if path != but:
            shutil.rmtree(path)


def _described(path: Path) -> ReleaseFile:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return ReleaseFile(path.name, MEDIA_TYPES[path.suffix], path.stat().st_size, digest.hexdigest())


def _written(release: Release) -> str:
    content = {
        "month": str(release.month),
        "made_on": release.made_on.isoformat(),
        "rows": release.rows,
        "months": release.months,
        "quarters": release.quarters,
        "samples": release.samples,
        "since": release.since.isoformat() if release.since else None,
        "files": [vars(one) for one in release.files],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _newest() -> Release | None:
    manifests = sorted(_root().glob(f"[0-9]*/{_MANIFEST}")) if _root().is_dir() else []
    return _read(json.loads(manifests[-1].read_text(encoding="utf-8"))) if manifests else None


def _read(content: Any) -> Release:
    return Release(
        Month.parse(content["month"]),
        date.fromisoformat(content["made_on"]),
        content["rows"],
        content.get("months", 0),
        content.get("quarters", 0),
        tuple(content.get("samples", ())),
        date.fromisoformat(content["since"]) if content["since"] else None,
        tuple(ReleaseFile(**one) for one in content["files"]),
    )
