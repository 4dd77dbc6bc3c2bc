"""An officer finds that two filings are one matter: tied, answered once, undone, parted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Answer, Case, Companion, History, PublicCase
from tests.browser.test_officer import writes
from tests.browser.walks import button, signs_in
from tests.cases.test_public_search import TEXT, TITLE, shown
from tests.casework import ACCEPTED
from tests.cast import Town, case_of, lin_files, matter

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]


def test_merge_and_undo(town: Town, page_at: Pages, axe: Check, fits: Check) -> None:
    shown(town)
    lead = Case.objects.select_related("filing").get(pk=PublicCase.objects.get().case_id)
    filed, _ = lin_files(town, matter(town, text=f"{TITLE}，{TEXT}"))
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=ACCEPTED)
    page = page_at(1280)
    main, row = page.locator("main"), page.locator(".queue tbody tr")
    signs_in(page, "zhou")
    expect(row).to_have_count(2)
    page.goto(f"desk/cases/{filed.filing.reference}/1/parts/")
    expect(main).to_contain_text("别人可能已经反映过")
    axe(page)
    fits(page)
    page.get_by_role("button", name="是同一件：一起办").click()
    expect(main).to_contain_text("和别的来件一起办")
    axe(page)
    page.goto("desk/")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("还有同一件事")

    page.goto(f"desk/cases/{lead.filing.reference}/1/answer/")
    writes(page, found="到现场看了。", found_on="2026-03-02", decision="done", decided="修好了。")
    writes(page, call="道路所 0000-1")
    button(page, "预览").click()
    expect(main).to_contain_text("还有1件别的来件跟着这件一起办")
    button(page, "送出答复").click()
    expect(main).to_contain_text("答复已经送出")
    assert Answer.objects.filter(case__in=(lead, case), undone_at=None).count() == 2
    button(page, "撤销").first.click()
    expect(main).to_contain_text("已撤销")
    assert not Answer.objects.filter(undone_at=None).exists()

    page.goto(f"desk/cases/{filed.filing.reference}/1/parts/")
    button(page, "不是同一件：分开办").click()
    expect(main).to_contain_text("又单独办了")
    assert not Companion.objects.exists()
    kept = History.objects.filter(case=case).values_list("code", flat=True)
    assert {"case.went_with", "case.answered", "move.undone", "case.went_apart"} <= set(kept)
    page.goto("desk/")
    expect(row).to_have_count(2)
