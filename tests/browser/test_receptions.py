"""A reception day on a phone: booked without a name, looked up and given back with the code alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walks import button
from tests.bulletin.days import announced_day
from tests.cast import Town

pytestmark = pytest.mark.browser


def test_booked_looked_up_and_given_back(
    town: Town, page_at: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    announced_day(town)
    page = page_at()
    page.goto("receptions/")
    axe(page)
    page.locator(".card a").click()
    page.get_by_label("10:00–11:00").check()
    axe(page)
    button(page, "约一个时间").click()
    code = page.locator(".receipt-code").inner_text()
    expect(page.locator("h1")).to_contain_text("3月5日 10:")
    axe(page)
    assert page.context.cookies() == [one for one in page.context.cookies() if one["name"] == "csrftoken"]
    page.goto("receptions/code/")
    page.locator("#id_code").fill(code.lower())
    button(page, "看").click()
    expect(page.locator("h1")).to_contain_text("3月5日 10:")
    button(page, "不来了，取消").click()
    expect(page.locator("h1")).to_have_text("已经取消")
