"""What a resident agrees to show: masked where words would tell who somebody is, with its reason, unless left in."""

import pytest
from bs4 import BeautifulSoup

from gongshi.cases.actions.publication import consents_to_review, open_copy, publish, refuse_publication
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Attachment, Consent, PublicCase
from tests.cast import NOW, Town
from tests.web.public.walker import Walker, files_a_report, photo, to_text_page

pytestmark = pytest.mark.django_db
TEXT = "我叫王大力，站牌83838383倒了。打１３８00000000。"
MASKED = "我叫▇，站牌▇倒了。打▇。"


def agreed(town: Town) -> PublicCopy:
    """What the reviewer reads."""
    (consent,) = consents_to_review(town.actor("su"))
    return open_copy(consent.id, town.actor("su"), at=NOW)[1]


def marked(walker: Walker) -> dict[str, str]:
    """The marked words on the page, each with its reason."""
    labels = walker.page.select('[name^="left"] + label')
    return {
        label.select_one("strong").get_text(): label.select_one(".small").get_text()  # type: ignore[union-attr]
        for label in labels
    }


def test_before_consent_all_is_marked_with_its_reason_and_masked(town: Town, walker: Walker) -> None:
    files_a_report(walker, text=TEXT)
    walker.get("/filing/")
    assert marked(walker) == {
        "王大力": "像报出的姓名",
        "83838383": "像本地电话号码",
        "１３８00000000": "像手机号码",
    }
    assert walker.form("#form-publish .copy .said").get_text() == MASKED
    walker.press("同意公开", form="#form-publish form")
    assert agreed(town) == PublicCopy("我叫▇，站牌▇倒了", MASKED)


def test_answers_are_agreed_to_at_once_later_or_on_the_way(town: Town, walker: Walker) -> None:
    files_a_report(walker, text="站牌倒了。")
    walker.get("/filing/").press("只公开这几行", form="#form-publish form")
    assert not Consent.objects.get(revoked_at=None).answers
    walker.get("/filing/").press("单位的答复也公开", form="#form-publish form")
    assert Consent.objects.get().answers
    assert "单位的答复审核后也公开" in walker.get("/filing/").form("#form-publish").get_text()
    (consent,) = consents_to_review(town.actor("su"))
    refuse_publication(consent.id, "写了邻居。", actor=town.actor("su"), at=NOW)
    refused = walker.get("/filing/").form("#form-publish").get_text()
    assert "审核后没有公开" in refused
    assert "答复" not in refused
    walker.press("收回同意", form="#form-publish form")
    walker.get("/filing/").press("同意公开这几行和答复", form="#form-publish form")
    assert Consent.objects.get(revoked_at=None).answers
    to_text_page(walker)
    walker.press("go=next", {"text-1": "又一块站牌倒了。"})
    walker.press("go=send", {"public-1": "answer"})
    assert Consent.objects.filter(revoked_at=None, answers=True).count() == 2


def test_a_false_alarm_is_left_in_and_said_to_be(town: Town, walker: Walker) -> None:
    files_a_report(walker, text=TEXT)
    walker.get("/filing/").press("同意公开", {"left": ["83838383", "不在里面"]}, form="#form-publish form")
    left = PublicCopy("我叫▇，站牌83838383倒了", MASKED.replace("站牌▇", "站牌83838383"), ("83838383",))
    assert agreed(town) == left


def test_on_the_way_to_sending_it_is_the_same(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    walker.press("go=next", {"text-1": TEXT})
    assert "王大力" in marked(walker)
    walker.press("go=text", {"left-1": ["83838383"]})
    walker.press("go=next")
    assert "照原样公开" in marked(walker)["83838383"]
    walker.press("go=send", {"public-1": "yes"})
    assert agreed(town).text == MASKED.replace("站牌▇", "站牌83838383")
    assert agreed(town).left == ("83838383",)


def test_photos_are_not_public(town: Town, walker: Walker) -> None:
    to_text_page(walker)
    walker.press("go=next", {"text-1": "老桥东头有个坑。"}, files={"files-1": photo()})
    walker.press("go=send", {"public-1": "yes"})
    assert Attachment.objects.count() == 1
    (consent,) = consents_to_review(town.actor("su"))
    publish(consent.id, agreed(town), actor=town.actor("su"), at=NOW)
    row = PublicCase.objects.get()
    walker.get(f"/published/{row.id}/")
    page = BeautifulSoup(walker.client.get(f"/published/{row.id}/").content, "html.parser")
    assert "老桥东头有个坑" in page.get_text()
    sources = [str(one.get("src") or one.get("href")) for one in page.select("main [src], main [href]")]
    assert not [one for one in sources if "attachment" in one or str(Attachment.objects.get().id) in one]
    assert page.select("main img, main picture, main video") == []
    assert not [field for field in PublicCase._meta.get_fields() if field.related_model is Attachment]
