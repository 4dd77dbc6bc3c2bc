"""Sealed files: whole, in order and in their own row, or not at all; on the disk before anything is promised."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import InMemoryStorage, storages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from gongshi.safekeeping.files import (
    CHUNK,
    StoredFile,
    destroy_files,
    read_sealed,
    sweep_orphans,
    write_sealed,
)
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.sealing import SealError, new_data_key

KEY = bytes(range(32))
ROW = UUID("019cac10-0000-7000-8000-000000000001")
SEALED_CHUNK = CHUNK + 16
HEADER = 36


def read(name: str, key: bytes = KEY, row: UUID = ROW) -> bytes:
    return b"".join(read_sealed(name, key, row))


def body(length: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return (b"".join(number.to_bytes(4, "big") for number in range(length // 4 + 1)))[:length]


def refused(name: str, key: bytes = KEY, row: UUID = ROW) -> bool:
    try:
        read(name, key, row)
    except SealError:
        return True
    return False


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_content_comes_back_whatever_its_length(sealed_folder: Path, length: int) -> None:
    stored = write_sealed([body(length)], KEY, ROW)
    assert read(stored.name) == body(length)
    assert stored.size == length
    chunks = max(1, -(-length // CHUNK))
    assert (sealed_folder / stored.name).stat().st_size == HEADER + length + 16 * chunks


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 2 * CHUNK + 3), max_size=5))
def test_the_way_it_arrives_does_not_matter(sizes: list[int]) -> None:
    whole = body(sum(sizes))
    parts, at = [], 0
    for size in sizes:
        parts.append(whole[at : at + size])
        at += size
    stored = write_sealed(iter(parts), KEY, ROW)
    given_out = list(read_sealed(stored.name, KEY, ROW))
    assert b"".join(given_out) == whole
    assert all(0 < len(chunk) <= CHUNK for chunk in given_out)


def test_neither_content_nor_name_shows(sealed_folder: Path) -> None:
    content = "河边的井盖没了".encode() * 100
    names = [write_sealed([content], KEY, ROW).name for _ in range(20)]
    assert len(set(names)) == 20
    assert all(re.fullmatch(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}", name) for name in names)
    stored = [(sealed_folder / name).read_bytes() for name in names]
    assert not any(content[:12] in data for data in stored)
    assert len({data[HEADER:] for data in stored}) == 20


def test_another_key_or_row_opens_nothing() -> None:
    name = write_sealed([b"photo"], KEY, ROW).name
    assert not refused(name)
    assert refused(name, key=new_data_key())
    assert refused(name, row=new_id())
    with pytest.raises(ValueError, match="32 bytes"):
        read_sealed(name, KEY[:16], ROW)
    with pytest.raises(ValueError, match="32 bytes"):
        write_sealed([b"photo"], KEY[:16], ROW)


def test_a_file_swapped_for_another_of_the_same_key_does_not_open(sealed_folder: Path) -> None:
    ours = write_sealed([b"ours"], KEY, ROW).name
    theirs = write_sealed([b"theirs"], KEY, new_id()).name
    (sealed_folder / theirs).replace(sealed_folder / ours)
    assert refused(ours)


@pytest.fixture
def three_chunks(sealed_folder: Path) -> tuple[Path, str]:
    name = write_sealed([body(2 * CHUNK + 100)], KEY, ROW).name
    return sealed_folder / name, name


def chunks_of(data: bytes) -> tuple[bytes, list[bytes]]:
    rest = data[HEADER:]
    return data[:HEADER], [rest[at : at + SEALED_CHUNK] for at in range(0, len(rest), SEALED_CHUNK)]


def test_a_changed_bit_of_any_kind_of_byte_is_found(three_chunks: tuple[Path, str]) -> None:
    path, name = three_chunks
    data = path.read_bytes()
    places = {
        "magic": 0,
        "salt": 4,
        "salt's end": HEADER - 1,
        "first chunk": HEADER,
        "first tag": HEADER + SEALED_CHUNK - 1,
        "second chunk": HEADER + SEALED_CHUNK + 5,
        "second tag": HEADER + 2 * SEALED_CHUNK - 16,
        "last chunk": HEADER + 2 * SEALED_CHUNK + 50,
        "last tag": len(data) - 1,
    }
    for what, place in places.items():
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert refused(name), what
    path.write_bytes(data)
    assert not refused(name)


def test_a_file_that_ends_early_is_found_wherever_it_ends(three_chunks: tuple[Path, str]) -> None:
    path, name = three_chunks
    data = path.read_bytes()
    ends = {0, 3, HEADER - 1, HEADER, HEADER + 1, HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK}
    ends |= {HEADER + SEALED_CHUNK - 1, HEADER + SEALED_CHUNK + 20, len(data) - 1, len(data) - 16}
    for end in ends:
        path.write_bytes(data[:end])
        assert refused(name), end


def test_chunks_left_out_moved_doubled_or_added_are_found(three_chunks: tuple[Path, str]) -> None:
    path, name = three_chunks
    header, (first, second, last) = chunks_of(path.read_bytes())
    for order in (
        [second, first, last],
        [first, last],
        [second, last],
        [last],
        [first, second],
        [first, first, second, last],
        [first, second, second],
        [first, second, last, last],
        [first, second, last + b"\0"],
        [],
    ):
        path.write_bytes(header + b"".join(order))
        assert refused(name), [len(chunk) for chunk in order]


def test_a_chunk_of_another_file_is_found(three_chunks: tuple[Path, str], sealed_folder: Path) -> None:
    path, name = three_chunks
    other = write_sealed([body(2 * CHUNK + 100)], KEY, ROW).name
    header, ours = chunks_of(path.read_bytes())
    _, theirs = chunks_of((sealed_folder / other).read_bytes())
    path.write_bytes(header + ours[0] + theirs[1] + ours[2])
    assert refused(name)


def test_what_is_wrong_at_the_start_is_known_before_anything_is_sent(three_chunks: tuple[Path, str]) -> None:
    path, name = three_chunks
    with pytest.raises(SealError):
        read_sealed(name, new_data_key(), ROW)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_sealed(name, KEY, ROW)


def test_only_proved_chunks_are_given_out(three_chunks: tuple[Path, str]) -> None:
    path, name = three_chunks
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    chunks = read_sealed(name, KEY, ROW)
    assert next(chunks) + next(chunks) == body(2 * CHUNK)
    with pytest.raises(SealError):
        next(chunks)


def test_an_answer_broken_off_leaves_no_open_file(three_chunks: tuple[Path, str]) -> None:
    before = len(os.listdir("/proc/self/fd"))
    chunks = read_sealed(three_chunks[1], KEY, ROW)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    assert isinstance(chunks, Iterator)
    chunks.close()  # type: ignore[attr-defined]
    assert len(os.listdir("/proc/self/fd")) == before


def test_memory_stays_flat() -> None:
    import tracemalloc

    def parts() -> Iterator[bytes]:
        for _ in range(200):
            yield bytes(CHUNK)

    tracemalloc.start()
    stored = write_sealed(parts(), KEY, ROW)
    total = sum(map(len, read_sealed(stored.name, KEY, ROW)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == stored.size == 200 * CHUNK
    assert peak < 2_000_000


def test_file_and_folders_are_on_the_disk_before_it_returns(
    sealed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, int]] = []
    real = os.fsync

    def spy(descriptor: int) -> None:
        synced.append((os.path.realpath(f"/proc/self/fd/{descriptor}"), os.fstat(descriptor).st_size))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    stored = write_sealed([body(CHUNK + 1)], KEY, ROW)
    path = sealed_folder / stored.name
    assert synced[0] == (str(path), path.stat().st_size)
    assert [name for name, _ in synced[1:]] == [str(folder) for folder in list(path.parents)[:3]]
    assert list(path.parents)[2] == sealed_folder


def test_files_are_readable_by_their_owner_alone(sealed_folder: Path) -> None:
    old = os.umask(0)
    try:
        path = sealed_folder / write_sealed([b"x"], KEY, ROW).name
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def everything_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_leaves_nothing_behind(sealed_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_sealed([body(CHUNK)], KEY, ROW)
    assert everything_in(sealed_folder) == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(sealed_folder: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield body(3 * CHUNK)
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        write_sealed(parts(), KEY, ROW)
    assert everything_in(sealed_folder) == []


def test_destroyed_files_are_gone(sealed_folder: Path) -> None:
    kept, gone = (write_sealed([b"x"], KEY, ROW).name for _ in range(2))
    assert destroy_files([gone, "00/00/" + "0" * 32]) == 1
    assert destroy_files([gone]) == 0
    assert everything_in(sealed_folder) == [sealed_folder / kept]


def aged(path: Path, age: timedelta) -> None:
    at = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (at, at))


def test_orphans_are_swept_and_nothing_else(sealed_folder: Path) -> None:
    known, orphan, young = (write_sealed([b"x"], KEY, ROW).name for _ in range(3))
    strange = sealed_folder / "readme.txt"
    lookalike = sealed_folder / orphan[:5] / "notes"
    for path in (strange, lookalike):
        path.write_text("not ours")
    for path in (sealed_folder / known, sealed_folder / orphan, strange, lookalike):
        aged(path, timedelta(days=2))
    assert sweep_orphans({known}, datetime.now(UTC) - timedelta(days=1)) == 1
    assert set(everything_in(sealed_folder)) == {
        sealed_folder / known,
        sealed_folder / young,
        strange,
        lookalike,
    }
    assert sweep_orphans({known}, datetime.now(UTC) - timedelta(days=1)) == 0


def test_there_may_be_no_folder_yet() -> None:
    assert sweep_orphans(set(), datetime.now(UTC)) == 0


def test_any_storage_will_do(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "sealed": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    stored = write_sealed([body(CHUNK + 5)], KEY, ROW)
    assert isinstance(storages["sealed"], InMemoryStorage)
    assert read(stored.name) == body(CHUNK + 5)
    assert sweep_orphans(set(), datetime.now(UTC) + timedelta(days=1)) == 1


def test_django_uploads_can_be_written_as_they_come() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("../../etc/passwd", body(CHUNK * 2))
    stored = write_sealed(upload.chunks(), KEY, ROW)
    assert isinstance(stored, StoredFile)
    assert read(stored.name) == body(CHUNK * 2)
