"""The files of a dump, written in one pass, with a chunk in memory at a time."""

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any

from gongshi.figures.open_data.rows import COLUMNS, DAYS, WORDS, Listed
from gongshi.formats.cells import safe_cell

Row = tuple[Any, ...]
_GUARDED = [COLUMNS.index(name) for name in sorted(WORDS)]
_LATITUDE, _LONGITUDE = COLUMNS.index("latitude"), COLUMNS.index("longitude")
_PROPERTIES = [
    (place, f'"{name}":') for place, name in enumerate(COLUMNS) if name not in ("id", "latitude", "longitude")
]
_PARTS = "parts"
_AT_ONCE = 10_000
"""Rows: some 10 MB of them. A part of Parquet, too."""


def has_parquet() -> bool:
    """Whether Parquet can be written here: the extra ``open-data`` is installed."""
    return find_spec("polars") is not None


def write_cases(folder: Path, rows: Iterable[Row], told: Callable[[int], None]) -> int:
    """``cases.csv``, ``cases.geojson`` and, where it can be, ``cases.parquet``; how many rows.

    ``told`` how many more are done, from time to time.
    """
    number = 0
    with ExitStack() as stack:
        parts = stack.enter_context(_Parts(folder)) if has_parquet() else None
        table, drawn = (
            stack.enter_context(_opened(folder / name)) for name in ("cases.csv", "cases.geojson")
        )
        sheet = csv.writer(table)
        sheet.writerow(COLUMNS)
        drawn.write('{"type":"FeatureCollection","features":[\n')
        for chunk in _chunks(rows):
            if parts:
                parts.add(chunk)
            sheet.writerows(map(_guarded, chunk))
            drawn.write(",\n" if number else "")
            drawn.write(",\n".join(map(_feature, chunk)))
            number += len(chunk)
            told(len(chunk))
        drawn.write("\n]}\n")
        if parts:
            parts.join()
    return number


class _Parts:
    """``cases.parquet`` in parts, one at a time, on another processor than the rest: its writer is not in Python."""

    def __init__(self, folder: Path) -> None:
        self._target, self._parts = folder / "cases.parquet", folder / _PARTS
        self._beside = ThreadPoolExecutor(1)
        self._written = list[Future[None]]()

    def __enter__(self) -> "_Parts":
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown()
        shutil.rmtree(self._parts, ignore_errors=True)

    def add(self, chunk: list[Row]) -> None:
        """Rows that come next; waits for those before."""
        self._settle()
        self._parts.mkdir(exist_ok=True)
        path = self._parts / f"{len(self._written):012}.parquet"
        self._written.append(self._beside.submit(_write_part, path, chunk))

    def join(self) -> None:
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
