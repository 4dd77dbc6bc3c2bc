"""A supervisor: one decision for a storm, an instruction for what came up, and what an officer cannot do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, History, Supervision
from tests.browser.test_officer import move
from tests.browser.walks import at_case, button, opens, signs_in, the_case
from tests.cast import NOW, Town, lin_files, resident
from tests.clock import Clock, local

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_one_decision_for_twelve_late_cases_of_one_cause(town: Town, page_at: Pages, clock: Clock) -> None:
    filings = [lin_files(town) for _ in range(12)]
    clock.set("2026-03-05 09:00")
    run_clocks(local("2026-03-05 00:01"))
    page = page_at(1280)
    signs_in(page, "qin", "desk/board/")
    main = page.locator("main")
    cause = page.locator(".causes li")
    expect(cause).to_have_count(1)
    expect(cause).to_contain_text("道路所 · pothole类")
    cause.locator("summary").click()
    cause.locator('[name="words"]').fill("   ")
    button(page, "督办这12件").click()
    expect(page.locator(".errors")).to_be_visible()
    assert Supervision.objects.get().decided_at is None
    cause.locator('[name="words"]').fill("今天答复每一位居民。")
    cause.locator('[name="answer_by"]').fill("2026-03-09")
    button(page, "督办这12件").click()
    expect(main).to_contain_text("督办要求已发到12件事项")
    expect(main).to_contain_text("没有等您决定的")
    assert Supervision.objects.get().decided_at == clock()
    assert History.objects.filter(code="case.pressed").values("case").distinct().count() == 12

    filed, receipt = filings[4]
    phone = page_at()
    opens(phone, filed.filing.reference, receipt)
    expect(phone.locator("main")).to_contain_text("今天答复每一位居民。")
    expect(phone.locator(".stage-name")).to_have_text("已收到")


def test_what_was_taken_above_comes_back_with_an_instruction(town: Town, page_at: Pages) -> None:
    filed, receipt = lin_files(town)
    make_move(the_case(), "escalate", actor=resident(filed), at=NOW)
    officer = page_at(1280)
    signs_in(officer, "zhou", at_case(officer, the_case()))
    assert officer.locator(".moves summary", has_text="提出办理意见").count() == 0

    page = page_at(1280, "en")
    signs_in(page, "qin", "desk/board/?list=escalated")
    page.locator(".queue a.reference").first.click()
    if page.locator("#why").count():
        button(page, "Record it and open the content").click()
    expect(page.locator("main")).to_contain_text("电动车摔了两次")
    move(page, "Give instructions", instruction="三天内补好，拍照答复。")
    case = the_case()
    assert (case.stage, case.office) == ("handling", town.offices["roads"])
    phone = page_at()
    opens(phone, filed.filing.reference, receipt)
    expect(phone.locator("main")).to_contain_text("三天内补好，拍照答复。")
    expect(phone.locator("#looks")).to_contain_text("镇政府")
    assert Case.objects.count() == 1


def test_an_officer_has_no_board(town: Town, page_at: Pages) -> None:
    lin_files(town)
    page = page_at(1280)
    signs_in(page, "zhou")
    assert page.get_by_role("navigation", name="工作台").get_by_text("督办").count() == 0
    there = page.goto("desk/board/")
    assert there is not None
    assert there.status == 404
