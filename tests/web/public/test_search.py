"""The search box: everything public in one page, in words, narrowed; nobody is found; programs find the same."""

import pytest
from django.test import Client
from django.urls import reverse

from gongshi.bulletin.help_pages import PAGES
from gongshi.cases.models import PublicCase
from gongshi.words import pair
from tests.bulletin.pages import show
from tests.cases.test_public_search import TITLE, shown
from tests.cast import Town
from tests.statements import captured

pytestmark = pytest.mark.django_db


def test_one_box_over_everything(client: Client, town: Town) -> None:
    def asked(address: str) -> str:
        return client.get(address).content.decode()

    page = show(town, "ma")
    shown(town)
    public = PublicCase.objects.get()
    html = asked("/search/?q=路灯")
    assert f'href="/published/{public.id}/"' in html
    assert "老桥<mark>路灯</mark>坏了" in html
    assert "找到1件" in html
    assert f'href="/answers/page/{page.code}/"' in asked("/search/?q=上户口")
    assert 'href="/when/"' in asked("/search/?q=答复期限")
    assert str(public.id) not in asked("/search/?q=路灯&kind=answer")
    assert "没有找到" in asked("/search/?q=路灯&state=closed")


def test_what_fits_best_stands_first_and_what_hardly_fits_not_at_all(client: Client, town: Town) -> None:
    """A page on 路 alone is found by a character, and is no answer to 路灯."""
    page = show(town, "ma")
    road = show(
        town, question=pair("开路证怎么办？", "Permits"), answer=pair("去大厅。", "At the hall."), fee={}
    )
    shown(town)
    html = client.get("/search/?q=路灯").content.decode()
    assert f"/answers/page/{road.code}/" not in html
    html = client.get("/search/?q=老桥路灯").content.decode()
    assert "part-case" in html
    lamp = show(town, question=pair("老桥路灯谁管？", "Lamps"), answer=pair("市政。", "Works."), fee={})
    html = client.get("/search/?q=老桥路灯谁管").content.decode()
    assert f"/answers/page/{page.code}/" not in html
    assert 0 < html.index(f"/answers/page/{lamp.code}/") < html.index("part-case")
    html = client.get("/search/?q=老桥路灯坏了").content.decode()
    assert 0 < html.index("part-case") < html.index(f"/answers/page/{lamp.code}/")


def test_nobody_is_found_and_the_page_says_so(client: Client, town: Town) -> None:
    shown(town)
    for question in ("李小明", "13800000000"):
        answer = client.get("/search/", {"q": question})
        assert "这里搜不到人" in answer.content.decode()
        assert TITLE not in answer.content.decode()
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert client.get("/api/v1/search", {"q": question}).json()["items"] == []


def test_what_cannot_be_asked(client: Client, town: Town) -> None:
    assert town
    assert client.get("/search/?q=路灯&kind=people").status_code == 404
    assert client.get("/search/?q=路灯&group=nothing").status_code == 404
    assert client.get("/search/?q=路灯&year=x").status_code == 404
    assert client.get("/search/?q=%00路灯").status_code == 400


def test_programs_find_the_same(client: Client, town: Town) -> None:
    shown(town)
    found = client.get("/api/v1/search", {"q": "路燈"}).json()
    assert [row["title"] for row in found["items"]] == [TITLE]
    assert (found["found"], found["more"], found["people"], found["next"]) == (1, False, [], None)
    assert client.get(found["items"][0]["path"]).status_code == 200
    assert client.get("/api/v1/search", {"q": "路灯", "kind": "people"}).status_code == 404


def test_pages_of_help_are_there() -> None:
    assert [page.path for page in PAGES] == [reverse(f"public:{page.code}") for page in PAGES]


def test_a_search_takes_few_statements(client: Client, town: Town) -> None:
    show(town, "ma")
    for number in range(3):
        shown(town, f"路灯{number}", "路灯")
    client.get("/search/?q=路灯")
    with captured() as statements:
        client.get("/search/?q=路灯")
    assert len(statements) <= 16
