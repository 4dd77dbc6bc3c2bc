"""Sealed files: encrypted in chunks, under random names, through the storage alias ``sealed``.

The construction is STREAM (V. T. Hoang, R. Reyhanitabar, P. Rogaway, D. Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", CRYPTO 2015) as age and Tink use it: a salt of its own gives every file a key of its own
(HKDF-SHA256 of the data key, bound to the row), and chunk i of 64 KiB is sealed by AES-256-GCM with the nonce
``i (11 bytes) || last (1 byte)``. A chunk that is changed, left out, moved or added, a file that ends early, and a file
of another row do not open. Layout: ``GSF1``, salt (32 bytes), then the chunks with their tags.

The name is random and says nothing; the name that the resident gave lies sealed with the case.
"""

import io
import re
import secrets
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files import File
from django.core.files.storage import Storage, storages

from gongshi.safekeeping.sealing import DATA_KEY_BYTES, TAG_BYTES, refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 64 * 1024
_MAGIC = b"GSF1"
_SALT_BYTES = 32
_INFO = b"gongshi file 1 "
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a sealed file lies, and how long its content is, in bytes."""

    name: str
    size: int


def write_sealed(chunks: Iterable[bytes], data_key: bytes, row: UUID) -> StoredFile:
    """Encrypts and stores the content; it is on the disk when this returns.

    To be called before the transaction that inserts the row: if that fails, the file is an orphan and swept. ``row`` is
    the key of the row that will name the file. Raises OSError when the disk is full, ValueError for a bad key.
    """
    code = secrets.token_hex(16)
    sealing = _Sealing(chunks, data_key, row)
    name = _storage().save(f"{code[:2]}/{code[2:4]}/{code}", File(io.BufferedReader(sealing, CHUNK)))
    return StoredFile(name, sealing.size)


def read_sealed(name: str, data_key: bytes, row: UUID) -> Iterator[bytes]:
    """The content, in chunks of at most 64 KiB, each proved before it is given out.

    The first chunk is opened at once, so that a file that is missing (FileNotFoundError) or does not open (SealError)
    is known before an answer has begun. A file that was cut off is known at its end: the iterator raises SealError.
    """
    chunks = _opened(name, data_key, row)
    next(chunks)
    return chunks


def destroy_files(names: Iterable[str]) -> int:
    """Deletes stored files, as many as still exist, and returns how many that were."""
    storage = _storage()
    found = [name for name in names if storage.exists(name)]
    for name in found:
        storage.delete(name)
    return len(found)


def sweep_orphans(known_names: Container[str], older_than: datetime) -> int:
    """Deletes sealed files that no row names and that were written before ``older_than``; returns their number.

    ``older_than`` must lie well before the moment at which ``known_names`` were read: a file is written before its row.
    Files that do not look like sealed ones are left alone.
    """
    storage = _storage()
    swept = 0
    for name in _stored_names(storage):
        if name not in known_names and storage.get_modified_time(name) < older_than:
            storage.delete(name)
            swept += 1
    return swept


def _stored_names(storage: Storage) -> Iterator[str]:
    if not storage.exists(""):
        return
    for outer in storage.listdir("")[0]:
        for inner in storage.listdir(outer)[0]:
            for code in storage.listdir(f"{outer}/{inner}")[1]:
                name = f"{outer}/{inner}/{code}"
                if _NAME.fullmatch(name):
                    yield name


def _storage() -> Storage:
    return storages["sealed"]


def _cipher(data_key: bytes, salt: bytes, row: UUID) -> AESGCM:
    if len(data_key) != DATA_KEY_BYTES:
        raise ValueError(f"a data key has {DATA_KEY_BYTES} bytes, not {len(data_key)}")
    derivation = HKDF(algorithm=SHA256(), length=DATA_KEY_BYTES, salt=salt, info=_INFO + row.bytes)
    return AESGCM(derivation.derive(data_key))


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11, "big") + bytes([last])


def _opened(name: str, data_key: bytes, row: UUID) -> Iterator[bytes]:
    with _storage().open(name, "rb") as file:
        header = file.read(len(_MAGIC) + _SALT_BYTES)
        if len(header) != len(_MAGIC) + _SALT_BYTES or not header.startswith(_MAGIC):
            raise refused(row, "file")
        cipher = _cipher(data_key, header[len(_MAGIC) :], row)
        for index, (sealed, last) in enumerate(_sealed_chunks(file)):
            try:
                chunk = cipher.decrypt(_nonce(index, last), sealed, None)
            except InvalidTag:
                raise refused(row, "file") from None
            if index == 0:
                yield b""
            if chunk:
                yield chunk


def _sealed_chunks(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    sealed = file.read(CHUNK + TAG_BYTES)
    while True:
        following = file.read(CHUNK + TAG_BYTES)
        yield sealed, not following
        if not following:
            return
        sealed = following


class _Sealing(io.RawIOBase):
    """A sealed file as something to read from, made while it is read: neither copy is ever whole in memory."""

    def __init__(self, chunks: Iterable[bytes], data_key: bytes, row: UUID) -> None:
        self.size = 0
        salt = secrets.token_bytes(_SALT_BYTES)
        self._pieces = self._sealed(chunks, salt, _cipher(data_key, salt, row))
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        target = memoryview(buffer)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _sealed(self, chunks: Iterable[bytes], salt: bytes, cipher: AESGCM) -> Iterator[bytes]:
        yield _MAGIC + salt
        waiting = bytearray()
        index = 0
        for chunk in chunks:
            self.size += len(chunk)
            waiting += chunk
            # One chunk is always held back: only at the end is it known to be the last.
            while len(waiting) > CHUNK:
                yield cipher.encrypt(_nonce(index, False), bytes(waiting[:CHUNK]), None)
                del waiting[:CHUNK]
                index += 1
        yield cipher.encrypt(_nonce(index, True), bytes(waiting), None)
