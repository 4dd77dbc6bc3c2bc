"""Somebody is pressed because of what they filed: one press from their own page, and the office learns nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from tests.browser.walks import button, files, opens, shown_receipt, the_case
from tests.casework import sees
from tests.cast import NOW, Town

pytestmark = [pytest.mark.browser]
Pages = Callable[..., Page]
WORDS = "所长带人到店里来，叫我把来件撤回去。"


def test_reprisal(town: Town, page_at: Pages) -> None:
    page = page_at()
    reference, receipt = files(page)
    make_move(the_case(), "accept", actor=town.actor("zhou"), at=NOW)
    page.goto("filing/")
    page.get_by_role("link", name="因为这件事，有人打击我、给我压力").click()
    main = page.locator("main")
    expect(main).to_contain_text("送到镇政府")
    page.get_by_label("怎么回事？").fill(WORDS)
    button(page, "送出").click()
    expect(page.get_by_role("heading", name="收到了。请保存回执")).to_be_visible()
    other, other_receipt = shown_receipt(page)
    assert (other != reference, other_receipt != receipt) == (True, True)
    case = Case.objects.get(filing__reference=other)
    assert (case.office, case.subject) == (town.offices["hall"], town.offices["roads"])
    button(page, "我保存好了").click()
    expect(main).to_contain_text(f"因为这份来件受到打击、压力：{reference}")
    button(page, "离开").click()

    # The first has nothing of it; nor have those who work on it, while the hall finds it.
    opens(page, reference, receipt)
    expect(main).to_contain_text("道路所")
    expect(main).not_to_contain_text(other)
    assert [name for name in ("zhou", "he", "ma", "tang") if sees(town, name, case)] == ["tang"]
