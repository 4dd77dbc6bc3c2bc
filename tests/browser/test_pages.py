"""Every page in a real browser: no fault of WCAG 2.2 AA that axe sees, nothing wider than its window, two languages."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts.models import Appointment
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case
from gongshi.safekeeping.actions import destroy_wraps
from tests.browser.walks import (
    ENGLISH,
    answered,
    at_case,
    button,
    files,
    opens,
    photo,
    signs_in,
    the_case,
    to_where,
)
from tests.bulletin.pages import show as shown_page
from tests.cast import NOW, Town, lin_files, matter, mistyped
from tests.clock import Clock, local

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]
PUBLIC = [
    "",
    "file/",
    "file/?door=ask",
    "file/?door=broken",
    "file/?door=office",
    "file/?door=write",
    "file/about-persons/",
    "offline/",
    "open/",
    "published/",
    "answers/",
    "answers/?q=newborn",
    "answers/answered/",
    "how-it-works/",
    "what-we-keep/",
    "what-it-cannot-protect/",
    "when/",
    "desk/login/",
    "desk/login/first/",
    "no-such-page/",
]


@pytest.fixture
def good(axe: Check, fits: Check) -> Check:
    """A page as it should be. On a phone it fits the narrowest one too (320 px, WCAG 1.4.10)."""

    def check(page: Page) -> None:
        axe(page)
        fits(page)
        window = page.viewport_size
        assert window is not None
        if window["width"] < 600:
            page.set_viewport_size({"width": 320, "height": window["height"]})
            fits(page)
            page.set_viewport_size(window)

    return check


def nothing_filled_in(page: Page, form: str) -> None:
    """Send a form as it is, past the browser's own check."""
    page.locator(form).first.evaluate("form => { form.noValidate = true }")
    page.locator(form).first.locator("button.button").first.click()


@pytest.mark.parametrize(("width", "language"), [(360, "zh"), (360, "en"), (1280, "zh")])
def test_public_pages(town: Town, page_at: Pages, good: Check, width: int, language: str) -> None:
    page = page_at(width, language)
    answer = shown_page(town).code
    for address in [*PUBLIC, f"answers/page/{answer}/"]:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        good(page)
    page.goto("file/?door=ask")
    page.locator("#id_text-1").fill("How do I register a newborn child?")
    page.locator("button.button-large").click()
    page.locator(".matter summary").click()
    good(page)


@pytest.mark.parametrize(("width", "language"), [(360, "zh"), (1280, "en")])
def test_every_page_of_a_filing(town: Town, page_at: Pages, good: Check, width: int, language: str) -> None:
    page = page_at(width, language)
    to_where(page)
    page.locator("#id_place-1").fill("桥")
    page.locator('button[value="find"]').click()
    good(page)
    page.locator('button[value="unsure"]').click()
    page.locator('button[value="add"]').click()
    for summary in page.locator("details.fold > summary").all():
        summary.click()
    good(page)
    page.locator("#id_files-1").set_input_files(photo())
    page.locator("button.button-large").click()
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.locator("#id_text-1").fill(ENGLISH)
    page.locator("button.button-large").click()
    good(page)
    with page.context.expect_page() as tab:
        page.locator('button[value="send"]').click(modifiers=["Control"])
    sent = tab.value
    sent.locator("#receipt").wait_for()
    good(sent)
    sent.goto("filed/print/")
    good(sent)
    page.reload()  # its buttons were pressed once and send nothing more
    page.locator('button[value="text"]').first.click()
    page.locator("#id_text-1").fill(ENGLISH + ENGLISH)
    page.locator("button.button-large").click()
    page.locator('button[value="send"]').click()
    expect(page.locator("main .copy").first).to_contain_text(ENGLISH)  # sent before, with other words
    good(page)


@pytest.mark.parametrize(("width", "language"), [(360, "zh"), (1280, "en")])
def test_every_page_of_ones_own_filing(
    town: Town, page_at: Pages, good: Check, width: int, language: str
) -> None:
    filed, receipt = lin_files(town, matter(town), matter(town, "leak"))
    page = page_at(width, language)
    opens(page, filed.filing.reference, mistyped(receipt))
    good(page)
    opens(page, filed.filing.reference, receipt)
    good(page)

    def case_page() -> None:
        page.goto("filing/1/")
        for summary in page.locator("details > summary").all():
            summary.click()
        good(page)

    case_page()
    page.locator("#form-escalate button").click()
    make_move(the_case(), "direct", actor=town.actor("qin"), at=NOW, params={"instruction": "三天内补好。"})
    ask_resident(the_case(), "ask", "哪一盏灯？", actor=town.actor("zhou"), at=NOW)
    case_page()
    page.locator("#reply-text").fill("桥头第二盏。")
    page.locator("#form-reply button").click()
    answered(town, the_case(), NOW)
    case_page()
    page.locator("#form-verdict button.button-quiet").click()  # without words
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.locator('#form-verdict button[value="confirm"]').click()
    case_page()
    page.goto("filing/2/withdraw/")
    good(page)
    page.locator("label[for=content-erase]").click()
    page.locator("button.button-danger").click()
    page.locator('button[value="keep"]').wait_for()
    case_page()
    page.goto("filing/2/")
    good(page)
    page.goto("filing/")
    good(page)
    page.goto("filing/withdraw/")
    good(page)
    page.locator("button.button-danger").click()
    page.locator("form.your-turn").wait_for()
    good(page)
    page.goto("filing/1/withdraw/")  # withdrawn already: only what was written is left to erase
    good(page)


def test_forms_of_the_desk_that_come_back(town: Town, page_at: Pages, good: Check) -> None:
    """The pages as they are opened are in test_every_page.py."""
    lin = page_at()
    reference, _ = files(lin, publish=True)
    lin_files(town, matter(town, "leak"))
    case = the_case(reference=reference)
    page = page_at(360, "en")
    signs_in(page, "he")
    page.locator(".filter-fold summary").click()
    good(page)
    page.goto(at_case(page, case))
    for summary in page.locator("details > summary").all():
        summary.click()
    good(page)
    nothing_filled_in(page, "#form-hand_over")
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.goto(at_case(page, case))
    make_move(case, "accept", actor=town.actor("zhou"), at=NOW)
    page.locator("#form-accept button").or_(page.locator("#form-accept")).last.evaluate(
        "one => (one.form || one).submit()"
    )
    expect(page.locator("[role=alert]").first).to_be_visible()
    good(page)
    page.goto(at_case(page, case) + "why/")
    good(page)
    for answer in page.locator(".facts dd").all():
        assert answer.evaluate("one => one.clientWidth") >= 240  # a line of text, not a column of letters
    page.goto(at_case(page, case) + "answer/")
    good(page)
    page.locator('button[value="preview"]').click()
    good(page)
    page.locator('input[value="done"]').check()
    for name in ("found", "decided"):
        page.locator(f'#form-answer [name="{name}"]').fill("坑有两米长。")
    page.locator('button[value="preview"]').click()
    good(page)
    page.goto(f"desk/pages/of/{shown_page(town).code}/")
    for summary in page.locator("main details > summary").all():
        summary.click()
    good(page)
    page.locator("#page-answer_en").fill("")
    page.locator('button[value="publish"]').click()
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.locator('button[value="preview"]').click()
    good(page)
    page.goto("desk/cases/TT-0000-0000-0/1/")
    good(page)


def test_forms_above_the_desk_that_come_back(town: Town, page_at: Pages, good: Check, clock: Clock) -> None:
    lin = page_at()
    files(lin, publish=True)
    lin_files(town)
    clock.set("2026-03-05 09:00")
    run_clocks(local("2026-03-05 00:01"))
    page = page_at(360, "zh")
    signs_in(page, "qin", "desk/board/")
    page.locator(".causes summary").first.click()
    good(page)
    nothing_filled_in(page, ".causes form")
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.goto("desk/board/?list=late")
    good(page)
    page.locator("a.reference").first.click()
    good(page)
    page.locator(".desk-tools button").click()
    signs_in(page, "su", "desk/publication/")
    good(page)
    page.locator("a.reference").first.click()
    page.locator(".moves summary").click()
    good(page)
    nothing_filled_in(page, ".moves form")
    expect(page.locator(".errors")).to_be_visible()
    good(page)


def test_pages_where_a_machine_says_no(town: Town, page_at: Pages, good: Check) -> None:
    """Refusals are read by people too."""
    page = page_at()
    page.goto("desk/login/")
    page.locator("#id_login").fill("zhou")
    page.locator("#id_password").fill("wrong")
    page.locator("main form button.button").click()
    expect(page.locator(".errors")).to_be_visible()
    good(page)
    page.goto("open/")
    page.context.clear_cookies()
    page.locator("#id_reference").fill("TT-0000-0000-0")
    page.locator("main button.button-large").click()
    expect(page.locator(".errors, .notice-warning, .refusal").first).to_be_visible()
    good(page)
    page.goto("%00")
    good(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_that_people_seldom_meet(town: Town, page_at: Pages, good: Check, width: int) -> None:
    Appointment.objects.filter(staff=town.staff["tang"]).delete()
    tang = page_at(width, expected={403})
    signs_in(tang, "tang")
    expect(tang.locator("main")).to_contain_text("您还没有角色")
    good(tang)

    filed, receipt = lin_files(town)
    case = the_case()
    destroy_wraps([case.id], at=NOW)
    zhou = page_at(width, expected={410})
    signs_in(zhou, "zhou", at_case(zhou, case))
    expect(zhou.locator("main")).to_contain_text("居民撤回了，或保存期限已过")
    good(zhou)
    lin = page_at(width, expected={410})
    opens(lin, filed.filing.reference, receipt)
    good(lin)
    lin.goto("filing/1/")
    expect(lin.locator("main")).to_contain_text("内容已经删除")
    good(lin)


@pytest.mark.parametrize(
    ("width", "language", "words"), [(360, "zh", "打不开"), (1280, "en", "does not open")]
)
def test_pages_of_what_does_not_open(
    town: Town, page_at: Pages, good: Check, width: int, language: str, words: str
) -> None:
    filed, receipt = lin_files(town)
    Case.objects.update(content=bytes(100))
    zhou = page_at(width, language)
    signs_in(zhou, "zhou", at_case(zhou, the_case()))
    expect(zhou.locator("h1")).to_contain_text(words)
    good(zhou)
    lin = page_at(width, language)
    opens(lin, filed.filing.reference, receipt)
    expect(lin.locator("h1")).to_contain_text(words)
    good(lin)


def switch(page: Page) -> None:
    """To the same page in the other language."""
    page.locator(".language, .desk-tools a[hreflang]").first.click()


def test_the_other_language_is_the_same_page(town: Town, page_at: Pages) -> None:
    filed, receipt = lin_files(town)
    lin, zhou = page_at(), page_at(1280)
    opens(lin, filed.filing.reference, receipt)
    signs_in(zhou, "zhou")
    seen = [(lin, address) for address in PUBLIC[:-1] if "?" not in address]
    seen += [
        (lin, address) for address in ("filing/", "filing/1/", "filing/1/withdraw/", "published/?state=open")
    ]
    seen += [(zhou, address) for address in ("desk/", "desk/?show=late", at_case(zhou, the_case()))]
    for page, address in seen:
        page.goto(address)
        here = urlsplit(page.url)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        switch(page)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        there = urlsplit(page.url)
        assert (there.path, there.query) == ("/en" + here.path, here.query)
        switch(page)
        assert page.url == here.geturl()


def test_the_other_language_keeps_what_was_written(town: Town, page_at: Pages) -> None:
    page = page_at()
    to_where(page)
    page.locator('button[value="none"]').click()
    page.locator("#id_text-1").fill(ENGLISH)
    button(page, "下一步：看一遍").click()
    switch(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("main").get_by_text(ENGLISH).first.wait_for()
