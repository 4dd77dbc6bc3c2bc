"""The map of published cases: moving it changes the list beside it; without scripts the list works."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Town
from tests.published import published_cases

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[..., None]


def test_the_list_follows_the_map_and_works_without_it(town: Town, page_at: Pages, axe: Check) -> None:
    published_cases(town, 3)
    published_cases(town, 1, latitude=30.29, longitude=120.71, title="西北角的灯", state="closed")
    published_cases(town, 1, latitude=None, longitude=None, area=None, title="不知在哪")
    page = page_at(1280)
    page.goto("published/")
    expect(page.locator("#list")).to_have_text("共5件，最近的在前")
    expect(page.locator(".map-cluster")).to_have_text(["3", "1"])
    axe(page)

    page.locator(".map-cluster > span", has_text="3").click()
    expect(page.locator("#list")).to_contain_text("地图这一部分")
    page.locator(".map-cluster > span", has_text="3").click()
    expect(page.locator("#list")).to_have_text("地图这一部分：3件，最近的在前")
    expect(page.locator("#found")).not_to_contain_text("西北角的灯")
    expect(page.locator("#found")).to_contain_text("不在地图上：1件")
    page.locator("#map").focus()
    for _ in range(4):
        page.keyboard.press("-")
        page.wait_for_timeout(400)
    expect(page.locator("#list")).to_have_text("地图这一部分：4件，最近的在前")
    page.get_by_label("办到哪一步").select_option("closed")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#list")).to_have_text("找到1件")
    expect(page.locator(".map-cluster")).to_have_text(["1"])
    page.get_by_role("link", name="西北角的灯").click()
    expect(page.locator("h1")).to_contain_text("西北角的灯")

    plain = page_at(360, javascript=False)
    plain.goto("published/?area=none")
    expect(plain.locator("#map")).to_be_hidden()
    expect(plain.locator("figure svg").first).to_be_visible()
    expect(plain.locator("#found")).to_contain_text("不知在哪")
