"""Searching in both languages: narrowed, the words marked, the case opened; without a fault that axe sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cases.test_public_search import TITLE, shown
from tests.cast import Town

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[..., None]


def test_a_matter_is_found_in_both_languages(town: Town, page_at: Pages, axe: Check) -> None:
    shown(town)
    page = page_at(360)
    page.goto("")
    page.locator("main [type=search]").fill("路燈")
    page.keyboard.press("Enter")
    expect(page.locator("main mark").first).to_have_text("路灯")
    axe(page)
    page.get_by_text("筛选", exact=True).click()
    page.locator("#state").select_option("open")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)

    english = page_at(1280, "en")
    english.goto("search/?q=lamp")
    expect(english.locator("main")).to_contain_text("1 case found")
    expect(english.locator("main mark").first).to_have_text("lamps")
    axe(english)
    english.goto("search/?q=李小明")
    expect(english.locator("main")).to_contain_text("People are not to be found here")
