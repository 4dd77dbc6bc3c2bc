"""A storm: 160 people about three causes, cleared by one officer with a mouse or a thumb and three texts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Answer, Case, History, Look
from tests.browser.walks import button, signs_in
from tests.cast import Town, lin_files, matter
from tests.clock import Clock

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
STORM = {"pothole": 70, "noise": 50, "how-to": 40}


class Hand:
    """An officer's hand: it counts what it does."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.actions += 1
        button(self.page, name).click()

    def follow(self, what: str) -> None:
        """Follow a link."""
        self.actions += 1
        self.page.locator(what).first.click()

    def type(self, field: str, words: str) -> None:
        """Type into a field; one action whatever the length."""
        self.actions += 1
        self.page.locator(f'#form-together [name="{field}"]').fill(words)

    def untick(self, reference: str) -> None:
        """Take one case out of the batch."""
        self.actions += 1
        self.page.get_by_label(reference).uncheck()


def test_160_cases_of_three_causes(town: Town, page_at: Pages, clock: Clock) -> None:
    filed = [
        lin_files(town, matter(town, kind, place=f"{kind}{number}号"), at=clock())[0]
        for kind, number_of in STORM.items()
        for number in range(number_of)
    ]
    page = page_at(1280)
    page.set_default_timeout(60_000)
    signs_in(page, "zhou")
    hand = Hand(page)
    expect(page.locator("main")).to_contain_text("一起答复")
    hand.follow('a[href$="/together/"]')
    for number, (kind, cases) in enumerate(STORM.items()):
        expect(page.locator(".cause-link").first).to_contain_text(f"{cases}")
        hand.follow(".cause-link")
        hand.press("打开勾选的，写答复")
        hand.actions += 1
        page.locator('input[name="decision"][value="explained"]').check()
        hand.type("found", "昨夜大风，全镇停电，到现场看了。")
        hand.type("decided", "{地点}已经恢复，原因是大风刮断了线。")
        hand.press("预览每一封")
        expect(page.locator("main")).to_contain_text(f"{kind}0号已经恢复")
        if not number:
            hand.untick(filed[0].filing.reference)
        hand.press("送出勾选的答复")
        expect(page.locator("h1")).to_contain_text(f"{cases - (number == 0)}件答复已经送出")
        hand.follow('main a.button[href$="/together/"]')

    assert Case.objects.filter(stage="answered").count() == sum(STORM.values()) - 1
    assert Answer.objects.values("case").distinct().count() == Answer.objects.count() == 159
    assert History.objects.filter(code="case.answered").count() == 159
    assert Look.objects.values("case").distinct().count() == Look.objects.count() == 160
    assert hand.actions <= 8 * len(STORM) + 2
