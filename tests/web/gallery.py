"""The pages' parts on sample pages, for whoever works on their look. Not a test, and not shipped.

    python -m tests.web.gallery FOLDER [PAGE ...]     writes PNG files: every page at 1280 and 360 px, 中文 and English
    python -m tests.web.gallery --serve PORT          serves them to a browser

Sample pages lie in tests/web/gallery/. They need no database and no pack.
"""

import sys
import threading
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from zoneinfo import ZoneInfo

import tests.instance

PAGES = ["home", "form", "write", "case", "parts", "receipt", "queue", "desk_case"]
FOLDER = Path(__file__).parent / "gallery"
ZONE = ZoneInfo("Asia/Shanghai")


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def application() -> Any:
    """The program's own middleware and templates over the sample pages."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "gongshi.config.settings"
    from django.conf import settings

    tests.instance.pytest_configure(None)
    settings.ROOT_URLCONF = "tests.web.gallery_urls"
    settings.WHITENOISE_USE_FINDERS = True
    settings.TEMPLATES[0]["DIRS"].append(FOLDER)
    from django.core.wsgi import get_wsgi_application

    made = get_wsgi_application()
    from gongshi.web import context

    context._place = sample_place
    return made


def sample_place() -> Any:
    """A place as the packs bring one."""
    return SimpleNamespace(
        name={"zh": "青禾县", "en": "Qinghe County"},
        zone=ZONE,
        emergency=[
            {"number": "110", "name": {"zh": "公安", "en": "Police"}},
            {"number": "119", "name": {"zh": "消防", "en": "Fire"}},
            {"number": "120", "name": {"zh": "急救", "en": "Ambulance"}},
        ],
        routes=[],
    )


def moment(day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A moment in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def day(number: int, month: int = 11) -> date:
    """A day in 2026."""
    return date(2026, month, number)


def serve(port: int) -> Any:
    """A server on this machine; port 0 takes a free one."""
    return make_server("127.0.0.1", port, application(), handler_class=Quiet)


def photograph(folder: Path, pages: list[str]) -> None:
    """Write the PNG files and say what is wider than its window or refused by the policy."""
    from playwright.sync_api import sync_playwright

    from tests.chromium import find_chromium

    server = serve(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for width, scheme in ((1280, "light"), (360, "light"), (320, "light"), (1280, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.on("console", lambda message: print(message.type, message.text))
            for language, prefix in (("zh", "/"), ("en", "/en/")):
                for name in pages:
                    page.goto(f"http://127.0.0.1:{server.server_port}{prefix}sample/{name}/")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        print(f"{name} {language}: {wide} px wide in a window of {width}")
                    dark = "-dark" if scheme == "dark" else ""
                    if width != 320:
                        page.screenshot(path=folder / f"{name}-{language}-{width}{dark}.png", full_page=True)
            page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(int(sys.argv[2])).serve_forever()
    else:
        photograph(Path(sys.argv[1]), sys.argv[2:] or PAGES)
