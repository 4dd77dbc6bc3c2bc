"""A grievance on its way: refused and reviewed; more time, a hearing called, moved and held, the re-review."""

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
Check = Callable[[Page], None]


def test_refused_and_reviewed(town: Town, page_at: Pages, clock: Clock, axe: Check, fits: Check) -> None:
    filed, case = grievance(town)
    reference, receipt = filed.filing.reference, resident(filed).receipt
    clock.set("2026-03-04 10:00")
    officer = page_at(1280)
    signs_in(officer, "zhou", at_case(officer, case))
    move(officer, "不予受理", reason="补偿的数额由法院定。")
    # Nothing that was typed is lost, and the part that is lacking is named with its article.
    expect(officer.locator("#decline-reason")).to_have_value("补偿的数额由法院定。")
    expect(officer.locator("main")).to_contain_text("清禾县服务承诺 第13条（书面告知）")
    officer.get_by_label("行政复议").check()
    button(officer, "预览信件").last.click()
    expect(officer.locator(".sheet")).to_contain_text("行政复议（最晚2026年5月4日）")
    axe(officer)
    fits(officer)
    button(officer, "送出").click()
    expect(officer.locator("main")).to_contain_text("已经记下")

    phone = page_at(360)
    opens(phone, reference, receipt)
    expect(phone.locator("#letters .sheet").first).to_be_visible()
    expect(phone.locator("#letters")).to_contain_text("不予受理告知书")
    axe(phone)
    fits(phone)
    phone.locator("#letters").get_by_role("link", name="打印这封信").first.click()
    expect(phone.locator(".sheet")).to_contain_text("请求镇政府复查")
    fits(phone)
    phone.goto("filing/")
    phone.locator("#form-escalate summary").click()
    phone.locator("#form-escalate").get_by_role("button", name="请求复查").click()
    expect(phone.locator(".stage-name")).to_have_text("不予受理，复查中")

    hall = page_at(1280, "en")
    signs_in(hall, "qin", at_case(hall, case))
    move(hall, "Order acceptance", reason="The office never looked at the plan.")
    expect(hall.locator(".sheet")).to_contain_text("责令受理决定书")
    axe(hall)
    button(hall, "Send it").click()
    expect(hall.locator("main")).to_contain_text("“Order acceptance” is done")

    phone.goto("filing/")
    expect(phone.locator(".stage-name")).to_have_text("办理中")
    expect(phone.locator("#letters summary").first).to_contain_text("责令受理决定书")
    assert case_of(filed).stage == "handling"


def test_extended_heard_re_reviewed(
    town: Town, page_at: Pages, clock: Clock, axe: Callable[[Page], None]
) -> None:
    filed, case = grievance(town)
    reference, receipt = filed.filing.reference, resident(filed).receipt
    make_move(case, "accept", actor=town.actor("zhou"), at=local("2026-03-03 10:00"))
    clock.set("2026-03-20 10:00")
    officer = page_at(1280)
    signs_in(officer, "he", at_case(officer, case))
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
    button(city, "Send it").click()
    expect(city.locator("main")).to_contain_text("“Hold a hearing” is done")

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
    expect(city.locator("main")).to_contain_text("2026年4月28日")
    axe(city)
    clock.set("2026-04-28 16:00")
    city = page_at(1280, "en")
    signs_in(city, "gu", at_case(city, case))
    move(city, "Write the record", minutes="双方到场。", outcome="再看一次现场。")
    button(city, "Send it").click()
    expect(city.locator("main")).to_contain_text("“Write the record” is done")
    send_answer(case_of(filed), "final_answer", ANSWER, actor=town.actor("gu"), at=local("2026-04-28 17:00"))
    opens(phone, reference, receipt)
    expect(phone.locator(".stage-name")).to_contain_text("信访到此为止")
    expect(phone.locator("#hearing")).to_contain_text("双方到场。")
