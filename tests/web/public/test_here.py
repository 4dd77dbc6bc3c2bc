"""On the last page: the place that the words name, and the two sides of a border. Only a press fills anything in."""

import pytest

from gongshi.cases.models import Case
from gongshi.cases.reading import key_of, read_case
from gongshi.places.models import Alias
from gongshi.places.snapshots import bump_revision
from gongshi.routing.models import RoutingRule
from gongshi.words import pair
from tests.cast import Town
from tests.web.public.walker import TEXT, Walker, to_text_page

pytestmark = pytest.mark.django_db


def test_a_place_named_in_the_text_is_offered_and_taken_only_when_pressed(town: Town, walker: Walker) -> None:
    Alias.objects.create(name="老桥", area=town.areas["west-grid"], latitude=30.3, longitude=120.2)
    bump_revision()
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    assert "是这里吗？" in walker.text
    assert [button.get_text(" ", strip=True) for button in walker.page.select("button[name=here]")] == [
        "老桥 river-street区 › east-grid区",
        "老桥 river-street区 › west-grid区",
    ]
    assert walker.page.select_one("input[name=area-1]") is None, "nothing is filled in by itself"
    walker.press("老桥 ")
    assert "是这里吗？" not in walker.text
    assert "river-street区 › east-grid区" in walker.text
    walker.press("go=send")
    case = Case.objects.get()
    assert case.area == town.areas["east-grid"]
    read = read_case(case, key_of(case.id), internal=False)
    assert (read.place, read.point) == ("老桥", (30.25, 120.75))


def test_whoever_said_where_or_that_there_is_no_place_is_not_asked(town: Town, walker: Walker) -> None:
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"}).press("go=none")
    walker.press("go=next", {"text-1": TEXT})
    assert "是这里吗？" not in walker.text
    to_text_page(walker).press("go=next", {"text-1": "路灯不亮，请来看看。"})
    assert "是这里吗？" not in walker.text


def test_what_is_not_offered_cannot_be_pressed(town: Town, walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    fields = walker.fields(walker.form())
    for forged in ("1:side:east-grid", "9:at:x", "1:at:0", "", "1", "1:side:"):
        page = walker.client.post("/file/", {**fields, "here": forged}).content.decode()
        assert 'name="area-1"' not in page, forged
        assert "看一遍，再送出" in page


def test_both_sides_of_a_border_are_said_and_one_can_be_chosen(town: Town, walker: Walker) -> None:
    for code, office, area in (("east", "water", "east-grid"), ("west", "roads", "west-grid")):
        rule = RoutingRule.objects.create(
            code=code, position=0, office=town.offices[office], reason=pair("按地段。", "By district.")
        )
        rule.areas.set([town.areas[area]])
    bump_revision()
    walker.get("/file/").press("press=broken").press("go=next", {"category-1": "pothole"})
    fields = walker.fields(walker.form())
    walker._arrive(
        walker.client.post("/file/", {**fields, "go": "locate", "here-lat": "30.5", "here-lon": "120.4999"})
    )
    walker.press("go=next").press("go=next", {"text-1": TEXT})
    assert "现在送到道路所；边界那边归水务所" in walker.text
    walker.press("river-street区 › east-grid区")
    assert "现在送到水务所；边界那边归道路所" in walker.text
    walker.press("go=send")
    case = Case.objects.get()
    assert (case.area, case.office) == (town.areas["east-grid"], town.offices["water"])
    assert case.route["near"] == [str(town.offices["roads"].id)]
