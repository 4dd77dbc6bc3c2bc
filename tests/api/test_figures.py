"""Figures for programs: what was released, and every number beside it as the open data have it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongshi.api.caching import BRIEFLY
from gongshi.figures.definitions import definitions
from gongshi.figures.models import ReleasedMonth, ReleasedQuarter
from gongshi.figures.periods import Month
from gongshi.figures.released.answers import NAMES as ANSWERS
from gongshi.figures.released.columns import NAMES
from gongshi.figures.released.queries import released
from gongshi.figures.shown import shown_numbers
from gongshi.places.snapshots import forget
from tests.cast import Town, build_town

pytestmark = pytest.mark.django_db
MONTH = Month(2026, 3)
HELD = {"cases": 100, "due": 100, "answered": 60, "withdrawn": 0}
# Roads and Water mend potholes, Water plainly sooner; the hall is withheld.
ROWS: dict[tuple[str, str, str, str], dict[str, int]] = {
    ("all", "", "", ""): {"cases": 220, "due": 220, "on_time": 140},
    ("office", "hall", "", ""): {},
    ("office", "roads", "", ""): {**HELD, "on_time": 40},
    ("office", "water", "", ""): {**HELD, "on_time": 90},
    ("category", "", "pothole", ""): {"cases": 200, "due": 200, "on_time": 130},
    ("area", "", "", ""): {"cases": 20},
    ("area", "", "", "town"): {"cases": 200},
    ("office_category", "roads", "pothole", ""): {"cases": 100, "due": 100, "on_time": 40},
    ("office_category", "water", "pothole", ""): {"cases": 100, "due": 100, "on_time": 90},
}
WAITS = [[0, 3, 30, 0], [4, 7, 30, 0], [8, None, 0, 40]]


@pytest.fixture
def town(db: None) -> Town:
    forget()
    made = build_town()
    tables = [
        [
            [*key],
            [counts.get(name) for name in NAMES],
            WAITS if key[1] in ("roads", "water") and not key[2] else [],
        ]
        for key, counts in ROWS.items()
    ]
    told = {"as_of": date(2026, 5, 1), "definition": definitions()[0].code}
    ReleasedMonth.objects.create(
        first_on=MONTH.first, threshold=11, columns=list(NAMES), tables=tables, **told
    )
    groups = [
        ["office", "hall", None],
        ["office", "roads", [40, 20, 5, 0, 0, 0, 4]],
        ["category", "pothole", None],
    ]
    ReleasedQuarter.objects.create(
        first_on=date(2026, 1, 1), threshold=20, columns=list(ANSWERS), tables=groups, **told
    )
    return made


def read(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/figures{address}")
    assert response.status_code == status, response.content
    kind = "application/json" if status == 200 else "application/problem+json"
    assert response.headers["Content-Type"].startswith(kind)
    if status == 200:
        assert response.headers["Cache-Control"] == BRIEFLY
    return response.json()


@pytest.mark.usefixtures("town")
def test_every_number_of_a_month_is_that_of_the_open_data(client: Client) -> None:
    assert read(client, "") == {"items": ["2026-03"], "next": None}
    told = read(client, "/2026-03")
    assert (told["as_of"], told["threshold"], told["definition"]) == ("2026-05-01", 11, definitions()[0].code)
    lines = {
        ("all", "", "", ""): told["total"],
        **{("office", one["code"], "", ""): one for one in told["offices"]},
        **{("category", "", one["code"], ""): one for one in told["categories"]},
        **{("area", "", "", one["code"] or ""): one for one in told["areas"]},
    }
    assert lines.keys() == {key for key in ROWS if key[0] != "office_category"}
    for key, line in lines.items():
        assert line["counts"] == {name: ROWS[key].get(name) for name in NAMES}
    numbers = {
        (one.line.key, one.name): one.value for one in shown_numbers(released(MONTH)) if one.line.key in lines
    }
    assert numbers == {
        (key, name): value if value is None else pytest.approx(value, abs=6e-7)
        for key, line in lines.items()
        for name, value in named(line).items()
    }
    assert told["areas"][0]["code"] is told["areas"][0]["name"] is None


def named(line: dict[str, Any]) -> dict[str, float | None]:
    """The numbers of a line under their names in ``shown.csv``."""
    found = {
        f"{name}.{end}": share[end]
        for name, share in line["shares"].items()
        if share
        for end in ("share", "low", "high")
    }
    for point in line["curve"]:
        for name, end in (("share", ""), ("low", ".low"), ("high", ".high")):
            found[f"days.waiting_after_{point['days']}{end}"] = point[name]
        found["days.median"] = line["median_days"]
    for name, value in (line["adjusted"] or {}).items():
        found[f"on_time.adjusted.{name}"] = value
    return found


@pytest.mark.usefixtures("town")
def test_one_line_and_why_something_is_withheld(client: Client) -> None:
    offices = {one["code"]: one for one in read(client, "/2026-03")["offices"]}
    assert read(client, "/2026-03/offices/roads") == offices["roads"]
    assert (offices["roads"]["median_days"], offices["roads"]["adjusted"]["group"]) == (7, 1)
    assert (offices["water"]["adjusted"]["group"], offices["roads"]["why"]["confirmed"]) == (2, "protects")
    hall = offices["hall"]
    assert set(hall["counts"].values()) | set(hall["shares"].values()) == {None}
    assert hall["why"]["adjusted"] == hall["why"]["median_days"] == hall["why"]["on_time"] == "protects"
    assert read(client, "/2026-03/categories/pothole")["name"]["en"]
    assert read(client, "/2026-03/areas/-")["counts"]["cases"] == 20
    assert read(client, "/2026-03/areas/town")["counts"]["cases"] == 200


@pytest.mark.usefixtures("town")
def test_how_good_answers_were_is_told_by_three_or_by_none(client: Client) -> None:
    assert read(client, "/answers")["items"] == ["2026-Q1"]
    told = read(client, "/answers/2026-Q1")
    hall, roads = told["offices"]
    assert (hall["cases"], hall["shares"], roads["cases"]) == (None, None, 40)
    assert roads["shares"]["in_all_parts"]["yes"]["share"] == 0.8
    assert roads["shares"]["reopened_within_60_days"]["count"] == 4
    assert roads["shares"]["promises_kept"] == {"yes": None, "silent": None}
    dated = read(client, "/definitions")["items"]
    assert [one["code"] for one in dated] == [one.code for one in reversed(definitions())]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/2026-04", 404),
        ("/0000-01", 404),
        ("/2026-13", 422),
        ("/2026-03/offices/nobody", 404),
        ("/2026-03/offices/-", 404),
        ("/2026-03/officers/zhou", 422),
        ("/2026-04/offices/roads", 404),
        ("/answers/2026-Q2", 404),
        ("/answers/0000-Q1", 404),
        ("/answers/2026-Q5", 422),
    ],
)
def test_what_is_not_there(client: Client, address: str, status: int) -> None:
    assert read(client, address, status)["status"] == status


@pytest.mark.usefixtures("town")
def test_a_month_takes_few_statements(client: Client, django_assert_max_num_queries: Any) -> None:
    read(client, "/2026-03")
    with django_assert_max_num_queries(3):
        read(client, "/2026-03")
