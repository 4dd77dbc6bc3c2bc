"""A storm: 160 people about three causes, cleared by one officer with a mouse or a thumb and three texts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from gongshi.cases.models import Answer, Case, History, Look
from tests.browser.storm import STORM, Hand, clear
from tests.browser.walks import signs_in
from tests.cast import Town, lin_files, matter
from tests.clock import Clock

pytestmark = pytest.mark.browser
KINDS = dict(zip(("pothole", "noise", "how-to"), STORM, strict=True))


def test_160_cases_of_three_causes(
    town: Town, page_at: Callable[..., Page], clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, cases in KINDS.items():
        for number in range(cases):
            lin_files(town, matter(town, kind, place=f"{kind}{number}号"), at=clock())
    page = page_at(1280)
    page.set_default_timeout(60_000)
    signs_in(page, "zhou")
    hand = Hand(page)
    clear(hand, [f"{kind}0号" for kind in KINDS])
    with capsys.disabled():
        print(f"\n{hand.told()}")

    assert Case.objects.filter(stage="answered").count() == 160
    assert Answer.objects.values("case").distinct().count() == Answer.objects.count() == 160
    assert History.objects.filter(code="case.answered").count() == 160
    assert Look.objects.values("case").distinct().count() == Look.objects.count() == 160
    assert hand.actions <= 8 * len(STORM) + 2
