"""What the form's last page says of a matter, by program: what it is, how many, where, and who has the other side."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongshi.cases.models import Filing
from gongshi.places.models import Alias
from gongshi.places.snapshots import bump_revision, forget
from gongshi.routing.learning import Example, learn
from gongshi.routing.models import RoutingRule
from gongshi.routing.own_model import NAME, put_in_use
from gongshi.words import pair
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.web.public.test_offering import SAID, SURE, TWO

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None, clock: Clock, settings: Any, tmp_path: Path) -> Iterator[Town]:
    clock.set("2026-03-02 09:00")
    forget()
    settings.INSTANCE = tmp_path
    yield build_town()
    forget()


def use(sure_from: float) -> None:
    made, _ = learn([Example(text, label, given=True) for label, said in SAID.items() for text in said])
    put_in_use(replace(made, sure_from=sure_from))


def reading(client: Client, status: int = 200, **typed: Any) -> Any:
    response = client.post("/api/v1/form/reading", typed, content_type="application/json")
    assert response.status_code == status, response.content
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.json()


def test_how_sure_it_is_and_how_many_matters_it_seems(client: Client, town: Town, tmp_path: Path) -> None:
    use(0.5)
    sure = reading(client, text=SURE)
    assert (sure["how"], sure["categories"][0], sure["parts"]) == ("sure", "leak", [])
    assert 0.5 <= sure["probability"] <= 1
    two = reading(client, text=TWO)["parts"]
    assert (len(two), "".join(two)) == (2, TWO)
    use(0.9999)
    unsure = reading(client, text=SURE)
    assert (unsure["how"], unsure["categories"]) == ("unsure", sure["categories"])
    (tmp_path / NAME).unlink()
    words = reading(client, text="桥头有 pothole")
    assert (words["how"], words["categories"][0], words["probability"]) == ("words", "pothole", None)
    assert not Filing.objects.exists()


def test_a_place_that_the_words_name_where_none_was_chosen(client: Client, town: Town) -> None:
    Alias.objects.create(name="老桥", area=town.areas["west-grid"], latitude=30.3, longitude=120.2)
    bump_revision()
    text = "老桥上的路灯不亮。"
    east, west = reading(client, text=text)["places"]
    assert west == {
        "name": "老桥",
        "area": "west-grid",
        "where": {"zh": "river-street区 › west-grid区", "en": "river-street › west-grid"},
        "latitude": 30.3,
        "longitude": 120.2,
    }
    assert (east["area"], east["latitude"]) == ("east-grid", 30.25)
    for chosen in ({"area": "none"}, {"area": "east-grid"}, {"latitude": 30.5, "longitude": 120.2}):
        assert reading(client, text=text, **chosen)["places"] == []


def test_both_offices_where_a_place_lies_on_a_border(client: Client, town: Town) -> None:
    for code, office, area in (("east", "water", "east-grid"), ("west", "roads", "west-grid")):
        rule = RoutingRule.objects.create(
            code=code, position=0, office=town.offices[office], reason=pair("按地段。", "By district.")
        )
        rule.areas.set([town.areas[area]])
    bump_revision()
    there = {"text": "路灯不亮。", "category": "pothole", "latitude": 30.5, "longitude": 120.4999}
    border = reading(client, **there)["border"]
    assert (border["metres"], border["office"]["code"]) == (50, "roads")
    assert [one["code"] for one in border["others"]] == ["water"]
    assert sorted(one["area"] for one in border["sides"]) == ["east-grid", "west-grid"]
    chosen = reading(client, **there, area="east-grid")["border"]
    assert (chosen["office"]["code"], [one["code"] for one in chosen["others"]]) == ("water", ["roads"])
    assert reading(client, **{**there, "longitude": 120.3})["border"] is None
    # About an office that is not named yet, it goes nowhere.
    assert reading(client, **{**there, "category": "conduct"}, door="office")["border"] is None
    reading(client, 422, **{**there, "latitude": 91})
