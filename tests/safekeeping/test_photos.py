"""Uploads: told by what they are, refused before they cost anything, shown only as a picture made anew."""

import io
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from gongshi.safekeeping import labels, photos
from gongshi.safekeeping.photos import MAX_BYTES, Prepared, UploadError, prepare
from tests.safekeeping.pictures import (
    SECRETS,
    archive,
    bombs,
    exif,
    jpeg_bomb,
    many_scans,
    picture,
    png_bomb,
    png_chunk,
    saved,
    telling,
    with_thumbnail,
)

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
PDF = b"%PDF-1.7\n1 0 obj <</Author (OWNER-Zhang)>> endobj\n%%EOF\n"


def prepared(data: bytes, *, evidence: bool = False) -> Prepared:
    return prepare(io.BytesIO(data), evidence=evidence)


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(prepared(data).shown.data), formats=["JPEG"])


def refusal(data: bytes) -> str:
    with pytest.raises(UploadError) as caught:
        prepared(data)
    return caught.value.code


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the four corners, each channel rounded to 0 or 1."""
    places = [(3, 3), (image.width - 4, 3), (3, image.height - 4), (image.width - 4, image.height - 4)]
    return [tuple(round(value / 255) for value in image.getpixel(place)) for place in places]  # type: ignore[union-attr]


def segments(jpeg: bytes) -> set[int]:
    """The markers of a JPEG's segments; nothing may follow its end."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    assert jpeg.endswith(b"\xff\xd9")
    assert not re.search(rb"\xff[^\x00\xd0-\xd7]", jpeg[at + 2 : -2])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_row_19_a_photo_is_shown_without_any_metadata(kind: str) -> None:
    data = telling(kind)
    assert sum(secret.encode() in data for secret in SECRETS) >= 2
    made = prepared(data)
    assert made.shown.media_type == "image/jpeg"
    assert made.shown.extension == ".jpg"
    assert made.is_photo
    assert made.original is None
    # JFIF header, tables, frame: no EXIF or XMP (E1), ICC (E2), IPTC (ED) or comment (FE).
    assert segments(made.shown.data) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert not any(secret.encode() in made.shown.data for secret in SECRETS)
    image = shown(data)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert image.size == (64, 48)
    assert corners(image) == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_evidence_keeps_the_original_beside_the_copy(kind: str) -> None:
    data = telling(kind)
    made = prepared(data, evidence=True)
    assert made.original is not None
    assert made.original.data == data
    assert made.original.media_type == KINDS[kind]
    assert made.original.extension == {"JPEG": ".jpg", "HEIF": ".heic"}.get(kind, f".{kind.lower()}")
    assert made.shown == prepared(data).shown


def test_row_18_what_hides_in_or_behind_a_picture_is_gone() -> None:
    for data in (
        with_thumbnail(telling("JPEG")) + archive(),
        telling("PNG") + archive(),
        telling("WEBP") + b"<?php system('x'); ?>",
    ):
        copy = prepared(data).shown.data
        assert b"PK\x03\x04" not in copy
        assert b"<?php" not in copy
        assert b"THUMB-secret" not in copy
        segments(copy)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_stand_upright(kind: str, orientation: int) -> None:
    data = saved(picture(), kind, exif=exif(orientation))
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    image = shown(data)
    assert image.size == expected.size == ((48, 64) if orientation > 4 else (64, 48))
    assert corners(image) == corners(expected)
    assert (corners(image) == corners(picture())) == (orientation == 1)


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_photos_of_apple_phones_stand_upright(orientation: int) -> None:
    """They are turned by the container, and EXIF says it once more."""
    stored = picture(640, 480)
    tag = exif(orientation).tobytes()
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(saved(stored, "JPEG", exif=tag))))
    image = shown(saved(stored, "HEIF", exif=tag))
    assert image.size == expected.size
    assert corners(image) == corners(expected)


@pytest.mark.parametrize(
    ("size", "smaller"),
    [
        ((5000, 100), (2560, 51)),
        ((2560, 2560), (2560, 2560)),
        ((2600, 20), (2560, 20)),
        ((900, 4000), (576, 2560)),
    ],
)
def test_photos_are_scaled_to_2560_a_side(size: tuple[int, int], smaller: tuple[int, int]) -> None:
    for kind in ("JPEG", "PNG"):
        assert shown(saved(picture(*size), kind)).size == smaller


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK"])
def test_other_colour_modes_become_the_same_picture(mode: str) -> None:
    kind = {"CMYK": "JPEG", "PA": "PNG"}.get(mode, "PNG")
    source = picture(mode="P" if mode == "PA" else mode)
    image = shown(saved(source, kind, **({"transparency": 255} if mode == "PA" else {})))
    assert image.mode == "RGB"
    assert corners(image) == corners(source.convert("RGB"))


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 10, 10))
    assert corners(shown(saved(image, "PNG"))) == [(1, 0, 0), (1, 1, 1), (1, 1, 1), (1, 1, 1)]


def test_greys_of_16_bits_stay_greys() -> None:
    image = Image.new("I;16", (20, 20), 0x8000)
    assert shown(saved(image, "PNG")).getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=2)


def test_a_pdf_is_kept_as_it_is_and_is_no_photo() -> None:
    for evidence in (False, True):
        made = prepared(PDF, evidence=evidence)
        assert (made.shown.data, made.shown.media_type, made.shown.extension) == (
            PDF,
            "application/pdf",
            ".pdf",
        )
        assert made.original is None
        assert not made.is_photo


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00" + archive(),
        archive(),
        b"BM" + bytes(60),
        b"II*\x00" + bytes(60),
        b"\x00\x00\x00\x1cftypisom\x00\x00\x02\x00isomiso2mp41" + bytes(40),
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(40),
        b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1" + b"heic" + bytes(40),
        b"MZ" + bytes(60),
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
        b"\n%PDF-1.7",
        b"\xff\xd8",
        b"x",
        "只是文字".encode(),
    ],
)
def test_other_types_are_refused_by_what_they_are(data: bytes) -> None:
    assert refusal(data) == "wrong_type"


def test_the_size_is_capped_without_reading_on() -> None:
    class Endless:
        asked = 0

        def read(self, size: int, /) -> bytes:
            self.asked += size
            return bytes(size)

    upload = Endless()
    with pytest.raises(UploadError, match="too_large"):
        prepare(upload)
    assert upload.asked == MAX_BYTES + 1
    fits = PDF + bytes(MAX_BYTES - len(PDF))
    assert prepared(fits).shown.data == fits
    assert refusal(fits + b"\0") == "too_large"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds that were given to the image library."""
    kinds: list[str] = []
    real = Image.open

    def spy(file: io.BytesIO, *, formats: list[str]) -> Image.Image:
        kinds.extend(formats)
        return real(file, formats=formats)

    monkeypatch.setattr(photos.Image, "open", spy)
    return kinds


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds whose pixels were asked for."""
    kinds: list[str] = []

    def spy(image: Image.Image) -> bytes:
        kinds.append(image.format or "")
        return b""

    monkeypatch.setattr(photos, "_jpeg", spy)
    return kinds


@pytest.mark.parametrize("name", [name for name in bombs() if "HEIC" not in name])
def test_row_20_bombs_are_refused_from_their_headers(
    name: str, opened: list[str], decoded: list[str]
) -> None:
    data = bombs()[name]
    assert len(data) < 100_000
    assert refusal(data) == "too_many_pixels"
    assert decoded == []
    # Opening a WebP already reserves its canvas.
    assert opened == ([] if "WebP" in name else [name.split(",", maxsplit=1)[0]])


def test_row_20_bombs_of_every_kind_cost_no_memory() -> None:
    """In a process of its own, where the peak is this test's alone (and that of the process for HEIC)."""
    script = """
import io, resource
from gongshi.safekeeping.photos import UploadError, prepare
from tests.safekeeping.pictures import bombs
files = bombs()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, data in files.items():
    try:
        prepare(io.BytesIO(data))
    except UploadError as error:
        assert error.code == "too_many_pixels", name
    else:
        raise AssertionError(name)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    root = Path(photos.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    own, heic = map(int, run.stdout.split())
    assert own < 40_000, "kilobytes"
    assert heic < 120_000, "kilobytes, the interpreter included"


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (saved(Image.new("1", (5000, 5040)), "PNG"), png_bomb(5000, 5041)),
        (saved(Image.new("L", (8000, 6300)), "JPEG"), jpeg_bomb(8000, 6301)),
        (
            saved(Image.new("L", (5000, 5040)), "JPEG", progressive=True),
            jpeg_bomb(5000, 5041, progressive=True),
        ),
    ],
)
def test_the_largest_photo_passes_and_one_row_more_does_not(most: bytes, more: bytes) -> None:
    assert max(shown(most).size) == 2560
    assert refusal(more) == "too_many_pixels"


def test_a_picture_written_over_and_over_is_refused_before_decoding(opened: list[str]) -> None:
    assert refusal(many_scans(40)) == refusal(many_scans(30_000)) == "broken"
    assert opened == []
    assert prepared(many_scans(10)).is_photo


def test_counting_scans_is_quick_whatever_the_bytes() -> None:
    start = saved(picture(), "JPEG")[:-2]
    for filler in (b"\xff", b"\xff\x00", b"\xff\xd0", b"\xff\x01", b"\xff\xe1\x00\x02"):
        data = (start + filler * (MAX_BYTES // len(filler)))[: MAX_BYTES // 4]
        before = time.thread_time()
        photos._scans(data)
        assert time.thread_time() - before < 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_is_broken(kind: str) -> None:
    data = saved(picture(300, 200), kind)
    assert {refusal(data[: len(data) * part // 10]) for part in range(3, 9)} == {"broken"}
    assert refusal(data[:12] if kind != "HEIF" else data[:40]) in {"broken", "wrong_type"}


def test_nothing_at_all_is_broken() -> None:
    assert refusal(b"") == "broken"


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_metadata_does_not_cost_the_photo() -> None:
    data = bytearray(saved(picture(), "JPEG", exif=exif(6)))
    start = data.index(b"Exif\0\0") + 6
    data[start + 4 : start + 8] = b"\xff\xff\xff\xff"
    assert shown(bytes(data)).size == (64, 48)


def test_a_png_whose_texts_are_a_bomb_is_broken() -> None:
    import zlib

    data = saved(picture(), "PNG")
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    assert refusal(data[:33] + bomb + data[33:]) == "broken"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_any_damage_gives_a_picture_or_a_code(
    kind: str, changes: list[tuple[float, int]], end: float
) -> None:
    data = bytearray(telling(kind))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    data = data[: max(1, int(end * 2 * len(data)))]
    try:
        code = ""
        image = shown(bytes(data))
    except UploadError as error:
        code = error.code
    assert code in labels.UPLOADS if code else max(image.size) <= 2560


def test_one_photo_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    active, most = 0, 0

    def copied(data: bytes, kind: str) -> bytes:
        nonlocal active, most
        active += 1
        most = max(most, active)
        time.sleep(0.01)
        active -= 1
        return data

    monkeypatch.setattr(photos, "copied", copied)
    data = saved(picture(), "JPEG")
    threads = [threading.Thread(target=prepared, args=(data,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


APART = """
import os, sys
from gongshi.safekeeping import apart
def hostile(data, kind):
    {hostile}
apart.copied = hostile
sys.exit(apart.main())
"""


def test_a_heic_that_harms_its_decoder_harms_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(photos.__file__).parents[2]
    for hostile in ("os.abort()", "return bytearray(2_000_000_000)", "raise RuntimeError(data)"):
        run = subprocess.run(
            [sys.executable, "-c", APART.format(hostile=hostile)],
            cwd=root,
            input=b"",
            capture_output=True,
            check=False,
        )
        assert run.returncode not in (0, photos.TOO_MANY_PIXELS), hostile
        with monkeypatch.context() as patched:
            patched.setattr(photos.subprocess, "run", lambda *_, run=run, **__: run)
            assert refusal(telling("HEIF")) == "broken"


def test_a_heic_that_never_ends_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "_SECONDS_APART", 0.01)
    assert refusal(telling("HEIF")) == "broken"


def test_the_process_for_heic_knows_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given_out: list[dict[str, str]] = []
    real = subprocess.run

    def spy(*args: object, **options: object) -> object:
        given_out.append(options["env"])  # type: ignore[arg-type]
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("GONGSHI_DATABASE", "postgresql://user:password@host/")
    monkeypatch.setattr(photos.subprocess, "run", spy)
    assert prepared(telling("HEIF")).is_photo
    assert not any(name.startswith("GONGSHI_") for name in given_out[0])


def test_a_heic_cropped_to_hide_its_size_is_broken() -> None:
    data = bytearray(saved(picture(62, 46), "HEIF"))
    assert b"clap" in data
    start = data.index(b"ispe")
    data[start + 8 : start + 16] = (6000).to_bytes(4, "big") * 2
    assert refusal(bytes(data)) == "broken"


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_a_heic_gives_a_picture_or_a_code(changes: list[tuple[float, int]]) -> None:
    data = bytearray(telling("HEIF"))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    try:
        code = ""
        image = shown(bytes(data))
    except UploadError as error:
        code = error.code
    assert code in labels.UPLOADS if code else max(image.size) <= 2560
