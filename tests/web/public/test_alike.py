"""Joined, not doubled: published cases that are probably the same matter are offered before the page to check."""

import json
from datetime import date
from typing import Any

import pytest

from gongshi.cases.intake.alike import filed_ago, how_far
from gongshi.cases.intake.handing_in import ME_TOO
from gongshi.cases.models import Case, Companion, Consent, PublicCase
from gongshi.cases.reading import key_of, read_case
from gongshi.web.public import filing
from tests.cast import Town
from tests.published import published_cases
from tests.statements import captured
from tests.web.public.walker import TEXT, Walker, shown_receipt

BRIDGE: dict[str, Any] = {
    "title": "老桥东头路面有个坑",
    "text": "老桥东头路面塌了，有人摔伤。",
    "filed_on": date(2026, 2, 27),
}
VIEW = "/published/view/?box=30,120,31,121&zoom=12"


@pytest.fixture
def public(town: Town) -> PublicCase:
    """A pothole at the bridge, filed three days ago."""
    return published_cases(town, 1, **BRIDGE)[0]


def to_text(walker: Walker, *, language: str = "", area: str = "east-grid", kind: str = "pothole") -> Walker:
    """Through the steps before the words, with a place."""
    walker.get(f"{language}/file/").press("press=broken").press("go=next", {"category-1": kind})
    data = {**walker.fields(walker.form()), "area": [area]}
    return walker._arrive(walker.client.post(walker.address, data)).press("go=next")


def writes(walker: Walker, text: str = TEXT, **where: str) -> Walker:
    return to_text(walker, **where).press("go=next", {"text-1": text})


def joined_case() -> Case:
    return Companion.objects.select_related("case__filing", "lead").get().case


@pytest.mark.parametrize(
    ("metres", "grid", "zh"),
    [
        (0, 200, "就在附近（200米左右以内）"),
        (190, 200, "就在附近（200米左右以内）"),
        (230, 200, "距这里约250米"),
        (40, 10, "就在附近（50米左右以内）"),
        (960, 100, "距这里约950米"),
    ],
)
def test_a_distance_is_told_no_finer_than_the_grid_of_public_points(metres: int, grid: int, zh: str) -> None:
    assert how_far(metres, grid) == zh
    assert [str(filed_ago(days))[:2] for days in (0, 1, 2)] == ["今天", "昨天", "2天"]


@pytest.mark.django_db
def test_what_is_published_is_offered_with_its_reasons_and_joined(public: PublicCase, walker: Walker) -> None:
    before = json.loads(walker.client.get(VIEW).content)["cells"]
    to_text(walker).press("go=next", {"text-1": TEXT, "wish-1": "请补好。", "name": "林月"})
    for words in (
        "是同一件事吗",
        "3天前有人反映",
        "办理中",
        "同一类：pothole类",
        "同在river-street区",
        "都写到：老桥东头路面",
    ):
        assert words in walker.text, words
    assert walker.page.select("h3 mark")[0].get_text() == "老桥东头路面"
    walker.press("一起跟进")
    for words in ("一起跟进这一件", BRIDGE["title"], TEXT, "请补好。", "林月", "送到道路所"):
        assert words in walker.text, words
    assert walker.page.select_one("[name=public-1]") is None, "it adds nothing to what is public"
    walker.press("go=send")
    shown_receipt(walker)
    assert "单位把您这一件和同样的一件一起办" in walker.text
    assert (joined_case().area.code, Companion.objects.get().lead_id) == ("east-grid", public.case_id)
    assert (PublicCase.objects.count(), Consent.objects.count()) == (1, 0)
    walker.client.cookies.clear()
    assert json.loads(walker.client.get(VIEW).content)["cells"] == before, "no second pin"


@pytest.mark.django_db
def test_whoever_joined_goes_on_alone_with_a_press(public: PublicCase, walker: Walker) -> None:
    writes(walker).press("一起跟进").press("go=send").press("我保存好了")
    assert BRIDGE["title"] in walker.text
    public.delete()
    walker.get("/filing/")
    assert "和同样的一件一起办" in walker.text
    assert BRIDGE["title"] not in walker.text, "what was taken back is shown to nobody"
    walker.press("单独办", form='form[action$="/apart/"]')
    assert "和同样的一件一起办" not in walker.text
    assert TEXT in walker.text
    assert Companion.objects.count() == 0


@pytest.mark.django_db
def test_mine_is_another_is_filed_as_usual_and_not_asked_again(public: PublicCase, walker: Walker) -> None:
    to_text(walker).press("go=next", {"text-1": TEXT, "wish-1": "请补好。"})
    walker.press("我这件是另一件")
    assert "看一遍，再送出" in walker.text
    assert TEXT in walker.text
    assert "请补好。" in walker.text
    assert walker.page.select_one("[name=public-1]") is not None
    walker.press("go=text").press("go=next")
    assert "看一遍，再送出" in walker.text
    walker.press("再看一遍公开的").press("一起跟进").press("我这件是另一件")
    walker.press("go=send")
    shown_receipt(walker)
    assert Companion.objects.count() == 0
    assert Case.objects.order_by("id").last().area.code == "east-grid"


@pytest.mark.django_db
def test_me_too_on_a_published_case_needs_no_words(public: PublicCase, walker: Walker) -> None:
    walker.get(f"/en/published/{public.id}/")
    link = next(one for one in walker.page.select("a.button") if "Me too" in one.get_text())
    walker.get(str(link["href"]))
    assert "You join this one" in walker.text
    walker.press("go=next")
    assert "Check it, then send" in walker.text
    walker.press("go=send")
    shown_receipt(walker)
    case = joined_case()
    assert (case.category.code, case.area.code) == ("pothole", "river-street")
    assert read_case(case, key_of(case.id), internal=False).text == ME_TOO["en"]
    PublicCase.objects.update(state="answered")
    assert "Me too" not in walker.get(f"/en/published/{public.id}/").text
    walker.get(f"/en/file/?join={public.id}")
    assert (walker.status, "You join this one" in walker.text) == (200, False)


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"state": "answered"}, {"state": "closed"}, {"area": None}])
def test_what_is_over_or_elsewhere_is_not_offered(
    public: PublicCase, walker: Walker, changed: dict[str, Any]
) -> None:
    PublicCase.objects.update(**changed)
    assert "看一遍，再送出" in writes(walker).text


@pytest.mark.django_db
def test_without_a_place_and_while_words_are_missing_nothing_is_asked(
    public: PublicCase, walker: Walker
) -> None:
    to_text(walker).press("go=next", {"text-1": ""})
    assert walker.status == 422
    assert BRIDGE["title"] not in walker.text
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"}).press("go=none")
    assert "看一遍，再送出" in walker.press("go=next", {"text-1": TEXT}).text


@pytest.mark.django_db
def test_what_ended_meanwhile_is_told_before_it_is_sent(public: PublicCase, walker: Walker) -> None:
    writes(walker).press("一起跟进")
    public.delete()
    walker.press("go=send")
    assert walker.status == 422
    assert "还没有送出" in walker.text
    assert TEXT in walker.text
    walker.press("go=send")
    shown_receipt(walker)
    assert Companion.objects.count() == 0


@pytest.mark.django_db
def test_each_of_several_matters_is_asked_about_and_forged_choices_join_nothing(
    town: Town, public: PublicCase, walker: Walker
) -> None:
    second = published_cases(town, 1, category="leak", title="水管漏水", text="菜场门口水管漏水。")[0]
    to_text(walker).press("go=add", {"text-1": TEXT})
    walker.press("go=next", {"text-2": "菜场门口的水管漏水三天了。", "category-2": "leak"})
    assert [section.select_one("h2").get_text() for section in walker.page.select("section.matter")] == [
        "第1件事",
        "第2件事",
    ]
    for forged in (str(public.case_id), "x", "\x00", str(public.id)[:-1]):
        fields = {**walker.fields(walker.form()), "joins-1": forged}
        page = walker.client.post("/file/", {**fields, "go": "next"}).content.decode()
        assert "一起跟进这一件" not in page, forged
    walker.press(f"joins-2={second.id}")
    assert "是同一件事吗" in walker.text
    walker.press("go=apart").press("go=send")
    shown_receipt(walker)
    assert joined_case().category.code == "leak"
    assert Companion.objects.get().lead_id == second.case_id


@pytest.mark.django_db
def test_a_matter_without_a_category_takes_that_of_the_case(public: PublicCase, walker: Walker) -> None:
    walker.get("/file/").press("press=write")
    data = {**walker.fields(walker.form()), "area": ["east-grid"]}
    walker._arrive(walker.client.post("/file/", data)).press("go=next")
    walker.press("go=next", {"text-1": f"pothole：{TEXT}"}).press("一起跟进")
    assert walker.page.select_one("[name=category-1][type=radio]") is None
    walker.press("go=send")
    assert joined_case().category.code == "pothole"


@pytest.mark.django_db
def test_it_costs_two_statements_and_whoever_presses_very_often_is_asked_nothing(
    public: PublicCase, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes(walker)
    fields = {**walker.fields(walker.form()), "page": "text", "go": "next"}
    with captured() as asked:
        assert "是同一件事吗" in walker.client.post("/file/", fields).content.decode()
    with captured() as usual:
        walker.client.post("/file/", {**fields, "joins-1": "none"})
    assert len(asked) == len(usual) + 2
    monkeypatch.setattr(filing, "wait_for", lambda name, request: 5 * (name == "alike"))
    assert "看一遍，再送出" in walker.client.post("/file/", fields).content.decode()
