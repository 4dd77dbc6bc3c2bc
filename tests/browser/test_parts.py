"""The parts of pages in a real browser: no fault that axe sees, no sideways scrolling, and scripts that only help."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.gallery import FOLDER, PAGES, sample_place

pytestmark = pytest.mark.browser
TEXT = "路灯坏了三天，请尽快修。"


@pytest.fixture(autouse=True)
def gallery(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """The sample pages of tests/web/gallery/ instead of the program's own."""
    templates = dict(settings.TEMPLATES[0])
    settings.TEMPLATES = [{**templates, "DIRS": [*templates["DIRS"], FOLDER]}]
    settings.ROOT_URLCONF = "tests.web.gallery_urls"
    monkeypatch.setattr("gongshi.web.context._place", sample_place)


@pytest.mark.parametrize("name", PAGES)
def test_parts_have_no_fault_that_a_machine_sees(
    page_at: Callable[..., Page], axe: Callable[[Page], None], fits: Callable[[Page], None], name: str
) -> None:
    for width, language, scheme in ((1280, "zh", "light"), (360, "en", "dark"), (320, "zh", "light")):
        page = page_at(width, language)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"sample/{name}/")
        axe(page)
        fits(page)


def test_the_first_page_is_light(page_at: Callable[..., Page]) -> None:
    page = page_at()
    bodies: list[bytes] = []
    page.on("response", lambda response: bodies.append(response.body()))
    page.goto("sample/home/", wait_until="networkidle")
    assert len(bodies) >= 5
    assert sum(len(body) for body in bodies) < 100_000  # uncompressed; the promise is 100 kB compressed


def test_a_page_speaks_of_no_script_where_there_is_none(page_at: Callable[..., Page]) -> None:
    page = page_at(javascript=False)
    page.goto("sample/form/")
    expect(page.get_by_role("button", name="下一步")).to_be_enabled()
    assert page.locator(".counter").count() == 0
    page.goto("sample/receipt/")
    assert not page.locator("[data-print]").is_visible()


PRESS_TWICE = """() => new Promise((done) => {
    const button = document.querySelector("form button[type=submit]");
    button.click();
    setTimeout(() => button.click(), 50);
    setTimeout(() => done(button.getAttribute("aria-disabled")), 150);
})"""


def test_a_second_press_sends_nothing(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/write/")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/sample/write/", hold)
    assert page.evaluate(PRESS_TWICE) == "true"
    assert [route.request.method for route in waiting] == ["POST"]
    waiting[0].abort()


def kept(page: Page, count: int) -> None:
    """Waits until this tab keeps that many texts."""
    for _ in range(40):
        if page.evaluate("() => sessionStorage.length") == count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate("() => JSON.stringify(sessionStorage)"))


def test_text_outlives_a_crash_but_not_its_arrival(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/write/")
    box = page.get_by_label("发生了什么")
    box.fill(TEXT)
    page.get_by_label("手机").fill("139")
    kept(page, 1)
    page.reload()
    expect(box).to_have_value(TEXT)
    expect(page.get_by_label("手机")).to_have_value("")
    assert page.evaluate("() => localStorage.length") == 0
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/sample/receipt/")
    kept(page, 0)
    page.goto("sample/write/")
    expect(box).to_have_value("")


def test_text_outlives_a_lost_connection(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/write/")
    page.get_by_label("发生了什么").fill(TEXT)
    page.route("**/sample/write/", lambda route: route.abort())
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/sample/write/")
    page.goto("sample/write/")
    expect(page.get_by_label("发生了什么")).to_have_value(TEXT)


def test_room_is_counted_in_characters(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/write/")
    box, counter = page.get_by_label("发生了什么"), page.locator(".counter")
    box.fill("路" * 10)
    expect(counter).to_be_hidden()
    box.fill("路" * 58 + "🌾")
    expect(counter).to_have_text("还可以写1字")
    box.fill("路" * 61)
    expect(counter).to_have_text("多了1字")


def test_a_chosen_file_can_be_taken_back(page_at: Callable[..., Page], tmp_path: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        (tmp_path / name).write_bytes(b"x" * 2_000_000)
    page = page_at()
    page.goto("sample/write/")
    files = page.locator("input[type=file]")
    files.set_input_files([tmp_path / "one.jpg", tmp_path / "two.jpg"])
    expect(page.locator(".chosen li")).to_have_count(2)
    page.get_by_role("button", name="去掉 one.jpg").click()
    expect(page.locator(".chosen li")).to_have_text(["two.jpg (2.0 MB)去掉"])
    assert page.evaluate("[...document.querySelector('input[type=file]').files].map(f => f.name)") == [
        "two.jpg"
    ]


def test_the_reader_starts_at_the_errors(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/form/")
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="您要反映什么？").click()
    expect(page.get_by_label("想问怎么办事")).to_be_focused()


def test_everything_can_be_pressed_with_a_thumb(page_at: Callable[..., Page]) -> None:
    page = page_at(360)
    page.goto("sample/form/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, nav a")]
        .map(part => [part, (part.closest(".choice") || part).getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.5 || box.width < 24).map(([part]) => part.outerHTML)"""
    )
    assert small == []


def test_the_other_language_is_the_same_page(page_at: Callable[..., Page]) -> None:
    page = page_at()
    page.goto("sample/parts/?page=2&area=a")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/sample/parts/?page=2&area=a")
    assert page.locator("html").get_attribute("lang") == "en"
