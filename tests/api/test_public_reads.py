"""What the public pages show besides published cases, for programs: the same rows, and nothing that the pages keep."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongshi.accounts.program_keys import issue_program_key, revoke_program_key
from gongshi.bulletin.actions.disruptions import change
from gongshi.bulletin.actions.pages import withdraw_page
from gongshi.bulletin.actions.receptions import book, call_off
from gongshi.bulletin.models import ReceptionSheet
from gongshi.cases.models import PublicCase
from gongshi.cases.public_tally import mend
from gongshi.places.snapshots import forget
from gongshi.rules.receptions import bookable
from gongshi.words import pair
from tests.bulletin.days import REASON, announced_day, new_code
from tests.bulletin.outages import announced, outage
from tests.bulletin.pages import show
from tests.cast import NOW, Town, build_town
from tests.clock import Clock
from tests.published import published_cases
from tests.statements import captured

pytestmark = pytest.mark.django_db
NOBODYS = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    clock.set("2026-03-02 09:00")
    forget()
    return build_town()


def read(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address if address.startswith("/") else f"/api/v1/{address}")
    assert response.status_code == status, response.content
    return response.json()


def test_answer_pages(client: Client, town: Town) -> None:
    kind, east = town.categories["how-to"], town.areas["east-grid"]
    page = show(town, "ma", category=kind.id, areas=(east.id,), bring=pair("出生证明", "The certificate"))
    others = [show(town, "he") for _ in range(2)]
    one = read(client, f"answers/{page.code}")
    assert (one["office"], one["category"], one["areas"]) == ("water", "how-to", ["east-grid"])
    assert (one["bring"], one["where"]) == ({"zh": "出生证明", "en": "The certificate"}, None)
    assert client.get(one["page"]).status_code == 200
    seen, address = [], "answers?limit=1"
    while address:
        listed = read(client, address)
        seen += [row["code"] for row in listed["items"]]
        address = listed["next"]
    assert seen == sorted([page.code, *(other.code for other in others)])
    assert read(client, "answers?category=how-to")["items"] == [one]
    assert read(client, "answers?office=water")["items"] == [one]
    assert read(client, "answers?office=nobody")["items"] == []
    with captured() as statements:
        read(client, "answers")
    assert len(statements) <= 4
    assert read(client, "services/how-to")["answers"] == [page.code]
    withdraw_page(page, seen=2, actor=town.actor("ma"), at=NOW)
    read(client, f"answers/{page.code}", 404)


def test_notices(client: Client, town: Town) -> None:
    row = announced(town)
    planned = announced(town, begins_at=NOW + timedelta(days=1), expected_until=None)
    hidden = announced(town, shown_from=NOW + timedelta(hours=2))
    listed = read(client, "notices")["items"]
    assert [(one["code"], one["state"]) for one in listed] == [
        (row.code, "running"),
        (planned.code, "planned"),
    ]
    assert listed[0]["areas"] == ["east-grid"]
    later = outage(town, expected_until=NOW + timedelta(hours=12))
    change(row, later, seen=1, actor=town.actor("ma"), at=NOW + timedelta(hours=1))
    told = read(client, f"notices/{row.code}")["changes"]
    assert [one["change"] for one in told] == ["announced", "changed"]
    assert told[0]["expected_until"] < told[1]["expected_until"]
    for code in (hidden.code, "nothing"):
        read(client, f"notices/{code}", 404)


def test_reception_days_tell_nothing_of_what_is_booked(client: Client, town: Town) -> None:
    row = announced_day(town)
    before = read(client, f"receptions/{row.id}")
    assert [one["hour"] for one in before["hours"]] == [9, 10]
    assert (
        sum(one["times"] for one in before["hours"]) == len(bookable(row.slots)) == row.slots - before["kept"]
    )
    for _ in range(2):
        book(row, bookable(row.slots), new_code(), at=NOW)
    assert ReceptionSheet.objects.filter(reception=row).exists()
    assert read(client, "receptions")["items"] == [before]
    call_off(row, REASON, seen=1, actor=town.actor("he"), at=NOW)
    after = read(client, f"receptions/{row.id}")
    assert (after["called_off"], after["bookable"], after["hours"]) == (True, False, [])
    assert after["reason"]
    read(client, f"receptions/{NOBODYS}", 404)


def test_services_procedures_and_deadlines(client: Client, town: Town) -> None:
    listed = {one["code"]: one for one in read(client, "services")["items"]}
    assert {"pothole", "quarrel"} <= listed.keys()
    assert "streets" not in listed
    assert (listed["quarrel"]["sealed"], listed["pothole"]["group"]) == (True, "streets")
    assert client.get(listed["pothole"]["page"]).status_code == 200
    whole = read(client, "procedures/service-request")
    codes = {stage["code"] for stage in whole["stages"]}
    assert set(whole["path"]) <= codes
    assert all(set(move["sources"]) <= codes for move in whole["moves"])
    for nothing in ("services/streets", "procedures/nothing"):
        read(client, nothing, 404)
    asked = {"procedure": "service-request", "category": "pothole", "filed_on": "2026-02-12"}

    def due(status: int = 200, **changed: Any) -> Any:
        response = client.post("/api/v1/deadlines", {**asked, **changed}, content_type="application/json")
        assert response.status_code == status, response.content
        assert response.headers["Cache-Control"] == "private, no-store"
        return response.json()

    # The days that the page tells: tests/web/public/test_when.py.
    assert [one["due_on"] for one in due()["deadlines"]][:2] == ["2026-02-16", "2026-02-19"]
    assert all(one["basis"] for one in due()["deadlines"])
    for wrong, where in (
        ({"procedure": "nothing"}, "procedure"),
        ({"category": None}, "category"),
        ({"category": "quarrel"}, "category"),
        ({"filed_on": "1999-12-31"}, "filed_on"),
        ({"filed_on": "2029-12-31"}, "filed_on"),
    ):
        assert [one["where"] for one in due(422, **wrong)["errors"]] == [where]


def test_the_map_counts_what_is_published(client: Client, town: Town) -> None:
    rows = published_cases(town, 3)
    PublicCase.objects.filter(pk=rows[0].pk).update(latitude=None, longitude=None)
    mend()
    view = "map?zoom=10&box=-90,-180,90,180"
    found = read(client, view)
    assert (sum(one["cases"] for one in found["items"]), found["unplaced"]) == (2, 1)
    assert read(client, f"{view}&category=nothing")["items"] == []
    same = client.get("/published/view/?box=-90,-180,90,180&zoom=10").json()["cells"]
    assert [list(one.values()) for one in found["items"]] == same
    for wrong in ("map?zoom=10", "map?zoom=10&box=1,2,3", "map?zoom=10&box=9,9,1,1", f"{view}&zoom=99"):
        read(client, wrong, 422)
    area = read(client, "areas/river-street")
    assert area["boundary"]["type"] in ("Polygon", "MultiPolygon")
    read(client, "areas/east-grid", 404)  # of the smallest


def test_whose_programs_they_are(client: Client, town: Town) -> None:
    boss = town.actor("qin")
    admin = type(boss)(boss.staff_id, boss.office_id, frozenset({"administrator"}))
    row, secret = issue_program_key("邻里应用", "https://app.example.org", 5, actor=admin, at=NOW)
    (one,) = read(client, "programs")["items"]
    assert (one["holder"], one["since"], one["until"]) == ("邻里应用", "2026-03-02", None)
    revoke_program_key(row.id, actor=admin, at=NOW)
    listed = client.get("/api/v1/programs")
    assert listed.json()["items"][0]["until"] == "2026-03-02"
    assert secret not in listed.content.decode()
    assert read(client, "receivers") == {"items": [], "next": None}
