"""What an officer types outlives a closed tab, is there on another device, and says so when it is not kept."""

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts.models import StaffSession
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import DeskDraft
from tests.browser.walks import signs_in
from tests.cast import Town, case_of, lin_files
from tests.clock import Clock as Time

pytestmark = pytest.mark.browser


def adds(page: Page, more: str) -> None:
    """Type at the end of what was found."""
    page.locator("[name=found]").press("Control+End")
    page.locator("[name=found]").press_sequentially(more)


def types(page: Page, more: str, *, until: str) -> None:
    """Type on, until what stands there then was kept."""
    sent = f"found={quote_plus(until)}&"
    with page.expect_response(lambda got: "/draft/" in got.url and sent in (got.request.post_data or "")):
        adds(page, more)


def test_a_draft_outlives_the_tab_and_a_lost_session(
    town: Town,
    page_at: Callable[..., Page],
    clock: Time,
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    case = make_move(case_of(lin_files(town)[0]), "accept", actor=town.actor("zhou"), at=clock())
    answer = f"desk/cases/{case.filing.reference}/{case.number}/answer/"
    page = page_at(1280)
    signs_in(page, "zhou", answer)
    types(page, "坑深", until="坑深")
    expect(page.locator(".draft")).to_contain_text("草稿，今天09:00保存。")
    types(page, "十厘米", until="坑深十厘米")
    # Crashed: a new tab begins with it.
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(answer)
    expect(page.locator("[name=found]")).to_have_value("坑深十厘米")

    phone = page_at(360, "en")
    signs_in(phone, "zhou", answer)
    expect(phone.locator("[name=found]")).to_have_value("坑深十厘米")
    expect(phone.locator(".draft")).to_contain_text("Draft kept at 09:00 today.")
    axe(phone)
    fits(phone)
    types(phone, "，明天补", until="坑深十厘米，明天补")
    expect(phone.locator(".draft")).to_contain_text("Draft kept at 09:00 today.")

    adds(page, "！")
    expect(page.locator(".draft")).to_contain_text("另一个页面或设备今天09:00存了不同的草稿")
    page.get_by_role("button", name="两份都看看").click()
    expect(page.locator(".draft dd").first).to_have_text("坑深十厘米，明天补")
    expect(page.locator("[name=found]")).to_have_value("坑深十厘米！")
    axe(page)
    page.get_by_role("link", name="用那一份").click()
    expect(page.locator("[name=found]")).to_have_value("坑深十厘米，明天补")

    StaffSession.objects.all().delete()
    adds(page, "吗")
    expect(page.locator(".draft")).to_contain_text("草稿没有存上")
    signs_in(page, "zhou", answer)
    # The tab kept what came after the last saving.
    expect(page.locator("[name=found]")).to_have_value("坑深十厘米，明天补吗")
    assert DeskDraft.objects.count() == 1
