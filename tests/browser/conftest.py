"""A real Chromium before a live server.

``page_at(width, language)`` opens a page like a phone or a desk would. While a test runs, the page watches itself:
a request to any other host (promise 8), an error on the console, a script that throws, a part of the page that does not
load or a server error make the test fail when it ends, whatever else it checked.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from gongshi.places.snapshots import forget
from tests.cast import Town, build_town
from tests.chromium import MISSING, SWITCHES, find_chromium, is_required
from tests.clock import Clock

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
LOCAL_SCHEMES = {"about", "blob", "data"}
# Only what is wrong comes back: carrying over all that is right takes as long as finding it out.
AXE = """options => axe.run(options).then(
  told => ({...told, passes: [], incomplete: [], inapplicable: []}))"""


class Watch:
    """What went wrong on the pages of one test, seen from the browser."""

    def __init__(self, home: str, expected: tuple[int, ...]) -> None:
        self.home = urlsplit(home)
        self.expected = expected
        self.troubles: list[str] = []

    def is_outside(self, url: str) -> bool:
        """True for an address on another host, port or scheme than the server under test."""
        parts = urlsplit(url)
        return parts.scheme not in LOCAL_SCHEMES and (parts.scheme, parts.netloc) != self.home[:2]

    def attach(self, context: BrowserContext) -> None:
        """Watches every page of ``context``."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))

    def _request(self, request: Request) -> None:
        if self.is_outside(request.url):
            self.troubles.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        refused_on_purpose = response.request.resource_type == "document" and response.status < 500
        if response.status >= 400 and not refused_on_purpose and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url} answered {response.status}")

    def _console(self, message: ConsoleMessage) -> None:
        # Refused addresses are judged in _response, with their status.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")


def whole_pages(patch: pytest.MonkeyPatch) -> None:
    """A click or key that leads to another page is over when that page is there whole.

    Playwright waits for its first bytes only, and what is counted or measured next does not wait at all.
    """

    def waiting(before: Callable[..., None]) -> Callable[..., None]:
        @wraps(before)
        def act(self: Locator, *given: Any, **options: Any) -> None:
            before(self, *given, **options)
            if not self.page.is_closed():
                self.page.wait_for_load_state("domcontentloaded")

        return act

    for name in ("click", "press"):
        patch.setattr(Locator, name, waiting(getattr(Locator, name)))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run. Left out where there is none; in CI that is a failure."""
    program = find_chromium()
    if program is None:
        (pytest.fail if is_required() else pytest.skip)(MISSING)
    # Playwright's synchronous interface keeps an event loop in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        whole_pages(patch)
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def page_at(
    chromium: Browser, live_server: Any, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """``page_at(360, "zh")`` gives a new page of that width with cookies of its own.

    Addresses without a leading slash stay in the page's language: ``page.goto("file")`` is ``/file`` or ``/en/file``.
    ``javascript=False`` switches scripts off, ``workers=True`` the service worker on; ``expected`` names refusals that
    parts of the page may get (409, say).
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(
        width: int = 360,
        language: str = "zh",
        *,
        height: int = 800,
        javascript: bool = True,
        workers: bool = False,
        expected: tuple[int, ...] = (),
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=LOCALES[language],
            java_script_enabled=javascript,
            service_workers="allow" if workers else "block",
            base_url=live_server.url + ("/en/" if language == "en" else "/"),
        )
        context.set_default_timeout(10_000)
        watch = Watch(live_server.url, expected)
        watch.attach(context)
        opened.append((context, watch))
        return context.new_page()

    yield open_page
    failed = request.node.stash.get(FAILED, False)
    for number, (context, _) in enumerate(opened):
        if failed:
            _take_pictures(context, f"{request.node.name}-{number}")
        context.close()
    troubles = [trouble for _, watch in opened for trouble in watch.troubles]
    assert not troubles, "\n".join(troubles)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remembers a failure, so that a picture of the page can be taken before it closes."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def _take_pictures(context: BrowserContext, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    stem = re.sub(r"[^\w-]+", "-", name)
    for number, page in enumerate(context.pages):
        # A page that waits for an answer cannot be drawn; its test has failed already.
        with suppress(PlaywrightError):
            page.screenshot(path=SCREENSHOTS / f"{stem}-{number}.png", full_page=True, timeout=3_000)


@pytest.fixture
def town(transactional_db: None, clock: Clock) -> Town:
    """The small town and its cast, on Monday 2 March 2026 at 09:00."""
    forget()
    return build_town()


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """``axe(page)`` fails with a readable report when the page breaks a rule of WCAG 2.2 AA that a machine can see.

    ``contrast=False`` leaves out the dearest rule, which `tests/web/test_colours.py` asks of every pair of colours.
    """
    checker = Axe()

    def check(page: Page, *, contrast: bool = True) -> None:
        options: dict[str, Any] = {
            "runOnly": {"type": "tag", "values": WCAG_22_AA},
            "resultTypes": ["violations"],
            "rules": {"color-contrast": {"enabled": contrast}},
        }
        page.wait_for_load_state()  # a tab that was just opened is not there at once
        page.evaluate(checker.axe_script)
        results = AxeResults(page.evaluate(AXE, options))
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """``fits(page)`` fails when the page is wider than its window: nobody scrolls sideways (WCAG 1.4.10)."""

    def check(page: Page) -> None:
        wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"

    return check
