"""Strangers: with a reference but not its receipt, from another office, or with an address that they were given."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Look
from gongshi.safekeeping.receipts import new_receipt
from tests.browser.walks import TEXT, at_case, files, opens, signs_in, the_case
from tests.cast import Town, lin_files

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_a_reference_without_its_receipt_opens_nothing(town: Town, page_at: Pages) -> None:
    lin = page_at()
    reference, receipt = files(lin)
    files(lin)
    _, other = lin_files(town)
    wu = page_at()
    said = set()
    for tried, code in ((reference, other), (reference, new_receipt()), ("TT-0000-0000-0", receipt)):
        opens(wu, tried, code)
        expect(wu.locator(".errors")).to_be_visible()
        said.add(wu.locator(".errors").inner_text())
        expect(wu.locator("body")).not_to_contain_text(TEXT.splitlines()[0])
    assert len(said) == 1  # nobody learns whether a reference exists
    wu.goto("filing/1/")
    wu.wait_for_url("**/open/")
    assert not Look.objects.exists()


def test_staff_of_another_office_meet_a_page_that_is_not_there(town: Town, page_at: Pages) -> None:
    lin_files(town)
    case = the_case()
    ma = page_at(1280)
    signs_in(ma, "ma")
    expect(ma.locator("main")).not_to_contain_text(case.filing.reference)
    said = set()
    for address in (at_case(ma, case), "desk/cases/TT-0000-0000-0/1/"):
        answer = ma.goto(address)
        assert answer is not None
        assert answer.status == 404
        said.add(ma.locator("body").inner_text())
    assert len(said) == 1  # nobody learns whether a case exists
    assert not Look.objects.exists()


def test_the_desk_shows_nothing_before_sign_in_and_after_sign_out(town: Town, page_at: Pages) -> None:
    lin_files(town)
    address = at_case(page := page_at(1280), the_case())
    for path in ("desk/", address, "desk/board/", "desk/publication/", "desk/offices/", "desk/password/"):
        page.goto(path)
        page.wait_for_url("**/desk/login/**")
    signs_in(page, "zhou", address)
    expect(page.locator("main")).to_contain_text("电动车摔了两次")
    page.get_by_role("button", name="退出").click()
    page.goto(address)
    page.wait_for_url("**/desk/login/**")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("电动车摔了两次")
