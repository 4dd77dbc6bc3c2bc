"""What the first pages weigh on the wire: over the real server, with the compression that browsers ask for."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.server import ROOT, free_port, gongshi

pytestmark = pytest.mark.browser
MOST = 100_000


@pytest.fixture(scope="module")
def town_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The county town on the real server, without its two months: a new instance from the pack."""
    directory = tmp_path_factory.mktemp("server") / "town"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}
    environ |= {"DJANGO_SETTINGS_MODULE": "gongshi.config.settings"}
    made = subprocess.run(
        gongshi("init", "--dir", str(directory), "--pack", str(ROOT / "packs" / "qinghe")),
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    port = free_port()
    server = subprocess.Popen(
        gongshi("serve", "--dir", str(directory), "--port", str(port), "--workers", "1"),
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=15)
        server.kill()
        server.wait()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert server.poll() is None, "the server ended"
        with contextlib.suppress(OSError), urlopen(Request(address), timeout=5) as answer:
            assert answer.status == 200
            return
        time.sleep(0.2)
    raise AssertionError("the server did not answer")


@pytest.mark.parametrize("path", ["/", "/file/", "/en/file/?door=broken"])
def test_a_first_page_is_light_with_everything_in_it(chromium: Browser, town_server: str, path: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    context.on("response", keep)
    page = context.new_page()
    page.goto(town_server + path, wait_until="networkidle")
    wire = 0
    for answer in answers:
        assert answer.status == 200, answer.url
        sizes = answer.request.sizes()
        wire += sizes["responseBodySize"] + sizes["responseHeadersSize"]
    styles = [answer for answer in answers if ".css" in answer.url]
    context.close()
    print(f"\n{path}: {wire:,} bytes on the wire in {len(answers)} answers")
    assert len(styles) >= 2
    assert len(answers) >= 5
    assert wire < MOST
