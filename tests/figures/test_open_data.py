"""Releases of open data: what is public and nothing else; gone at once when somebody takes theirs back."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest
from django.test import Client

from gongshi.cases.models import PublicCase
from gongshi.figures import jobs
from gongshi.figures.open_data import FOLDER, current_release, make_release, release_is_due, remove_stale
from gongshi.figures.open_data.rows import COLUMNS
from gongshi.figures.periods import Month
from gongshi.formats.cells import read_cell
from gongshi.places.snapshots import forget
from tests.api.test_open311 import TODAY, shown
from tests.cast import Town, build_town
from tests.clock import Clock

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


@pytest.fixture
def town(db: None, clock: Clock, settings: Any, tmp_path: Path) -> Town:
    clock.set("2026-04-20 09:00")
    settings.INSTANCE = tmp_path
    forget()
    return build_town()


def march(town: Town, n: int = 1, **told: Any) -> list[PublicCase]:
    return shown(town, n, published_on=date(2026, 3, 31), **told)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_release_holds_what_is_public_in_three_formats_alike(town: Town) -> None:
    (formula, plain) = march(town, 2)
    PublicCase.objects.filter(pk=formula.pk).update(
        title="=HYPERLINK(1)", latitude=None, longitude=None, area=None
    )
    shown(town, published_on=date(2026, 4, 1))  # of the next month
    made = make_release(MARCH, today=TODAY)
    assert (made.rows, made.until, current_release()) == (2, date(2026, 3, 31), made)
    sheet = {row["id"]: row for row in table(made.folder / "cases.csv")}
    assert sheet.keys() == {str(formula.pk), str(plain.pk)}
    assert sheet[str(formula.pk)]["title"] == "'=HYPERLINK(1)"
    assert tuple(sheet[str(plain.pk)]) == COLUMNS
    assert (sheet[str(plain.pk)]["category"], sheet[str(plain.pk)]["office"]) == ("pothole", "roads")
    drawn = json.loads((made.folder / "cases.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["geometry"] for one in drawn if one["id"] == str(formula.pk)] == [None]
    assert [one["geometry"]["coordinates"] for one in drawn if one["id"] == str(plain.pk)] == [
        [120.75, 30.25]
    ]
    columns = polars.read_parquet(made.folder / "cases.parquet").to_dicts()
    for row in columns:
        said = sheet[row["id"]]
        assert {name: str(value) if value is not None else "" for name, value in row.items()} == {
            name: read_cell(cell) for name, cell in said.items()
        }
        feature = next(one for one in drawn if one["id"] == row["id"])["properties"]
        assert {name: value or None for name, value in feature.items()} == {
            name: (value.isoformat() if isinstance(value, date) else value) or None
            for name, value in row.items()
            if name in feature
        }
    assert {row["code"] for row in table(made.folder / "areas.csv")} == {"town", "river-street"}
    names = [one.name for one in made.files]
    assert names == sorted(names)
    assert not [path for path in made.folder.parent.iterdir() if path != made.folder]


def test_what_was_taken_back_takes_the_release_with_it(town: Town, clock: Clock) -> None:
    (first, _) = march(town, 2)
    made = make_release(MARCH, today=TODAY)
    client = Client()
    address = "/open-data/2026-03/cases.csv"
    taken = client.get(address)
    assert taken.status_code == 200
    assert str(first.pk) in b"".join(taken.streaming_content).decode()
    first.delete()
    assert client.get(address).status_code == 404
    assert "2026-03" not in client.get("/open-data/catalogue.jsonld").content.decode()
    assert jobs.tick_open_data(clock()) == 2  # away with the old one; a new one
    again = current_release()
    assert again is not None
    assert (again.rows, again.folder) == (1, made.folder)
    assert str(first.pk) not in (again.folder / "cases.csv").read_text(encoding="utf-8")
    assert jobs.tick_open_data(clock()) == 0


def test_a_stale_release_without_a_new_one_is_removed(town: Town) -> None:
    (only,) = march(town)
    made = make_release(MARCH, today=TODAY)
    only.delete()
    assert remove_stale()
    assert not made.folder.exists()
    assert not remove_stale()
    assert release_is_due(TODAY) is None


def test_the_last_whole_month_is_due(town: Town, settings: Any) -> None:
    assert release_is_due(TODAY) is None  # nothing was ever published
    march(town)
    assert release_is_due(TODAY) == MARCH
    make_release(MARCH, today=TODAY)
    assert release_is_due(TODAY) is None
    assert release_is_due(TODAY + timedelta(days=11)) == Month(2026, 4)
    make_release(Month(2026, 4), today=TODAY + timedelta(days=11))
    assert [path.name for path in (settings.INSTANCE / FOLDER).iterdir()] == ["2026-04"]


def test_pages_and_catalogue_name_the_files(town: Town) -> None:
    client = Client()
    assert client.get("/open-data/").status_code == 200
    march(town)
    made = make_release(MARCH, today=TODAY)
    for address in ("/open-data/", "/en/open-data/"):
        page = client.get(address).content.decode()
        assert all(f"/open-data/2026-03/{one.name}" in page for one in made.files)
    found = client.get("/open-data/catalogue.jsonld").json()
    files = [one for each in found["dcat:dataset"] for one in each["dcat:distribution"]]
    told = {one["dct:title"]: one for one in files}
    assert told.keys() == {one.name for one in made.files}
    assert told["cases.csv"]["dcat:downloadURL"]["@id"].endswith("/open-data/2026-03/cases.csv")
    for wrong in ("2026-03/manifest.json", "2026-03/..%2Fx", "2026-02/cases.csv", "x/cases.csv"):
        assert client.get(f"/open-data/{wrong}").status_code == 404
