"""Somebody away: the lead notes it, the substitute finds the cases and answers one, the clock has not stopped."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Case, Clock
from tests.browser.test_officer import move, writes
from tests.browser.walks import at_case, button, opens, signs_in, the_case
from tests.casework import add_staff
from tests.cast import NOW, Town, lin_files
from tests.clock import Clock as Time

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_whoever_stands_in_finds_the_cases_and_answers(
    town: Town, page_at: Pages, clock: Time, axe: Callable[[Page], None]
) -> None:
    add_staff(town, "fei", roads=["handler"])
    filed, receipt = lin_files(town)
    Case.objects.update(handler=town.staff["zhou"])
    due = Clock.objects.get(code="answer").due_at

    lead = page_at(360)
    signs_in(lead, "he", "desk/cover/")
    lead.locator('select[name="staff"]').select_option(label="zhou")
    lead.locator('select[name="substitute"]').select_option(label="zhou")
    lead.locator('[name="from_on"]').fill("2026-03-02")
    lead.locator('[name="until_on"]').fill("2026-03-06")
    button(lead, "登记").click()
    expect(lead.locator(".errors")).to_be_visible()
    expect(lead.locator('[name="until_on"]')).to_have_value("2026-03-06")
    lead.locator('select[name="substitute"]').select_option(label="fei")
    button(lead, "登记").click()
    expect(lead.locator(".items")).to_contain_text("由fei代")
    axe(lead)

    clock.advance(days=1)
    page = page_at(1280, "en")
    signs_in(page, "fei", "desk/?show=mine")
    expect(page.locator(".queue tbody tr")).to_have_count(1)
    page.goto(at_case(page, the_case()))
    expect(page.locator("main")).to_contain_text("电动车摔了两次")
    move(page, "Accept")
    page.locator("#do a.button").click()
    writes(
        page,
        decision="done",
        found="坑深十厘米。",
        found_on="2026-03-02",
        decided="已经补好。",
        call="道路所 0000-1",
    )
    button(page, "Preview").click()
    button(page, "Send the answer").click()
    expect(page.locator("main")).to_contain_text("The answer is out")
    assert the_case().stage == "answered"
    assert Clock.objects.get(code="answer").due_at == due
    assert clock() > NOW

    phone = page_at()
    opens(phone, filed.filing.reference, receipt)
    expect(phone.locator("main")).to_contain_text("已经补好。")
    expect(phone.locator("#looks")).to_contain_text("道路所")
