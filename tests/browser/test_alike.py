"""Instead of a second report: a resident with a phone joins what is published, with a receipt of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Companion, PublicCase
from tests.browser.walks import TEXT, button, shown_receipt, to_where
from tests.cast import NOW, Town
from tests.published import published_cases

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]
TITLE = "老桥东头路灯不亮"


def test_join_instead_of_report(town: Town, page_at: Pages, axe: Check, fits: Check) -> None:
    told = {"title": TITLE, "text": "老桥东头的路灯一直不亮。", "filed_on": NOW.date() - timedelta(days=3)}
    public = published_cases(town, 1, **told)[0]
    page = page_at(360, "zh")
    main = page.locator("main")
    to_where(page)
    page.locator("#id_place-1").fill("老桥")
    page.locator("button.button-large").click()
    page.locator("#id_text-1").fill(TEXT)
    expect(main).not_to_contain_text(TITLE)
    button(page, "下一步：看一遍").click()
    expect(page.get_by_role("heading", name="是同一件事吗？")).to_be_visible()
    for words in ("3天前有人反映", "办理中", "就在附近", "都写到"):
        expect(main).to_contain_text(words)
    axe(page)
    fits(page)
    page.get_by_role("button", name="是同一件，一起跟进").click()
    expect(main).to_contain_text(TEXT.splitlines()[0])
    axe(page)
    fits(page)
    button(page, "送出").click()
    expect(main).to_contain_text("一起办，一样答复您")
    assert shown_receipt(page)[0] == Companion.objects.get().case.filing.reference
    axe(page)
    fits(page)
    button(page, "我保存好了").click()
    expect(page.get_by_role("heading", name="和同样的一件一起办")).to_be_visible()
    fits(page)

    neighbour = page_at(360, "en", javascript=False)
    neighbour.goto(f"published/{public.id}/")
    neighbour.get_by_role("link", name="Me too: join it").click()
    fits(neighbour)
    button(neighbour, "Continue: check it").click()
    button(neighbour, "Send").click()
    shown_receipt(neighbour)
    assert Companion.objects.filter(lead=public.case_id).count() == 2
    assert PublicCase.objects.count() == 1
