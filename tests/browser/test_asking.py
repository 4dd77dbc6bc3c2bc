"""A resident asks how something is done: a page answers, and nothing is sent; or its office has the question."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.bulletin.models import PageMonth
from gongshi.cases.models import Case, Filing
from gongshi.words import pair
from tests.browser.walks import button, shown_receipt
from tests.bulletin.pages import show
from tests.cast import Town

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
QUESTION = "我家孩子上个月出生，户口怎么上，要带什么？"


def asks(page: Page, question: str) -> None:
    page.goto("")
    page.locator('a.door[href$="door=ask"]').click()
    page.locator("#id_text-1").fill(question)
    page.locator("button.button-large").click()


def test_a_page_answers_and_nothing_is_sent(
    town: Town, page_at: Pages, axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    show(
        town,
        "ma",
        category=town.categories["how-to"].id,
        bring=pair("出生证明", "The certificate of birth"),
    )
    page = page_at(360)
    asks(page, QUESTION)
    expect(page.get_by_role("heading", name="可能就是这个")).to_be_visible()
    axe(page)
    fits(page)
    page.locator("details summary", has_text="看整篇回答").click()
    expect(page.locator("details[open]")).to_contain_text("出生证明")
    button(page, "答到了，不用送").click()
    expect(page.locator("main")).to_contain_text("没有送出，也没有保存")
    assert not Filing.objects.exists()
    assert PageMonth.objects.get().answered == 1


def test_a_page_does_not_answer_and_its_office_has_the_question(town: Town, page_at: Pages) -> None:
    shown = show(town, "ma", category=town.categories["how-to"].id)
    page = page_at(1280)
    asks(page, QUESTION)
    page.locator(f'input[name="closest-1"][value="{shown.code}"]').check()
    button(page, "没有，送出我的问题").click()
    page.locator("button.button-large").click()
    page.locator('button[value="none"]').click()
    expect(page.locator("#id_text-1")).to_have_value(QUESTION)
    page.locator("button.button-large").click()
    page.locator('button[name="go"][value="send"]').click()
    reference, _ = shown_receipt(page)
    case = Case.objects.get()
    assert (case.filing.reference, case.office.code, case.route["rule"]) == (reference, "water", "page-owner")
