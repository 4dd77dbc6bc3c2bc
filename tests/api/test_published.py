"""What is published, as JSON and as Atom: the same rows that the pages show, and no others."""

from datetime import timedelta
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from gongshi.cases import companions
from gongshi.cases.models import PublicCase
from gongshi.places.snapshots import forget
from gongshi.rules.bands import Band
from tests.api.test_open311 import TODAY, shown
from tests.cast import Town, build_town, lin_files, matter
from tests.clock import Clock

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    clock.set("2026-04-20 09:00")
    forget()
    return build_town()


def read(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.content
    return response.json()


def test_cases_are_the_published_ones(client: Client, town: Town) -> None:
    (row,) = shown(town)
    lin_files(town)
    (one,) = read(client, "/api/v1/cases")["items"]
    assert one == read(client, f"/api/v1/cases/{row.pk}")
    assert (one["category"], one["area"], one["filed_on"]) == ("pothole", "river-street", "2026-04-19")
    assert client.get(one["page"]).status_code == 200
    assert not {"case", "filing", "reference"} & one.keys()
    read(client, f"/api/v1/cases/{row.case_id}", 404)
    row.delete()
    read(client, f"/api/v1/cases/{row.pk or uuid4()}", 404)


def test_about_how_many_report_the_same(client: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, row = shown(town, 2)
    lin_files(town, matter(town, joins=row.pk))
    told = Band(20, 50)
    monkeypatch.setattr(companions, "band", lambda number, secret: told)
    found = {one["id"]: one["about"] for one in read(client, "/api/v1/cases")["items"]}
    assert found == {str(alone.pk): None, str(row.pk): {"low": 20, "high": 50}}
    one = read(client, f"/api/v1/cases/{row.pk}")
    assert one["about"] == {"low": 20, "high": 50}
    assert "大约20到50人" in client.get(one["page"]).content.decode()
    told = Band(0, 10)
    assert read(client, f"/api/v1/cases/{row.pk}")["about"] is None


def test_the_list_is_narrowed_and_ends_with_null(client: Client, town: Town) -> None:
    rows = shown(town, 3)
    PublicCase.objects.filter(pk=rows[1].pk).update(state="answered", area=None, filed_on=rows[0].filed_on)
    seen, address = [], "/api/v1/cases?limit=1&category=streets"
    while address:
        page = read(client, address)
        seen += [one["id"] for one in page["items"]]
        address = page["next"]
    assert seen == [one["id"] for one in read(client, "/api/v1/cases")["items"]]
    assert len(seen) == 3
    ids = lambda query: {one["id"] for one in read(client, f"/api/v1/cases?{query}")["items"]}  # noqa: E731
    assert ids("state=answered") == {str(rows[1].pk)}
    assert ids("area=town") == {str(rows[0].pk), str(rows[2].pk)}
    assert ids("office=roads&filed_to=2026-04-18") == {str(rows[2].pk)}
    assert ids("filed_from=2026-04-19") == {str(rows[0].pk), str(rows[1].pk)}
    assert ids("category=nothing") == ids("office=water") == set()
    for wrong in ("state=late", "limit=0", "limit=501", "filed_from=x", "after=x"):
        read(client, f"/api/v1/cases?{wrong}", 422)
    read(client, f"/api/v1/cases?after=2026-13-01_{uuid4()}", 404)


def test_what_a_case_names_is_listed(client: Client, town: Town) -> None:
    listed = {name: read(client, f"/api/v1/{name}") for name in ("categories", "areas", "offices")}
    assert {page["next"] for page in listed.values()} == {None}
    codes = {name: {one["code"] for one in page["items"]} for name, page in listed.items()}
    assert codes["areas"] == {"town", "river-street"}  # none of the smallest
    assert {"streets", "pothole"} <= codes["categories"]
    assert next(one for one in listed["offices"]["items"] if one["code"] == "roads")["above"] == "hall"


def feed(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return fromstring(response.content)


def entries(root: Any) -> list[str]:
    return [one.findtext(f"{ATOM}title") for one in root.iter(f"{ATOM}entry")]


def test_feeds_of_all_and_of_a_category(client: Client, town: Town) -> None:
    first, second = shown(town, 2)
    PublicCase.objects.filter(pk=second.pk).update(category=town.categories["leak"])
    whole = feed(client, "/feeds/published.atom")
    assert set(entries(whole)) == {"第0件", "第1件"}
    assert whole.find(f"{ATOM}entry/{ATOM}id").text in {f"urn:uuid:{one.pk}" for one in (first, second)}
    assert whole.findtext(f"{ATOM}updated") == "2026-04-20T00:00:00+08:00"
    assert entries(feed(client, "/feeds/categories/leak.atom")) == ["第1件"]
    assert len(entries(feed(client, "/feeds/categories/streets.atom"))) == 2
    assert (
        feed(client, "/feeds/published.atom?locale=en").findtext(f"{ATOM}title").endswith("Published cases")
    )
    for address in ("categories/nothing.atom", "areas/nothing.atom", "areas/east-grid.atom", "x"):
        assert client.get(f"/feeds/{address}").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    for method in (strict.post, strict.put, strict.delete, strict.options):
        refused = method("/feeds/published.atom")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
        for address in ("/open-data/catalogue.jsonld", "/open-data/2026-03/tables.csv", "/published/"):
            refused = method(address)
            assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    broken = client.get("/feeds/published.atom?x=%00")
    assert (broken.status_code, broken.headers["Content-Type"]) == (400, "application/problem+json")


def test_an_areas_feed_counts_whole_weeks(client: Client, town: Town) -> None:
    """20 April 2026 is a Monday: what was published on it belongs to a week that is not over."""
    rows = shown(town, 4)
    for row, day in zip(rows, (0, 1, 7, 8), strict=True):
        PublicCase.objects.filter(pk=row.pk).update(published_on=TODAY - timedelta(days=day))
    found = entries(feed(client, "/feeds/areas/town.atom?locale=en"))
    assert found == [
        "town: 2 published from 2026-04-13 to 2026-04-19",
        "town: 1 published from 2026-04-06 to 2026-04-12",
    ]
    assert "第" not in "".join(found)
