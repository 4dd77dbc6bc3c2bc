"""Words of tip-offs about persons: noticed, told where to turn, never refused, never published."""

import pytest

from gongshi.cases.models import Consent, Filing
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from tests.cast import Town
from tests.web.public.walker import TEXT, Walker, to_text_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(town: Town) -> None:
    """The place lists words of tip-offs."""
    Place.objects.update(words={"tip_off_words": {"zh": "我要举报、检举", "en": "inform on, report her"}})
    forget()


@pytest.mark.parametrize(
    "text", ["我要举报三楼的老李。", "坑边那家，检举！", "I want to INFORM ON a man.", "report her"]
)
def test_words_of_a_tip_off_are_noticed_and_stop_nothing(listed: None, walker: Walker, text: str) -> None:
    to_text_page(walker).press("go=next", {"text-1": text})
    assert walker.status == 200
    assert "这里不收对个人的举报" in walker.text
    assert "纪检" in walker.text
    assert "可能认错，不会拦住您" in walker.text
    assert walker.page.select('[name="public-1"]') == []
    assert "这里不收对个人的举报" in walker.press("go=text").text
    data = walker.fields(walker.press("go=next").form())
    walker._arrive(walker.client.post("/file/send/", {**data, "go": "send", "public-1": "yes"}))
    assert Filing.objects.count() == 1
    assert Consent.objects.count() == 0
    assert walker.get("/filing/").page.select("#form-publish") == []
    token = walker.fields(walker.form("#form-add form"))["csrfmiddlewaretoken"]
    walker.client.post("/filing/1/publish/", {"csrfmiddlewaretoken": token, "answer": "yes"})
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("text", [TEXT, "I report here that the road is broken.", "我要举例说明。"])
def test_other_words_are_no_tip_off(listed: None, walker: Walker, text: str) -> None:
    to_text_page(walker).press("go=next", {"text-1": text})
    assert "这里不收对个人的举报" not in walker.text
    assert walker.page.select('[name="public-1"]') != []


def test_a_matter_about_an_office_is_no_tip_off(listed: None, walker: Walker) -> None:
    walker.get("/file/").press("press=office")
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"}).press("go=next")
    walker.press("go=next", {"text-1": "我要举报这个窗口。"})
    assert "这里不收对个人的举报" not in walker.text
