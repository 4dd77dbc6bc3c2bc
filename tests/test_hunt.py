"""The hunt itself: it finds a marker in every form that it says it looks for, and nothing where there is none."""

import base64
import gzip
import io
import json
import os
import zipfile
import zlib
from urllib.parse import quote

import pytest

from tests.hunt import Hunt

MARKERS = ("mark07wishzq", "独角鲸骑单车")


def _zip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return buffer.getvalue()


FORMS = {
    "utf-8": lambda text: text.encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "json": lambda text: json.dumps(text).encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 shifted": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64 shifted twice": lambda text: base64.urlsafe_b64encode(b"xy" + text.encode() + b"z"),
    "zlib": lambda text: b"some header" + zlib.compress(text.encode()) + b"trailer",
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": lambda text: b"junk" + _zip(text.encode()),
    "zlib in zip": lambda text: _zip(zlib.compress(text.encode())),
    "utf-16 in zlib": lambda text: zlib.compress(text.encode("utf-16-le")),
}


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("form", FORMS)
def test_it_is_found_in_every_form(marker: str, form: str) -> None:
    hidden = FORMS[form](f"before {marker} after")
    assert Hunt(MARKERS).found_in(os.urandom(100) + hidden + os.urandom(100)) == {marker}


def test_it_is_found_in_an_address() -> None:
    assert Hunt(MARKERS).found_in(f"/a?b={quote(MARKERS[1])}".encode()) == {MARKERS[1]}


def test_nothing_is_found_where_nothing_is() -> None:
    hunt = Hunt(MARKERS)
    for form in FORMS.values():
        assert hunt.found_in(form("before mark08wishzq 独角鲸走路 after") + os.urandom(10_000)) == set()
