"""What goes public: the copy that was agreed to, less what a reviewer took out, as long as the resident agrees."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.undoing import forget_undo
from gongshi.cases.models import Case, Consent, Look, PublicCase
from tests.browser.walks import button, files, opens, signs_in
from tests.casework import ANSWER
from tests.cast import NOW, Town

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
TEXT = "老桥东头路灯坏了，修灯的王大力说没有灯泡。"


def test_reviewed_shown_to_strangers_and_taken_back(town: Town, page_at: Pages) -> None:
    lin = page_at()
    reference, receipt = files(lin, text=TEXT, publish=True)
    stranger = page_at(1280)
    stranger.goto("published/")
    expect(stranger.locator("main")).not_to_contain_text("路灯坏了")

    su = page_at(1280)
    signs_in(su, "su", "desk/publication/")
    su.get_by_role("link", name=reference).click()
    expect(su.locator("main")).to_contain_text("王大力")
    assert Look.objects.get().what == "copy"
    box = su.locator("#form-review textarea")
    box.fill(TEXT.replace("王大力", "李小明"))
    button(su, "公开这份内容").click()
    expect(su.locator(".errors")).to_contain_text("只能用▇代替要去掉的字")
    assert not PublicCase.objects.exists()
    for name in ("title", "text"):
        field = su.locator(f'#form-review [name="{name}"]')
        agreed = TEXT if name == "text" else field.input_value()
        field.fill(agreed.replace("王大力", "▇▇▇"))
    button(su, "公开这份内容").click()
    expect(su.locator("main")).to_contain_text("已经公开。")
    row = PublicCase.objects.get()
    assert "王大力" not in row.title + row.text
    assert "▇▇▇" in row.text

    stranger = page_at(1280)  # any browser may keep the list for a minute
    stranger.goto("published/")
    stranger.get_by_role("link", name=row.title).click()
    expect(stranger.locator("main")).to_contain_text("修灯的▇▇▇说没有灯泡")
    expect(stranger.locator("main")).not_to_contain_text(reference)
    address = stranger.url

    opens(lin, reference, receipt)
    lin.locator("#form-publish summary").click()
    expect(lin.locator("#form-publish")).to_contain_text("审核后已公开。")
    button(lin, "收回同意，不公开").click()
    assert not PublicCase.objects.exists()
    assert Consent.objects.get().revoked_at is not None
    stranger = page_at(1280)
    gone = stranger.goto(address)
    assert gone is not None
    assert gone.status == 404
    expect(stranger.locator("body")).not_to_contain_text("没有灯泡")


@pytest.mark.parametrize(
    ("language", "lift", "said"),
    [
        ("zh", "同意公开这几行和答复", "像手机号码"),
        ("en", "Agree to show these lines and the answer", "Looks like a mobile number"),
    ],
)
def test_marked_before_consent_masked_before_review(
    town: Town, page_at: Pages, axe: Callable[[Page], None], language: str, lift: str, said: str
) -> None:
    lin = page_at(360, language)
    reference, receipt = files(lin, text="我叫王大力，打13800000000。站牌83838383倒了。")
    opens(lin, reference, receipt)
    lin.locator("#form-publish summary").click()
    offered = lin.locator("#form-publish")
    expect(offered).to_contain_text(said)
    expect(offered.locator(".copy .said")).to_have_text("我叫▇，打▇。站牌▇倒了。")
    axe(lin)
    offered.get_by_label("83838383").check()
    button(lin, lift).click()

    su = page_at(360, language)
    signs_in(su, "su", "desk/publication/")
    su.get_by_role("link", name=reference).click()
    expect(su.locator("main")).not_to_contain_text("13800000000")
    expect(su.locator("#form-review textarea")).to_have_value("我叫▇，打▇。站牌83838383倒了。")
    axe(su)
    su.locator('#form-review [value="publish"]').click()
    assert PublicCase.objects.get().text == "我叫▇，打▇。站牌83838383倒了。"

    case = make_move(Case.objects.get(), "accept", actor=town.actor("zhou"), at=NOW)
    said_by_office = replace(ANSWER, found_on=NOW.date(), decided="李师傅装好了。")
    send_answer(case, "answer", said_by_office, actor=town.actor("zhou"), at=NOW)
    forget_undo(NOW + timedelta(days=1))
    su.goto("desk/publication/")
    su.get_by_role("link", name=reference).click()
    expect(su.locator("#form-review textarea")).to_have_value(re.compile("▇师傅装好了。"))
    axe(su)
    su.locator('#form-review [value="publish"]').click()
    public = PublicCase.objects.get()
    lin.goto(f"published/{public.id}/")
    expect(lin.locator("main")).to_contain_text("▇师傅装好了。")


def test_a_refusal_tells_the_resident_why(town: Town, page_at: Pages) -> None:
    lin = page_at()
    reference, receipt = files(lin, text=TEXT, publish=True)
    su = page_at(360, "en")
    signs_in(su, "su", "desk/publication/")
    su.get_by_role("link", name=reference).click()
    su.locator(".moves summary").click()
    su.locator('[name="reason"]').fill("文字里有别人的姓名。")
    button(su, "Do not show it, and say why").click()
    expect(su.locator("main")).to_contain_text("the resident can read why")
    opens(lin, reference, receipt)
    expect(lin.locator("main")).to_contain_text("文字里有别人的姓名。")
    assert not PublicCase.objects.exists()
