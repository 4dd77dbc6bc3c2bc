"""The files of a dump, chunk by chunk: nothing is lost where one ends, and all three say the same."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars
import pytest

from gongshi.figures.open_data import writing
from gongshi.figures.open_data.rows import COLUMNS, DAYS
from gongshi.formats.cells import read_cell

ODD = 'a "b", \\ c\r\n\t\x00\x1f\u2028</script> 路灯，“坏”了'
KINDS = {name: polars.Date if name in DAYS else polars.String for name in COLUMNS} | {
    "latitude": polars.Float64,
    "longitude": polars.Float64,
}


def row(n: int, **told: Any) -> tuple[Any, ...]:
    plain: dict[str, Any] = {name: f"{name} {n}" for name in COLUMNS}
    plain |= dict.fromkeys(DAYS, f"2026-03-{n + 1:02}")
    return tuple((plain | {"latitude": 30.25 + n, "longitude": 120.1, **told}).values())


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_all_rows_are_in_all_files_alike(number: int, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(writing, "_AT_ONCE", 2)
    odd = row(
        0, title="=1+1", text=ODD, answer="", area=None, answered_on=None, latitude=None, longitude=None
    )
    rows, told = [odd, *map(row, range(1, 5))][:number], list[int]()
    assert writing.write_cases(tmp_path, iter(rows), told.append) == number == sum(told)
    assert {path.name for path in tmp_path.iterdir()} == {"cases.csv", "cases.geojson", "cases.parquet"}
    with (tmp_path / "cases.csv").open(encoding="utf-8", newline="") as file:
        head, *cells = csv.reader(file)
    assert tuple(head) == COLUMNS
    plain = [["" if value is None else str(value) for value in each] for each in rows]
    assert [list(map(read_cell, each)) for each in cells] == plain
    told_days = [
        tuple(
            date.fromisoformat(v) if v and name in DAYS else v for name, v in zip(COLUMNS, each, strict=True)
        )
        for each in rows
    ]
    table = polars.read_parquet(tmp_path / "cases.parquet")
    assert dict(table.schema) == KINDS
    assert table.rows() == told_days
    drawn = json.loads((tmp_path / "cases.geojson").read_text(encoding="utf-8"))
    assert [(one["id"], *_told(one)) for one in drawn["features"]] == rows


def _told(feature: Any) -> list[Any]:
    point = feature["geometry"]
    longitude, latitude = point["coordinates"] if point else (None, None)
    said = feature["properties"] | {"latitude": latitude, "longitude": longitude}
    return [said[name] for name in COLUMNS if name != "id"]


def test_only_the_files_asked_for_are_written(tmp_path: Path) -> None:
    assert writing.write_cases(tmp_path, [row(1)], lambda _n: None, kinds=["parquet"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cases.parquet"]
