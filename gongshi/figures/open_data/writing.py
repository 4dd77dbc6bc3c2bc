"""The files of a dump, written in one pass, with a chunk in memory at a time."""

import csv
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any, Self

from gongshi.figures.open_data.rows import COLUMNS, DAYS, WORDS, Listed
from gongshi.formats.cells import safe_cell

Row = tuple[Any, ...]
_GUARDED = [COLUMNS.index(name) for name in sorted(WORDS)]
_LATITUDE, _LONGITUDE = COLUMNS.index("latitude"), COLUMNS.index("longitude")
_PROPERTIES = [
    (place, f'"{name}":') for place, name in enumerate(COLUMNS) if name not in ("id", "latitude", "longitude")
]
KINDS = ("csv", "geojson", "parquet")
_PARTS = "parts"
_AT_ONCE = 10_000
"""Rows: some 10 MB of them. A part of Parquet, too."""


def has_parquet() -> bool:
    """Whether Parquet can be written here: the extra ``open-data`` is installed."""
    return find_spec("polars") is not None


def write_cases(
    folder: Path, rows: Iterable[Row], told: Callable[[int], None], *, kinds: Sequence[str] = KINDS
) -> int:
    """``cases.csv``, ``cases.geojson`` and, where it can be, ``cases.parquet``, or those of ``kinds``; how many rows.

    ``told`` how many more are done, from time to time.
    """
    number = 0
    makers: dict[str, Callable[[Path], _Written]] = {"parquet": _Parts, "csv": _Sheet, "geojson": _Features}
    with ExitStack() as stack:
        # Parquet first: it goes on by itself while the others write the same rows.
        files = [
            stack.enter_context(make(folder / f"cases.{kind}"))
            for kind, make in makers.items()
            if kind in kinds and (kind != "parquet" or has_parquet())
        ]
        for chunk in _chunks(rows):
            for file in files:
                file.add(chunk)
            number += len(chunk)
            told(len(chunk))
        for file in files:
            file.finish()
    return number


class _Written(ABC):
    """One file that takes chunks of rows: ``add`` each, ``finish`` once."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(self, *_: object) -> None: ...

    @abstractmethod
    def add(self, chunk: list[Row]) -> None:
        """Rows that come next."""

    @abstractmethod
    def finish(self) -> None:
        """There are no more."""


class _Text(_Written):
    def __init__(self, target: Path) -> None:
        super().__init__(target)
        self._file = _opened(target)

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _Sheet(_Text):
    def __init__(self, target: Path) -> None:
        super().__init__(target)
        self._sheet = csv.writer(self._file)
        self._sheet.writerow(COLUMNS)

    def add(self, chunk: list[Row]) -> None:
        self._sheet.writerows(map(_guarded, chunk))

    def finish(self) -> None:
        pass


class _Features(_Text):
    def __init__(self, target: Path) -> None:
        super().__init__(target)
        self._file.write('{"type":"FeatureCollection","features":[\n')
        self._between = ""

    def add(self, chunk: list[Row]) -> None:
        self._file.write(self._between)
        self._file.write(",\n".join(map(_feature, chunk)))
        self._between = ",\n"

    def finish(self) -> None:
        self._file.write("\n]}\n")


class _Parts(_Written):
    """Parquet in parts, one at a time, on another processor than the rest: its writer is not in Python."""

    def __init__(self, target: Path) -> None:
        super().__init__(target)
        self._parts = target.parent / _PARTS
        self._beside = ThreadPoolExecutor(1)
        self._written = list[Future[None]]()

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown()
        shutil.rmtree(self._parts, ignore_errors=True)

    def add(self, chunk: list[Row]) -> None:
        """Rows that come next; waits for those before."""
        self._settle()
        self._parts.mkdir(exist_ok=True)
        path = self._parts / f"{len(self._written):012}.parquet"
        self._written.append(self._beside.submit(_write_part, path, chunk))

    def finish(self) -> None:
        """The parts as one file; one without rows where there is none."""
        self._settle()
        if not self._written:
            _write_part(self._target, [])
            return
        import polars

        polars.scan_parquet(sorted(self._parts.iterdir())).sink_parquet(self._target, compression="zstd")

    def _settle(self) -> None:
        if self._written:
            self._written[-1].result()


def _opened(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, _AT_ONCE)):
        yield chunk


def _guarded(row: Row) -> list[Any]:
    cells = list(row)
    for place in _GUARDED:
        cells[place] = safe_cell(cells[place])
    return cells


def _feature(row: Row) -> str:
    """A row as a feature of GeoJSON. Put together by hand: an encoder made for each row is a quarter of a dump."""
    latitude, longitude = row[_LATITUDE], row[_LONGITUDE]
    point = "null" if latitude is None else f'{{"type":"Point","coordinates":[{longitude!r},{latitude!r}]}}'
    told = ",".join(
        [
            name + ("null" if row[place] is None else encode_basestring(row[place]))
            for place, name in _PROPERTIES
        ]
    )
    return f'{{"type":"Feature","id":"{row[0]}","geometry":{point},"properties":{{{told}}}}}'


def _write_part(path: Path, chunk: list[Row]) -> None:
    """Rows as a file of Parquet: its writer takes a whole table and cannot add to one."""
    import polars

    kinds = {name: polars.Float64 if name.endswith("itude") else polars.String for name in COLUMNS}
    table = polars.DataFrame(dict(zip(COLUMNS, zip(*chunk, strict=True), strict=False)), schema=kinds)
    days = polars.col(*DAYS).str.to_date("%Y-%m-%d")
    table.with_columns(days).write_parquet(path, compression="lz4")


def write_listed(path: Path, table: Listed) -> None:
    """One of the small tables as CSV."""
    with _opened(path) as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows([safe_cell(str(cell)) for cell in row] for row in table.rows)
