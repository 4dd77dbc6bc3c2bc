"""Draws ``docs/pictures/town.png`` for the README: a resident's phone beside a officer's queue.

``python -m tests.browser.pictures`` builds a demo town in a temporary folder, serves it on a free port, and takes both
pictures in Chromium. Not a test; run it when pages look different.
"""

import contextlib
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import ROOT, free_port, gongshi
from tests.chromium import MISSING, SWITCHES, find_chromium

TARGET = ROOT / "docs" / "pictures" / "town.png"
GROUND = (223, 236, 230)
EDGE, GAP = 56, 44
OFFICER = "lei.gang"
MOST = 400_000


@contextlib.contextmanager
def demo_town(directory: Path) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """A demo town that answers: its address, the password of its staff, and filings to open."""
    command = gongshi("demo", "--dir", str(directory), "--no-serve")
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    password = re.search(r"Password\s+(\S+)", said)
    assert password is not None, said
    port = free_port()
    server = subprocess.Popen(gongshi("serve", "--dir", str(directory), "--port", str(port)), cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), urlopen(address, timeout=5):
                break
            time.sleep(0.2)
        yield address, password[1], re.findall(r"([A-Z]+-\w{4}-\w{4}-\w) +((?:\w{4}-){5}\w{4})", said)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def phone(browser: Browser, address: str, filings: list[tuple[str, str]]) -> Image.Image:
    """A resident's page of a matter that an office is working on, in time and not answered yet."""
    context = browser.new_context(
        viewport={"width": 360, "height": 830}, device_scale_factor=2, locale="zh-CN", base_url=address
    )
    page = context.new_page()
    for reference, receipt in filings:
        page.goto("/open/")
        page.locator("#id_reference").fill(reference)
        page.locator("#id_receipt").fill(receipt)
        page.locator("main button.button-large").click()
        addresses = page.locator(".card a").evaluate_all("links => links.map(link => link.pathname)")
        for each in addresses or ["/filing/1/"]:
            page.goto(each)
            begun = page.locator(".stage-name").inner_text() in ("办理中", "已收到")
            in_time = page.locator(".status-card :is(.clock-in_time, .clock-soon)").count()
            if begun and in_time and not page.locator(".answer").count():
                page.locator(".filing-head").evaluate("head => head.scrollIntoView()")
                return _taken(page.screenshot())
    raise SystemExit("no filing of the demo that can be opened is being worked on in time")


def queue(browser: Browser, address: str, password: str) -> Image.Image:
    """The queue of an officer who has a bit of everything, in English."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, device_scale_factor=1.5, locale="en-GB", base_url=address
    )
    page = context.new_page()
    page.goto("/en/desk/login/")
    page.locator("#id_login").fill(OFFICER)
    page.locator("#id_password").fill(password)
    page.locator("main form button.button").click()
    page.locator(".queue").wait_for()
    return _taken(page.screenshot())


def _taken(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB")


def framed(picture: Image.Image, width: int, round_by: int, rim: int) -> Image.Image:
    """The picture that wide, with round corners and a dark rim."""
    inner = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    size = (inner.width + 2 * rim, inner.height + 2 * rim)
    whole = Image.new("RGBA", size, (23, 36, 31, 255))
    whole.paste(inner, (rim, rim), _rounded(inner.size, max(round_by - rim, 2)))
    whole.putalpha(_rounded(size, round_by))
    return whole


def _rounded(size: tuple[int, int], round_by: int) -> Image.Image:
    large = Image.new("L", (size[0] * 3, size[1] * 3), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), round_by * 3, fill=255)
    return large.resize(size, Image.Resampling.LANCZOS)


def composed(small: Image.Image, wide: Image.Image) -> Image.Image:
    """The phone beside the queue, on celadon, with soft shadows."""
    desk, hand = framed(wide, 1120, 14, 2), framed(small, 334, 34, 8)
    width = EDGE * 2 + hand.width + GAP + desk.width
    height = EDGE * 2 + max(desk.height, hand.height)
    whole = Image.new("RGBA", (width, height), (*GROUND, 255))
    for each, left, top in (
        (desk, width - EDGE - desk.width, (height - desk.height) // 2),
        (hand, EDGE, (height - hand.height) // 2),
    ):
        shadow = Image.new("RGBA", whole.size, (13, 63, 53, 0))
        alpha = Image.new("L", whole.size, 0)
        alpha.paste(each.getchannel("A").point(lambda value: value * 2 // 5), (left, top + 10))
        shadow.putalpha(alpha.filter(ImageFilter.GaussianBlur(18)))
        whole.alpha_composite(shadow)
        whole.alpha_composite(each, (left, top))
    return whole.convert("RGB")


def main() -> None:
    """Take the pictures and write the file."""
    program = find_chromium()
    if program is None:
        raise SystemExit(MISSING)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_town(Path(folder) / "town") as (address, word, filings),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        whole = composed(phone(browser, address, filings), queue(browser, address, word))
        browser.close()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    whole.save(TARGET, optimize=True)
    size = TARGET.stat().st_size
    print(f"{TARGET}: {whole.width} x {whole.height}, {size:,} bytes")
    if size >= MOST:
        raise SystemExit(f"larger than {MOST:,} bytes")


if __name__ == "__main__":
    main()
