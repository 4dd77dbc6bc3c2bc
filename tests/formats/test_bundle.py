"""Bundles: made while they are read, whole or visibly not, and safe to unpack."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest

from gongshi.formats.bundle import Entry, bundled, plain_name

MADE = datetime(2026, 3, 2, 9, 0)


def test_what_goes_in_comes_out() -> None:
    entries = [
        Entry("copy.json", lambda: [b"{}", b"\n"]),
        Entry("files/1-01 坑.jpg", lambda: [bytes(range(256)) * 9], packed=False),
    ]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(bundled(entries, made=MADE))))
    assert archive.testzip() is None
    assert archive.namelist() == ["copy.json", "files/1-01 坑.jpg"]
    assert archive.read("copy.json") == b"{}\n"
    assert archive.read("files/1-01 坑.jpg") == bytes(range(256)) * 9
    assert {info.date_time for info in archive.infolist()} == {(2026, 3, 2, 9, 0, 0)}


def test_a_large_one_is_never_whole_in_memory() -> None:
    def content() -> Iterator[bytes]:
        for number in range(1_000):
            yield bytes([number % 256]) * 65_536

    tracemalloc.start()
    size = sum(len(piece) for piece in bundled([Entry("a", content, packed=False)], made=MADE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 65_000_000
    assert peak < 2_000_000


class Broken(Exception):
    """The disk gives up."""


def test_one_that_breaks_off_is_not_taken_for_whole() -> None:
    def breaking() -> Iterator[bytes]:
        yield b"begun"
        raise Broken

    pieces: list[bytes] = []
    with pytest.raises(Broken):
        pieces.extend(bundled([Entry("a", breaking)], made=MADE))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


@pytest.mark.parametrize(
    ("name", "plain"),
    [("a/b\\c.jpg", "a_b_c.jpg"), ('x<>:"|?*.pdf', "x_______.pdf"), ("坑 1.jpg", "坑 1.jpg")],
)
def test_names_unpack_everywhere(name: str, plain: str) -> None:
    assert plain_name(name) == plain
