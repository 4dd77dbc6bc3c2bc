"""The site as an app on somebody's own device: manifest, icons, service worker, the page that works without a network.

What is written without a network stays on the device until its writer sends it. The service worker keeps static files
and that one page, and never a page of a filing.
"""

import hashlib
import json
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from gongshi import __version__
from gongshi.places.queries import NoPlace, the_place
from gongshi.web.public.openly.doors import for_everybody
from gongshi.words import in_language, say

SIZES = (192, 512)
RED, WHITE = "#b3312c", "#ffffff"
# The strokes of 公 in favicon.svg, on a field of 64 by 64: corners of each line.
STROKES = (
    ((26, 13), (24.5, 18), (20.5, 24.5), (13, 31)),
    ((38, 13), (39.5, 18), (43.5, 24.5), (51, 31)),
    ((31.5, 29.5), (28.5, 36.5), (24, 43), (18, 50), (44, 47.5)),
    ((38.5, 37.5), (42.5, 41.5), (45.5, 46.5), (48, 51.5)),
)
FILES = (
    "base.css",
    "public.css",
    "enhance.js",
    "offline.js",
    "favicon.svg",
    "logo.svg",
    "icons.svg",
    "contours.svg",
)


@for_everybody
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Name, icons and start of the app, in the page's language (W3C Web Application Manifest)."""
    try:
        place = in_language(the_place().name)
    except NoPlace:
        place = ""
    name = str(say("公事", "Gongshi"))
    content = {
        "name": f"{place} · {name}" if place else name,
        "short_name": name,
        "lang": str(say("zh-Hans", "en")),
        "id": "/",
        "start_url": reverse("public:home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": WHITE,
        "theme_color": RED,
        "icons": [
            {
                "src": reverse(f"device:icon_{size}"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in SIZES
            for purpose in ("any", "maskable")
        ],
        "shortcuts": [
            {"name": str(say("先写下来", "Write it down")), "url": reverse("public:offline")},
            {"name": str(say("查看来件", "Open a filing")), "url": reverse("public:open")},
        ],
    }
    return JsonResponse(
        content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@for_everybody
def icon(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001
    """The sign of the site as a PNG, filled to its edges: devices cut it to their own shape."""
    return HttpResponse(drawn(size), content_type="image/png")


@lru_cache(len(SIZES))
def drawn(size: int) -> bytes:
    """The icon's bytes. Drawn four times as large and made smaller, as Pillow draws no smooth lines."""
    large = size * 4
    picture = Image.new("RGB", (large, large), RED)
    pen = ImageDraw.Draw(picture)
    # Within the middle four fifths, which no device cuts away.
    scale, edge = large * 0.72 / 64, large * 0.14
    width = round(6 * scale)
    for stroke in STROKES:
        points = [(edge + x * scale, edge + y * scale) for x, y in stroke]
        pen.line(points, fill=WHITE, width=width, joint="curve")
        for x, y in points:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=WHITE)
    target = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(target, "PNG", optimize=True)
    return target.getvalue()


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The script that answers where there is no network. At the root, as it may answer for what lies below it only."""
    pages = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            pages[code] = reverse("public:offline")
    first = pages.pop(settings.LANGUAGE_CODE)
    kept = {
        "files": [static(f"gongshi/{name}") for name in FILES],
        "page": first,
        "others": {reverse_prefix(page): page for page in pages.values()},
    }
    text = json.dumps(kept, sort_keys=True)
    version = hashlib.sha256(f"{__version__} {text}".encode()).hexdigest()[:12]
    script = render_to_string(
        "public/service_worker.js", {"script": json.dumps({**kept, "name": f"gongshi-{version}"})}
    )
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def reverse_prefix(page: str) -> str:
    """What every address in the language of a page begins with, as in ``/en/``."""
    return page.removesuffix("offline/")


@for_everybody
def offline(request: HttpRequest) -> HttpResponse:
    """A page for writing without a network. It asks for nothing and holds nobody's words."""
    return render(request, "public/offline.html")
