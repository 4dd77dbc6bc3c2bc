"""When must they answer me, on a phone and without scripts: asked, read, and put into a calendar."""

from collections.abc import Callable

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.cast import Town

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_first_page_to_a_calendar(
    town: Town, page_at: Pages, axe: Check, fits: Check, language: str
) -> None:
    page = page_at(360, language, javascript=False)
    page.goto("")
    page.locator('main a[href$="/when/"]').click()
    page.locator("#id_on").fill("")
    page.locator("main button.button-large").click()
    expect(page.locator(".errors")).to_be_visible()
    page.locator("#id_what").select_option("service-request/pothole")
    page.locator("#id_on").fill("2026-02-12")
    page.locator("main button.button-large").click()
    expect(page.locator("#result svg.timeline")).to_be_in_viewport()
    assert "2026" not in page.url
    with page.expect_download() as saved:
        page.locator('form[action$="/deadlines.ics"] button').click()
    file = Calendar.from_ical(saved.value.path().read_bytes())
    assert len(file.walk("VEVENT")) == page.locator(".deadlines strong").count() > 2
    lit = page_at(360, language)
    lit.goto("when/")
    lit.locator("#id_what").select_option("service-request/pothole")
    lit.locator("#id_on").fill("2026-12-20")
    lit.locator("main button.button-large").click()
    lit.locator("#result").wait_for()
    axe(lit)
    fits(lit)
    lit.set_viewport_size({"width": 320, "height": 640})
    fits(lit)
