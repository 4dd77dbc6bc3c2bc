"""Posters: found by the words of a place, and scanned into a form that knows where it is."""

import pytest
import segno
from bs4 import BeautifulSoup
from django.test import Client

from gongshi.places.models import Alias, Place
from gongshi.places.snapshots import forget
from gongshi.web.public import posters
from tests.cast import Town

pytestmark = pytest.mark.django_db
POSTERS = "/posters/"


@pytest.mark.parametrize("words", ["老桥", "老桥头", "east-grid", "EAST"])
def test_a_place_is_found_by_its_words(client: Client, town: Town, words: str) -> None:
    page = BeautifulSoup(client.get(POSTERS, {"q": words}).content, "html.parser")
    assert [one["href"] for one in page.select("main ul a")] != []


def test_what_is_nowhere_is_said(client: Client, town: Town) -> None:
    assert "没有找到“月亮”" in client.get(POSTERS, {"q": "月亮"}).content.decode()


def test_the_code_opens_the_form_with_the_place(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = segno.make
    monkeypatch.setattr(posters.segno, "make", lambda text, **more: made.append(text) or real(text, **more))
    page = client.get(POSTERS, {"area": "east-grid", "place": "老桥"}).content.decode()
    assert "Something wrong here?" in page
    assert "这里有问题" in page
    assert "112" in page
    (address,) = made
    scanned = address.removeprefix("http://testserver")
    assert scanned.startswith("/file/?area=east-grid")
    form = BeautifulSoup(client.get(scanned).content, "html.parser")
    filled = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    assert (filled["area-1"], filled["place-1"]) == ("east-grid", "老桥")
    assert (filled["lat-1"], filled["lon-1"]) == ("30.25", "120.75")


def test_an_old_poster_still_names_the_area(client: Client, town: Town) -> None:
    Alias.objects.all().delete()
    town.areas["east-grid"].save()
    forget()
    form = BeautifulSoup(client.get("/file/?area=east-grid&place=老桥").content, "html.parser")
    filled = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    assert (filled["area-1"], filled.get("place-1", "")) == ("east-grid", "")


@pytest.mark.parametrize("query", ["area=moon", "area=", "area=<script>&place=x"])
def test_a_place_that_is_not_there(client: Client, town: Town, query: str) -> None:
    assert client.get(f"{POSTERS}?{query}").status_code == 404
    assert client.get(f"/file/?{query}").status_code == 200


@pytest.mark.parametrize(("language", "first"), [("zh", "zh-Hans"), ("en", "en")])
def test_the_places_own_language_stands_first(client: Client, town: Town, language: str, first: str) -> None:
    Place.objects.update(language=language)
    forget()
    page = BeautifulSoup(client.get(POSTERS, {"area": "east-grid"}).content, "html.parser")
    told = [one["lang"] for one in page.select(".poster h1 [lang]")]
    assert told == [first, *({"zh-Hans", "en"} - {first})]
