"""The watch over pages itself: each kind of trouble is seen, and a good page has none."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Watch

pytestmark = pytest.mark.browser

FRAME = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><main><h1>A page</h1>{}</main>'
)
CUT = "<!-- the rest comes later -->"
PAGES = {
    "/good": FRAME.format("<p>Nothing but words.</p>"),
    "/outside": FRAME.format('<img alt="" src="http://tiles.example/1.png">'),
    "/console": FRAME.format("<script>console.error('it broke')</script>"),
    "/throws": FRAME.format("<script>throw new Error('it threw')</script>"),
    "/missing": FRAME.format('<img alt="" src="/nothing.png">'),
    "/unlabelled": FRAME.format("<input name=q>"),
    "/leads": FRAME.format('<a href="/in-two-parts">on</a>'),
    # The first part is longer than what a browser waits for before it begins to show a page.
    "/in-two-parts": FRAME.format(f"<p>{'first ' * 500}</p>{CUT}<p>second</p>"),
    "/wide": FRAME.format('<div style="width:2000px">wide</div>'),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, "nothing here").encode()
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        first, *rest = body.split(CUT.encode())
        self.wfile.write(first)
        for part in rest:
            sleep(0.5)
            self.wfile.write(CUT.encode() + part)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(chromium: Browser, home: str) -> Iterator[Callable[[str], tuple[Page, Watch]]]:
    contexts = []

    def open_page(path: str) -> tuple[Page, Watch]:
        context = chromium.new_context(viewport={"width": 360, "height": 800})
        contexts.append(context)
        watch = Watch(home, ())
        watch.attach(context)
        page = context.new_page()
        page.goto(home + path, wait_until="networkidle")
        return page, watch

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.both
def test_good_page_has_no_trouble(
    visit: Callable[[str], tuple[Page, Watch]], axe: Callable[[Page], None], fits: Callable[[Page], None]
) -> None:
    page, watch = visit("/good")
    axe(page)
    fits(page)
    assert watch.troubles == []


def test_refused_page_is_no_trouble_of_its_own(visit: Callable[[str], tuple[Page, Watch]]) -> None:
    _, watch = visit("/no-such-page")
    assert watch.troubles == []


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/outside", "request to another host: http://tiles.example/1.png"),
        ("/console", "console: it broke"),
        ("/throws", "script error: it threw"),
        ("/missing", "/nothing.png answered 404"),
    ],
)
def test_trouble_is_seen(visit: Callable[[str], tuple[Page, Watch]], path: str, trouble: str) -> None:
    _, watch = visit(path)
    assert any(trouble in line for line in watch.troubles), watch.troubles


def test_axe_sees_a_field_without_a_label(
    visit: Callable[[str], tuple[Page, Watch]], axe: Callable[[Page], None]
) -> None:
    page, _ = visit("/unlabelled")
    with pytest.raises(AssertionError, match="label"):
        axe(page)


def test_a_page_wider_than_its_window_is_seen(
    visit: Callable[[str], tuple[Page, Watch]], fits: Callable[[Page], None]
) -> None:
    page, _ = visit("/wide")
    with pytest.raises(AssertionError, match="px wide"):
        fits(page)


def test_a_page_that_comes_in_two_parts_is_counted_whole(visit: Callable[[str], tuple[Page, Watch]]) -> None:
    page, _ = visit("/leads")
    page.locator("a").click()
    assert page.locator("p").count() == 2
    page.go_back()
    page.locator("a").press("Enter")
    assert page.locator("p").count() == 2
