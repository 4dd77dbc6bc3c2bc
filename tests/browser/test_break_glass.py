"""Break-glass: one asks, somebody of another office sees that it waits and approves, the resident reads it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.glass import find_asked
from gongshi.cases.models import BreakGlass, Look
from tests.browser.walks import button, opens, signs_in
from tests.casework import add_office, add_staff
from tests.cast import NOW, Town, lin_files

pytestmark = pytest.mark.browser
WHY = "桥面塌陷，要查上游是不是同一条管线。"


def test_from_the_request_to_what_the_resident_reads(
    town: Town, page_at: Callable[..., Page], axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    filed, receipt = lin_files(town)

    pan = page_at(360)
    signs_in(pan, "pan", "desk/break-glass/")
    pan.locator("#id_reference").fill(filed.filing.reference)
    pan.locator("#id_reason").fill(WHY)
    button(pan, "申请").click()
    expect(pan.get_by_role("status")).to_contain_text("一分钟内")
    fits(pan)
    assert find_asked(NOW) == 1

    he = page_at(360, "en")
    signs_in(he, "he")
    link = he.get_by_role("link", name="Break-glass 1 waiting for your approval")
    link.click()
    expect(he.locator("main")).to_contain_text(WHY)
    fits(he)
    he.get_by_role("button", name="Approve, for 60 minutes").click()
    expect(he.get_by_role("button", name="End it now")).to_be_visible()
    expect(link).to_have_count(0)

    pan.reload()
    pan.set_viewport_size({"width": 1280, "height": 800})
    pan.get_by_role("link", name=filed.filing.reference).click()
    expect(pan.locator("main")).to_contain_text("电动车摔了两次")
    assert Look.objects.get().why == "break_glass"
    fits(pan)

    lin = page_at(360)
    opens(lin, filed.filing.reference, receipt)
    expect(lin.locator("#glass")).to_contain_text(WHY)
    expect(lin.locator("#glass")).to_contain_text("道路所批准")
    expect(lin.locator("#looks")).to_contain_text("紧急查阅")
    axe(lin)
    fits(lin)

    button(pan, "看完了，结束").click()
    expect(pan.get_by_role("status")).to_contain_text("已经结束")
    assert BreakGlass.objects.get().ended_at is not None
