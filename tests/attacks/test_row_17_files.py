"""Rows 17, 18, 20, 21 and 22: files that are something else, names that are commands, and how files are given out."""

import io
import struct
import zlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongshi.cases.models import Attachment, Case, Upload
from tests.attacks.conftest import SignIn
from tests.cast import Town
from tests.web.public.walker import Walker, to_text_page

pytestmark = pytest.mark.django_db
PROGRAM = b"<?php system($_GET[0]); ?><script>alert(1)</script>PK\x03\x04"


def jpeg() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(target, "JPEG", comment=PROGRAM)
    return target.getvalue() + PROGRAM


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(side: int) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 5_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def choose(walker: Walker, name: str, data: bytes, kind: str = "image/jpeg") -> Walker:
    file = SimpleUploadedFile("x", data, content_type=kind)
    file._name = name  # as it arrives, not as Django's test client would tidy it
    return to_text_page(walker).press("go=next", {"text-1": "路塌了。"}, files={"files-1": file})


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
        ("x.jpg", b"<html><script>alert(1)</script>", "image/jpeg"),
        ("x.html", b"<html>", "text/html"),
        ("x.gif", b"GIF89a" + PROGRAM, "image/gif"),
        ("x.zip", PROGRAM[-4:] + b"\0" * 100, "application/zip"),
        ("x.png", png(50_000), "image/png"),
        ("x.png", png(4_000), "image/png"),
        ("x.jpg", jpeg()[:150], "image/jpeg"),
        ("x.jpg", b"", "image/jpeg"),
        ("x.heic", b"\0\0\0\x18ftypheic" + b"\xff" * 900, "image/heic"),
        ("x.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 900, "image/webp"),
        ("x.pdf", b" %PDF-1.4", "application/pdf"),
    ],
)
def test_row_17_and_row_20_what_is_no_photo_is_refused_beside_its_field(
    walker: Walker, name: str, data: bytes, kind: str
) -> None:
    choose(walker, name, data, kind)
    assert walker.status == 422
    assert walker.form().select_one("textarea[name=text-1]")
    assert "路塌了。" in walker.text
    assert Upload.objects.count() == 0


def test_row_18_what_hides_behind_a_photo_is_gone(walker: Walker) -> None:
    assert PROGRAM in jpeg()
    choose(walker, "x.php", jpeg(), "application/x-php").press("go=send")
    row = Attachment.objects.get()
    got = walker.client.get(f"/filing/1/files/{row.id}/")
    data = b"".join(got.streaming_content)  # type: ignore[attr-defined]
    assert (row.media_type, data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    for part in (b"<?php", b"<script", b"PK\x03\x04"):
        assert part not in data


def stored() -> set[str]:
    """Every file of the instance but the database's."""
    found = {path.relative_to(settings.INSTANCE) for path in settings.INSTANCE.rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if "sqlite3" not in path.name}


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\windows\\system.ini",
        "%2e%2e%2fx.jpg",
        "/etc/cron.d/x",
        "CON.jpg",
        'a"; filename="b.exe',
        "photo\u202egnp.exe",
        "n" * 300,
        "<img src=x onerror=alert(1)>.jpg",
    ],
)
def test_row_21_and_row_22_a_name_is_only_ever_shown(
    town: Town, walker: Walker, sign_in: SignIn, name: str
) -> None:
    before = stored()
    choose(walker, name, jpeg()).press("go=send")
    row = Attachment.objects.get()
    assert stored() - before == {f"files/{row.stored}"}
    reference = Case.objects.select_related("filing").get().filing.reference
    own = walker.client.get(f"/filing/1/files/{row.id}/")
    desk = sign_in("zhou").get(f"/desk/cases/{reference}/1/files/{row.id}/")
    for answer in (own, desk):
        header = answer.headers["Content-Disposition"]
        assert header.startswith("attachment")
        assert header.isascii()
        for bad in ("\r", "\n", "..", "/etc", "%2E%2E%2F", "%E2%80%AE", "/", "\\.."):
            assert bad not in header.replace("UTF-8''", ""), header
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert "html" not in answer.headers["Content-Type"]
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert desk.headers["Content-Type"] == "application/octet-stream"
    assert "<img src=x" not in walker.get("/filing/").response.content.decode()


def test_row_18_a_pdf_is_never_opened_inside_a_page(town: Town, walker: Walker, sign_in: SignIn) -> None:
    script = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"
    choose(walker, "x.pdf", script, "application/pdf").press("go=send")
    row = Attachment.objects.get()
    case = Case.objects.select_related("filing").get()
    path = f"/desk/cases/{case.filing.reference}/1/files/{row.id}/"
    zhou = sign_in("zhou")
    assert zhou.get(f"{path}picture/").status_code == 404
    for answer in (zhou.get(path), walker.client.get(f"/filing/1/files/{row.id}/")):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_row_32_more_files_than_a_form_has_are_too_large(walker: Walker) -> None:
    files = {
        f"files-{n}": SimpleUploadedFile("x.jpg", b"x")
        for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)
    }
    answer = walker.client.post("/file/", {"page": "text", **files})
    assert answer.status_code == 413
    assert Upload.objects.count() == 0
