"""A grievance on its way: more time with a reason, a hearing that was called, moved and held, and the re-review."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.moves import make_move
from tests.browser.test_officer import move
from tests.browser.walks import at_case, button, opens, signs_in
from tests.casework import ANSWER, grievance
from tests.cast import Town, case_of, resident
from tests.clock import Clock, local

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_extended_heard_re_reviewed(
    town: Town, page_at: Pages, clock: Clock, axe: Callable[[Page], None]
) -> None:
    filed, case = grievance(town)
    reference, receipt = filed.filing.reference, resident(filed).receipt
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    clock.set("2026-03-20 10:00")
    officer = page_at(1280)
    signs_in(officer, "zhou", at_case(officer, case))
    move(officer, "延长", reason="要请测绘队来量。")
    button(officer, "送出").click()
    expect(officer.locator("main")).to_contain_text("已经记下")

    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-04-01 10:00"))
    make_move(case_of(filed), "ask_review", actor=resident(filed), at=local("2026-04-02 10:00"))
    reviewed = local("2026-04-03 10:00")
    send_answer(case_of(filed), "review_answer", ANSWER, actor=town.actor("qin"), at=reviewed)
    make_move(case_of(filed), "ask_re_review", actor=resident(filed), at=local("2026-04-06 10:00"))
    clock.set("2026-04-07 10:00")
    city = page_at(1280, "en")
    signs_in(city, "gu", at_case(city, case))
    move(city, "Hold a hearing", date="2026-04-20", time="9:30", place="Room 201", about="Who dug the hole")
    expect(city.locator("main")).to_contain_text("Hearing")

    phone = page_at()
    opens(phone, reference, receipt)
    expect(phone.locator("#hearing")).to_contain_text("地点：Room 201")
    phone.locator("#form-away summary").click()
    phone.locator("#away-text").fill("那天要上班。")
    button(phone, "告诉他们").click()
    expect(phone.locator(".talk")).to_contain_text("那天要上班。")
    axe(phone)

    city.reload()
    move(city, "Move the hearing", date="2026-04-28")
    expect(city.locator("main")).to_contain_text("2026-04-28")
    axe(city)
    move(city, "End the hearing", minutes="双方到场。", outcome="再看一次现场。")
    expect(city.locator("main")).to_contain_text("再看一次现场。")
    send_answer(case_of(filed), "final_answer", ANSWER, actor=town.actor("gu"), at=local("2026-04-07 15:00"))
    phone.goto("filing/")
    expect(phone.locator(".stage-name")).to_contain_text("信访到此为止")
    expect(phone.locator("#hearing")).to_contain_text("双方到场。")
