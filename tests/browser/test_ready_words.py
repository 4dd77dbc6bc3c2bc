"""Ready words of an office: a template filled into what was typed, a phrase put in where one was typing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.bulletin.actions.prepared import write_prepared
from gongshi.bulletin.prepared import PreparedDraft
from gongshi.cases.actions.moves import make_move
from gongshi.words import pair
from tests.browser.walks import at_case, signs_in
from tests.cast import Town, case_of, lin_files
from tests.clock import Clock as Time

pytestmark = pytest.mark.browser


def test_a_template_and_a_phrase(
    town: Town,
    page_at: Callable[..., Page],
    clock: Time,
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    case = make_move(case_of(lin_files(town)[0]), "accept", actor=town.actor("zhou"), at=clock())
    words = {"name": pair("已补", "Filled"), "decided": pair("{编号}已补好。", "{reference} is filled.")}
    write_prepared(None, PreparedDraft("answer", words), actor=town.actor("he"), at=clock())
    words = {"name": pair("谢", "Thanks"), "text": pair("谢谢照片。", "Thank you for the photos.")}
    write_prepared(None, PreparedDraft("phrase", words), actor=town.actor("he"), at=clock())
    page = page_at(360, "en")
    signs_in(page, "he", f"{at_case(page, case)}answer/")
    decided, found = page.locator("[name=decided]"), page.locator("[name=found]")
    decided.fill("先说。")
    page.get_by_role("button", name="Fill it in").click()
    expect(decided).to_have_value(f"先说。\n{case.filing.reference}已补好。")
    found.fill("看了。去了。")
    for _ in range(3):
        found.press("ArrowLeft")
    page.get_by_role("button", name="Insert").click()
    expect(found).to_have_value("看了。谢谢照片。去了。")
    expect(found).to_be_focused()
    axe(page)
    fits(page)
    for where in ("", "of/"):
        page.goto("desk/templates/")
        if where:
            page.locator("tbody a").first.click()
        axe(page)
        fits(page)
