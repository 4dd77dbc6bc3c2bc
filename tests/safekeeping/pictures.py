"""Pictures that the tests make themselves: with metadata, with lies in their headers, with more hidden behind them."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRETS = ("张三丰的相机", "OWNER-Zhang", "XMP-secret", "COMMENT-secret", "ICC-secret", "THUMB-secret")


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose four corners differ: red, green, blue and white."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), "red")
    draw.rectangle((width // 2, 0, width, height // 2 - 1), "lime")
    draw.rectangle((0, height // 2, width // 2 - 1, height), "blue")
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Camera, owner and place."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = SECRETS[1]
    data[0x013B] = SECRETS[0]
    data.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 15.9), 3: "E", 4: (121.0, 28.0, 26.5)})
    return data


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file of a kind: JPEG, PNG, WEBP or HEIF."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def telling(kind: str, orientation: int = 1) -> bytes:
    """A picture with all the metadata that its kind can hold."""
    xmp = b"<x:xmpmeta>XMP-secret</x:xmpmeta>"
    options: dict[str, Any] = {"exif": exif(orientation), "icc_profile": b"ICC-secret" * 20}
    if kind == "JPEG":
        options |= {"comment": b"COMMENT-secret", "xmp": xmp, "quality": 95}
    elif kind == "WEBP":
        options |= {"xmp": xmp, "lossless": True}
    elif kind == "HEIF":
        options = {"exif": exif(orientation).tobytes(), "xmp": xmp, "quality": 95}
    else:
        texts = PngInfo()
        texts.add_text("Comment", "COMMENT-secret")
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options |= {"pnginfo": texts}
    return saved(picture(), kind, **options)


def with_thumbnail(jpeg: bytes) -> bytes:
    """A JPEG with another picture embedded in an APP segment, as cameras do."""
    hidden = saved(picture(16, 16), "JPEG", comment=b"THUMB-secret")
    segment = b"Exif-like\0\0" + hidden
    return jpeg[:2] + b"\xff\xe3" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def archive() -> bytes:
    """A ZIP with a program in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as files:
        files.writestr("run.php", "<?php system($_GET['c']); ?>")
    return target.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge, and is: rows of zeros pressed together."""
    rows = zlib.compress(bytes(20_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg_bomb(width: int, height: int, **options: Any) -> bytes:
    """A small JPEG whose header says another size."""
    data = bytearray(saved(picture(), "JPEG", **options))
    start = data.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_bomb(chunk: bytes, width: int, height: int) -> bytes:
    """A WebP whose first chunk says another size."""
    if chunk == b"VP8X":
        body = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif chunk == b"VP8L":
        body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + bytes(8)
    else:
        body = b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(8)
    inside = b"WEBP" + chunk + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def heic_bomb(width: int, height: int) -> bytes:
    """A HEIC whose size box says another size."""
    data = bytearray(saved(picture(640, 480), "HEIF"))
    start = data.index(b"ispe")
    data[start + 8 : start + 16] = struct.pack(">II", width, height)
    return bytes(data)


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is written again and again."""
    data = saved(picture(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def bombs() -> dict[str, bytes]:
    """Small files that would take gigabytes of memory."""
    return {
        "PNG": png_bomb(50_000, 50_000),
        "JPEG": jpeg_bomb(60_000, 60_000),
        "JPEG, several scans": jpeg_bomb(6_000, 6_000, progressive=True),
        "WebP, extended": webp_bomb(b"VP8X", 16_384, 16_384),
        "WebP, lossless": webp_bomb(b"VP8L", 16_384, 16_384),
        "WebP, plain": webp_bomb(b"VP8 ", 16_383, 16_383),
        "HEIC": heic_bomb(6_000, 6_000),
        "HEIC, absurd": heic_bomb(60_000, 60_000),
    }
