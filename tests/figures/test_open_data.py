"""Open data: what is public and nothing else; cases are gone at once when somebody takes theirs back, counts stay."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import polars
import pytest
from django.test import Client

from gongshi.cases.actions.public_state import show_answer
from gongshi.cases.models import PublicCase
from gongshi.cases.public_tally import unpublish
from gongshi.figures import jobs
from gongshi.figures.open_data import (
    FOLDER,
    Release,
    current_release,
    make_release,
    release_is_due,
    remove_stale,
)
from gongshi.figures.open_data.rows import COLUMNS
from gongshi.figures.periods import Month
from gongshi.formats.cells import read_cell
from gongshi.places.snapshots import forget
from tests.api.test_open311 import TODAY, shown
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.formats.test_dcat import complete
from tests.statements import captured

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


def take_back(public: PublicCase) -> None:
    """As erasing, withdrawing and taking back do it."""
    unpublish(public.case)


def test_a_release_holds_what_is_public_in_three_formats_alike(town: Town, settings: Any) -> None:
    (formula, plain) = march(town, 2)
    PublicCase.objects.filter(pk=formula.pk).update(
        title="=HYPERLINK(1)", latitude=None, longitude=None, area=None
    )
    shown(town, published_on=date(2026, 4, 1))  # of the next month
    whole = make_release(MARCH, today=TODAY)
    made = whole.cases
    assert made is not None
    assert whole.tables is not None
    assert (made.rows, made.until, current_release()) == (2, date(2026, 3, 31), whole)
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
    assert {row["code"] for row in table(whole.tables.folder / "areas.csv")} == {"town", "river-street"}
    for part in whole.parts:
        assert [one.name for one in part.files] == sorted(one.name for one in part.files)
    assert {path.name for path in (settings.INSTANCE / FOLDER).iterdir()} == {"2026-03", "cases"}


def test_what_was_taken_back_takes_the_cases_with_it_and_the_counts_stay(town: Town, clock: Clock) -> None:
    (first, _) = march(town, 2)
    make_release(MARCH, today=TODAY)
    client = Client()
    address, counts = "/open-data/2026-03/cases.csv", "/open-data/2026-03/tables.csv"
    taken, before = client.get(address), content(client, counts)
    assert taken.status_code == 200
    # No cache answers for it: each asks again, and is told so, or that it is gone.
    known = {"If-None-Match": taken.headers["ETag"]}
    assert taken.headers["Cache-Control"] == "public, no-cache"
    assert client.get(address, headers=known).status_code == 304
    assert str(first.pk) in b"".join(taken.streaming_content).decode()
    take_back(first)
    assert client.get(address, headers=known).status_code == 404
    assert "cases.csv" not in client.get("/open-data/").content.decode()
    assert "cases.csv" not in client.get("/open-data/catalogue.jsonld").content.decode()
    assert "cases.csv" not in client.get("/api/v1/open-data").content.decode()
    assert content(client, counts) == before
    assert jobs.tick_open_data(clock()) == 2  # away with the old one; a new one
    again = current_release()
    assert again is not None
    assert again.cases is not None
    assert again.cases.rows == 1
    assert str(first.pk) not in content(client, address).decode()
    assert content(client, counts) == before
    assert jobs.tick_open_data(clock()) == 0


def content(client: Client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)


def test_one_taken_back_and_one_published_as_of_before_are_not_the_same_cases(town: Town) -> None:
    (first, _) = march(town, 2)
    make_release(MARCH, today=TODAY)
    take_back(first)
    march(town)
    release = current_release()
    assert release is not None
    assert release.cases is None


def test_an_answer_that_is_public_no_longer_takes_the_cases_with_it(town: Town, clock: Clock) -> None:
    (first, _) = march(town, 2)
    PublicCase.objects.filter(pk=first.pk).update(answer="路补好了。", number=1)
    made = make_release(MARCH, today=TODAY)
    with captured() as statements:
        assert current_release() == made
    assert len(statements) == 1
    show_answer(first.case, "", clock())
    assert current_release() == Release(made.tables, None)
    # What was never in the dump is no reason.
    made = make_release(MARCH, today=TODAY)
    (later,) = shown(town, published_on=date(2026, 4, 1))
    take_back(later)
    assert current_release() == made


def test_a_row_that_went_in_no_known_way_is_found_by_the_job(town: Town) -> None:
    (only,) = march(town)
    made = make_release(MARCH, today=TODAY)
    assert made.cases is not None
    assert made.tables is not None
    only.delete()
    assert remove_stale()
    assert not made.cases.folder.exists()
    assert made.tables.folder.exists()
    assert not remove_stale()
    assert release_is_due(TODAY) is None


def test_a_folder_of_an_older_version_keeps_its_counts_and_loses_its_cases(
    town: Town, clock: Clock, settings: Any
) -> None:
    """One folder held both, and the manifest said nothing of what had been taken back."""
    march(town)
    made = make_release(MARCH, today=TODAY)
    assert made.cases is not None
    assert made.tables is not None
    old, manifest = made.tables.folder, made.tables.folder / "manifest.json"
    for path in (settings.INSTANCE / FOLDER / "cases" / "2026-03").glob("cases.*"):
        path.rename(old / path.name)
    rmtree(settings.INSTANCE / FOLDER / "cases")
    told = {
        **{"month": "2026-03", "made_on": "2026-04-20", "rows": 1, "months": 0, "quarters": 0},
        **{"samples": [], "since": None, "files": [vars(one) for _, one in made.files]},
    }
    manifest.write_text(json.dumps(told), encoding="utf-8")
    client = Client()
    before = content(client, "/open-data/2026-03/tables.csv")
    assert client.get("/open-data/2026-03/cases.csv").status_code == 404
    assert client.get("/open-data/catalogue.jsonld").status_code == 200
    assert jobs.tick_open_data(clock()) == 2
    assert not list(old.glob("cases.*"))
    assert content(client, "/open-data/2026-03/cases.csv").startswith(b"id,")
    assert content(client, "/open-data/2026-03/tables.csv") == before
    assert jobs.tick_open_data(clock()) == 0


def test_the_last_whole_month_is_due(town: Town, settings: Any) -> None:
    assert release_is_due(TODAY) is None  # nothing was ever published
    march(town)
    assert release_is_due(TODAY) == MARCH
    make_release(MARCH, today=TODAY)
    assert release_is_due(TODAY) is None
    assert release_is_due(TODAY + timedelta(days=11)) == Month(2026, 4)
    make_release(Month(2026, 4), today=TODAY + timedelta(days=11))
    here = settings.INSTANCE / FOLDER
    assert [path.name for path in (here / "cases").iterdir()] == ["2026-04"]
    assert {path.name for path in here.iterdir()} == {"2026-03", "2026-04", "cases"}


def test_pages_and_catalogue_name_the_files(town: Town) -> None:
    client = Client()
    assert client.get("/open-data/").status_code == 200
    march(town)
    made = make_release(MARCH, today=TODAY)
    for address in ("/open-data/", "/en/open-data/"):
        page = client.get(address).content.decode()
        # A file has one address, whatever language the page is in.
        assert all(f'"/open-data/2026-03/{one.name}"' in page for _, one in made.files)
        assert "each column" in page or "每一列是什么" in page
    assert client.get("/en/open-data/catalogue.jsonld").status_code == 404
    found = client.get("/open-data/catalogue.jsonld").json()
    complete(found)
    files = [one for each in found["dcat:dataset"] for one in each.get("dcat:distribution", ())]
    told = {one["dct:title"]: one for one in files}
    assert told.keys() == {one.name for _, one in made.files}
    assert told["cases.csv"]["dcat:downloadURL"]["@id"].endswith("/open-data/2026-03/cases.csv")
    for wrong in (
        "2026-03/manifest.json",
        "2026-03/..%2Fx",
        "2026-02/cases.csv",
        "x/cases.csv",
        "cases/cases.csv",
        "2026-03-1/tables.csv",
        "2026-04/",
        "cases/",
    ):
        assert client.get(f"/open-data/{wrong}").status_code == 404
