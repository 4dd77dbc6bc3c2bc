"""The files of a dump, written in one pass, with a chunk in memory at a time."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from gongshi.figures.open_data.rows import COLUMNS, WORDS, Listed
from gongshi.formats.cells import safe_cell

Row = tuple[Any, ...]
_RAW = "raw.csv"
_GUARDED = [COLUMNS.index(name) for name in sorted(WORDS)]
_LATITUDE, _LONGITUDE = COLUMNS.index("latitude"), COLUMNS.index("longitude")
_PROPERTIES = [(place, name) for place, name in enumerate(COLUMNS) if name not in ("latitude", "longitude")]
_EVERY = 1_000


def has_parquet() -> bool:
    """Whether Parquet can be written here: the extra ``open-data`` is installed."""
    return find_spec("polars") is not None


def write_cases(folder: Path, rows: Iterable[Row], told: Callable[[int], None]) -> int:
    """``cases.csv``, ``cases.geojson`` and, where it can be, ``cases.parquet``; how many rows.

    ``told`` how many more are done, from time to time.
    """
    with ExitStack() as stack:
        names = ["cases.csv", "cases.geojson", *([_RAW] if has_parquet() else [])]
        files = [stack.enter_context(_opened(folder / name)) for name in names]
        sheet, raw = csv.writer(files[0]), csv.writer(files[2]) if has_parquet() else None
        for table in filter(None, (sheet, raw)):
            table.writerow(COLUMNS)
        number = _write_all(_counted(rows, told), sheet, raw, files[1])
    if raw:
        _to_parquet(folder / _RAW, folder / "cases.parquet")
        (folder / _RAW).unlink()
    return number


def _opened(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


def _write_all(rows: Iterable[Row], sheet: Any, raw: Any, drawn: IO[str]) -> int:
    number = 0
    drawn.write('{"type":"FeatureCollection","features":[\n')
    for number, row in enumerate(rows, start=1):
        sheet.writerow(_guarded(row))
        if raw:
            raw.writerow(row)
        drawn.write(",\n" if number > 1 else "")
        drawn.write(_feature(row))
    drawn.write("\n]}\n")
    return number


def _counted(rows: Iterable[Row], told: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _EVERY == 0:
            told(_EVERY)


def _guarded(row: Row) -> list[Any]:
    cells = list(row)
    for place in _GUARDED:
        cells[place] = safe_cell(cells[place])
    return cells


def _feature(row: Row) -> str:
    latitude, longitude = row[_LATITUDE], row[_LONGITUDE]
    point = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    told = {name: _plain(row[place]) for place, name in _PROPERTIES if name != "id"}
    content = {"type": "Feature", "id": row[0], "geometry": point, "properties": told}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _to_parquet(source: Path, target: Path) -> None:
    import polars

    days = ("filed_on", "answered_on", "published_on")
    kinds = {name: polars.Float64 if name.endswith("itude") else polars.String for name in COLUMNS}
    read = polars.scan_csv(source, schema=kinds).with_columns(
        polars.col(*days).str.to_date(),
        # In CSV nothing and an empty text are alike; of these columns every row has one.
        polars.col(*WORDS).fill_null(""),
    )
    read.sink_parquet(target, compression="zstd")


def write_listed(path: Path, table: Listed) -> None:
    """One of the small tables as CSV."""
    with _opened(path) as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows([safe_cell(str(cell)) for cell in row] for row in table.rows)
