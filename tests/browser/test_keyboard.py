"""From the queue to a sent answer without a mouse; single keys that can be switched off."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Answer
from tests.browser.walks import signs_in
from tests.cast import Town, lin_files

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
MOST_PRESSES = 200


def focused(page: Page) -> Any:
    """What has the focus."""
    return page.locator(":focus")


def tabs_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(MOST_PRESSES):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def test_from_the_queue_to_a_sent_answer(town: Town, page_at: Pages, axe: Callable[[Page], None]) -> None:
    first = lin_files(town)[0].filing.reference
    second = lin_files(town)[0].filing.reference
    page = page_at(1280)
    signs_in(page, "zhou")
    expect(page.locator("h1")).to_have_text("待办")
    main = page.locator("main")

    def press(key: str) -> None:
        page.wait_for_load_state()  # a page that came in answer to the last key may not listen yet
        page.keyboard.press(key)

    for key, reference in (("j", first), ("j", second), ("k", first)):
        press(key)
        expect(focused(page)).to_have_text(reference)
    outline = focused(page).evaluate("link => getComputedStyle(link).outlineStyle")
    assert outline == "solid"
    press("Enter")
    expect(main).to_contain_text("电动车摔了两次")

    press("n")
    expect(page).to_have_title(re.compile(second))
    press("u")
    expect(page.locator("h1")).to_have_text("待办")
    press("j")
    press("o")
    expect(main).to_contain_text("电动车摔了两次")
    press("1")
    expect(focused(page)).to_have_text("受理")
    press("Enter")
    expect(main).to_contain_text("“受理”已经记下")

    press("h")
    expect(focused(page)).to_have_attribute("name", "office")
    press("q")  # typing in a list: no key of ours
    expect(main).to_contain_text("电动车摔了两次")
    press("c")
    tabs_to(page, "#do a.button")
    press("a")
    expect(page.locator("h2").first).to_have_text("写答复")
    tabs_to(page, "[name=decision]")
    press("Space")
    for name, words in (("found", "看了，坑深十厘米。"), ("decided", "已补好。?jn")):
        tabs_to(page, f"[name={name}]")
        page.keyboard.type(words)
    press("Control+Enter")
    expect(main).to_contain_text("居民将读到")
    expect(main).to_contain_text("已补好。?jn")
    axe(page)
    tabs_to(page, "button[value=send]")
    press("Enter")
    expect(main).to_contain_text("答复已经送出")
    assert Answer.objects.count() == 1


def test_the_sheet_of_keys(
    town: Town, page_at: Pages, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    filed = lin_files(town)[0].filing
    page = page_at(360)
    signs_in(page, "zhou", f"desk/cases/{filed.reference}/1/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="键盘")
    expect(sheet).to_be_visible()
    expect(sheet.locator("h1")).to_be_in_viewport()
    axe(page)
    fits(page)
    page.keyboard.press("u")  # nothing behind the sheet answers
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("?")
        sheet.get_by_role("button", name="关上").press("Enter")
        expect(sheet).to_be_hidden()
    page.keyboard.press("?")
    sheet.get_by_role("button", name="关掉单键").press("Enter")
    expect(page.locator("main")).to_contain_text("单键关着")
    axe(page)
    for key in ("?", "q"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("键盘")
