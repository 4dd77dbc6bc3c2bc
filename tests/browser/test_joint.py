"""Many bring one matter: from one filing to a joint one, a neighbour in it, the answer to both, and on alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.grievances.models import Collective
from tests.browser.walks import button, opens, shown_receipt
from tests.cast import Town
from tests.clock import Clock
from tests.grievances.many import ANSWER, SECRET, TEXT, answers, complains, joint_of

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]


def test_a_collective_grievance(town: Town, clock: Clock, page_at: Pages, axe: Check, fits: Check) -> None:
    lin = complains(town)
    first = page_at(360, "zh")
    opens(first, lin.filing.reference, lin.receipt)
    first.get_by_role("link", name="让遇到同样事情的人一起反映").click()
    axe(first)
    fits(first)
    first.locator("#text").fill(TEXT)
    button(first, "开始一起反映").click()
    expect(first.locator("main")).to_contain_text("您是代表")
    expect(first.locator("main")).not_to_contain_text(SECRET)
    axe(first)
    fits(first)
    code = first.locator(".receipt-code").inner_text()

    chen = page_at(360, "en", javascript=False)
    chen.goto("open/")
    chen.get_by_role("link", name="Somebody gave you a join code? Join a joint matter").click()
    chen.locator("#id_code").fill(code)
    button(chen, "Read the joint text").click()
    expect(chen.locator(".quote")).to_have_text(TEXT)
    fits(chen)
    button(chen, "Join, and get my receipt").click()
    reference, receipt = shown_receipt(chen)

    collective = Collective.objects.get()
    answers(town, collective)
    first.reload()
    expect(first.locator(".answer").first).to_contain_text(ANSWER.decided)
    second = page_at(320, "zh")
    opens(second, reference, receipt)
    expect(second.locator(".answer").first).to_contain_text(ANSWER.decided)
    axe(second)
    fits(second)
    button(second, "自己接着办").click()
    second.locator("#verdict-text").fill("没有说到救护车。")
    button(second, "不满意，重启").click()
    expect(second.locator(".status-card")).not_to_contain_text("已答复")
    assert joint_of(collective).stage == "answered"
