"""Nobody here is above: the resident reads by when the review was due, who outside is next, and goes there."""

import pytest

from gongshi.cases.actions.clocks import run_clocks
from tests.casework import reviewed_at_the_top
from tests.cast import Town, case_of, resident
from tests.clock import Clock
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db


def test_a_review_that_nobody_can_press_is_told_and_left(town: Town, walker: Walker, clock: Clock) -> None:
    filed, _ = reviewed_at_the_top(town)
    clock.set("2026-05-10 10:00")
    run_clocks(clock())
    walker.get("/open/").press(
        "打开", {"reference": filed.filing.reference, "receipt": resident(filed).receipt}
    )
    for words in ("逾期告知书", "没有按期办", "省信访局", "最晚6月1日", "这里没有上一级可以督办"):
        assert words in walker.text, words
    walker.press("到外面去，找下一个机关", form="#form-leave form")
    assert case_of(filed).outcome == "outside"
    for words in ("这里到此为止，到外面的上一级去", "告知书：这里没有上一级可以再看", "您到外面的上一级去"):
        assert words in walker.text, words
    assert "自己作的决定，不能由自己再看。" in walker.text
