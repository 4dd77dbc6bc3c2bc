"""Uploads: what they really are, before anything decodes them, and the copy that is safe to show.

A photo is shown only as a copy made anew from its pixels, so that place, camera, owner, embedded thumbnail and
whatever was hidden behind the picture are gone. The original is kept only where the resident says that it is evidence.
A PDF is kept as it is and is never shown inside a page: whoever serves it sends it as an attachment.

The type is told by the first bytes, never by name or declared type. The size in pixels comes from the header, before a
decoder reserves memory. The caps were measured: no accepted file costs more than about 200 MB while it is decoded, and
a process decodes one at a time. HEIC is a container whose parts can contradict its header, read by libraries that are
often mended; it is decoded in a process of its own (``apart``) with little memory and time. Colour profiles are dropped
with the rest, so wide-gamut colours pale a little.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

MAX_BYTES = 15_000_000
MAX_SIDE = 2560
QUALITY = 85
# Most pixels of an accepted photo. A plain JPEG is decoded at a reduced scale, row by row, so that a 50-megapixel phone
# photo is cheap; one with several scans and all other types lie in memory whole, WebP up to four times.
_MAX_PIXELS = {"JPEG": 50_400_000, "PNG": 25_200_000, "HEIF": 25_200_000, "WEBP": 12_600_000}
_MAX_PIXELS_SEVERAL_SCANS = 25_200_000
# A few bytes make one more scan of the whole picture, so a small file could keep a decoder busy for minutes.
_MAX_SCANS = 32
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "HEIF": "image/heic", "WEBP": "image/webp"}
_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/heic": ".heic", "image/webp": ".webp"}
_EXTENSIONS["application/pdf"] = ".pdf"
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ORIENTATION = 0x0112
_SECONDS_APART = 30
# How the process apart says why it gave nothing.
TOO_MANY_PIXELS = 3
_one_at_a_time = threading.Lock()


class UploadError(ValueError):
    """An upload is not accepted. ``code``: ``too_large``, ``wrong_type``, ``too_many_pixels`` or ``broken``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Readable(Protocol):
    """A file to be read from its present place, as Django's uploaded files are."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, its media type, and the ending that belongs to it."""

    data: bytes
    media_type: str

    @property
    def extension(self) -> str:
        """As in ``".jpg"``."""
        return _EXTENSIONS[self.media_type]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is kept of an upload: ``shown`` for reading, and ``original`` (None unless it is evidence) beside it."""

    shown: Content
    original: Content | None

    @property
    def is_photo(self) -> bool:
        """Whether it may be shown in a page; anything else is sent as an attachment."""
        return self.shown.media_type == "image/jpeg"


def prepare(upload: Readable, *, evidence: bool = False) -> Prepared:
    """Checks an upload and makes what is kept of it. Raises UploadError.

    A photo becomes an upright JPEG of at most 2560 pixels a side, without any metadata; ``evidence`` keeps the original
    too. A PDF is kept as it is: ``shown`` is the file itself.
    """
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UploadError("too_large")
    if not data:
        raise UploadError("broken")
    if data.startswith(b"%PDF-"):
        return Prepared(Content(data, "application/pdf"), None)
    kind = _photo_kind(data)
    with _one_at_a_time:
        copy = _copied_apart(data) if kind == "HEIF" else copied(data, kind)
    original = Content(data, _MEDIA_TYPES[kind]) if evidence else None
    return Prepared(Content(copy, "image/jpeg"), original)


def _photo_kind(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), 256)
        if _HEIC_BRANDS & {data[at : at + 4] for at in (8, *range(16, end, 4))}:
            return "HEIF"
    raise UploadError("wrong_type")


def _copied_apart(data: bytes) -> bytes:
    """`copied` for HEIC, in a process that cannot harm this one and knows none of its settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "gongshi.safekeeping.apart"]
    try:
        run = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS_APART, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise UploadError("broken") from None
    if run.returncode == TOO_MANY_PIXELS:
        raise UploadError("too_many_pixels")
    if run.returncode != 0:
        raise UploadError("broken")
    return run.stdout


def copied(data: bytes, kind: str) -> bytes:
    """A photo of a kind (JPEG, PNG, WEBP or HEIF) as the JPEG that is shown. Raises UploadError."""
    most = _MAX_PIXELS[kind]
    if kind == "JPEG" and _scans(data) > 1:
        most = _MAX_PIXELS_SEVERAL_SCANS
    if kind == "WEBP" and _webp_pixels(data) > most:
        raise UploadError("too_many_pixels")
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > most:
                raise UploadError("too_many_pixels")
            return _jpeg(image)
    except UploadError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadError("too_many_pixels") from None
    except Exception:
        # Decoders raise almost anything on bytes made to confuse them. Whatever it is, this is no photo to keep.
        raise UploadError("broken") from None


def _jpeg(image: Image.Image) -> bytes:
    """The picture alone, upright and small enough: a new image has none of the old one's metadata to write."""
    turn = _orientation(image)
    box = (MAX_SIDE, MAX_SIDE)
    image.draft(None, box)
    picture = _deep(image)
    picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    clean = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        clean.paste(picture, mask=picture.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    if turn is not None:
        clean = clean.transpose(turn)
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def _deep(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled well: palettes and bitmaps as colours, 16-bit greys as 8-bit ones."""
    if image.mode.startswith("I;16"):
        # convert() would cut all values above 255 to white.
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "P"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """How to turn the picture upright, after EXIF's orientation tag. Damaged EXIF says nothing."""
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    with contextlib.suppress(Exception):
        return turns.get(image.getexif().get(_ORIENTATION, 1))
    return None


def _scans(data: bytes) -> int:
    """How often a JPEG's picture is written over. Raises UploadError for absurdly often."""
    at = 2
    scans = 0
    while found := _JPEG_MARKER.search(data, at):
        at = found.end()
        marker = data[at - 1]
        if marker == 0xD9:
            break
        if marker == 0xDA:
            scans += 1
            if scans > _MAX_SCANS:
                raise UploadError("broken")
        if marker != 0x01:
            at += max(int.from_bytes(data[at : at + 2], "big"), 2)
    return scans


def _webp_pixels(data: bytes) -> int:
    """A WebP's size from its first chunk (RFC 9649): Pillow reserves the whole canvas while opening it."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    else:
        raise UploadError("broken")
    return width * height
