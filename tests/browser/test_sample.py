"""A quarter's sample from the first check to the published agreement: somebody of another office, and two readers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.cases.models import Look, SampledAnswer, SampleReading
from gongshi.figures import jobs
from tests.browser.walks import button, signs_in
from tests.cast import Town
from tests.clock import Clock
from tests.figures.samples import add_readers, all_checked, all_read, answers, give_head

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_checked_read_by_two_and_published(
    town: Town,
    page_at: Pages,
    clock: Clock,
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    answers(town, 20)
    add_readers(town)
    clock.set("2026-04-01 09:00")
    give_head()
    assert jobs.tick_samples(clock()) == 20

    su = page_at(1280)
    signs_in(su, "su", "desk/sample/")
    su.get_by_role("link", name="核对第1份").click()
    box = su.locator('[name="found"]')
    words = box.input_value()
    box.fill(words + "加的")
    button(su, "可以给读者看").click()
    expect(su.locator(".errors")).to_contain_text("只能用▇代替要去掉的字")
    box.fill(words.replace("十厘米", "▇"))
    axe(su)
    button(su, "可以给读者看").click()
    expect(su.locator("main")).to_contain_text("这份可以读了。")
    first = SampledAnswer.objects.exclude(copy=None).get()
    all_checked(town)

    wen = page_at(360)
    signs_in(wen, "wen", "desk/sample/")
    button(wen, "开始读").click()
    expect(wen.locator("main")).to_contain_text("读完0份，共20份")
    wen.keyboard.press("n")
    expect(wen.locator("h1")).to_contain_text("pothole类")
    axe(wen)
    fits(wen)
    expect(wen.locator("main")).to_contain_text("坑深▇。")
    # The first question by keyboard alone; what is ticked is kept without pressing anything.
    wen.locator('[name="found"]').first.focus()
    with wen.expect_response(lambda answer: answer.status == 204):
        wen.keyboard.press("ArrowDown")
    assert SampleReading.objects.get().said == {"found": "no"}
    wen.reload()
    expect(wen.locator('[name="found"][value="no"]')).to_be_checked()
    for question in ("decided", "who_when", "whom_to_call", "plain"):
        wen.locator(f'[name="{question}"][value="yes"]').check()
    button(wen, "存，下一份").click()
    expect(wen.locator(".eyebrow")).to_contain_text("第2份，共20份")
    said = SampleReading.objects.get(sampled=first).said
    assert said == {"found": "no", **dict.fromkeys(("decided", "who_when", "whom_to_call", "plain"), "yes")}
    all_read(town, "wen", found="no")
    wen.goto("desk/sample/")
    fits(wen)
    button(wen, "我读完了").click()
    expect(wen.locator("main")).to_contain_text("您都读完了")

    tan = page_at(1280, "en")
    signs_in(tan, "tan", "desk/sample/")
    button(tan, "Begin to read").click()
    tan.get_by_role("link", name="Read the first").click()
    expect(tan.locator('[name="found"]:checked')).to_have_count(0)
    all_read(town, "tan")
    tan.goto("desk/sample/")
    axe(tan)
    button(tan, "I am done").click()
    assert jobs.tick_samples(clock()) == 1
    assert not SampledAnswer.objects.exists()
    # Opened, opened again, the next one; and once by the other.
    assert Look.objects.filter(role="reader").count() == 4

    clock.set("2026-06-01 09:00")
    while jobs.tick_released(clock()):
        pass
    anybody = page_at(360)
    anybody.goto("figures/")
    shown = anybody.locator("#quality")
    expect(shown).to_contain_text("每一点都答了")
    expect(shown).to_contain_text("两位都读完的20份")
    expect(shown).to_contain_text("算不出：两位全都答一样")
    expect(shown).to_contain_text("两位都说“是”，按单位")
    fits(anybody)
    axe(anybody)
