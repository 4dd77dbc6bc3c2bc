"""The backup file: a plain tar, whose last member ``manifest.json`` says what every other must be.

Any tar program lists and unpacks it. The manifest comes last, so that a file that was cut off has none. A backup is
written under another name, synced, read again from its beginning and compared, and only then gets its name.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from gongshi.safekeeping.durable import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
INSTANCE, WRAPS = "instance", "wraps"
_CHUNK = 1 << 20
_MODE = 0o600
LONGEST_MANIFEST = 1 << 30

Progress = Callable[[int], None]
"""Told how many bytes more are done."""


class Refused(Exception):
    """The backup or the instance is not what it must be. ``zh`` and ``en`` say why, in one sentence each."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    ``kind``: `INSTANCE` or `WRAPS`. ``engine``: "sqlite" or "postgresql". ``made_at``: an instant in ISO 8601.
    ``migrations``: names like "cases.0001_initial". ``rows``: by table. ``keys``: fingerprints of the instance's keys
    by version. ``missing``: sealed files that a row names and that were not there. ``members``: size and SHA-256 by
    name. ``ledger``: batch, size and root of the newest head, or nothing.
    """

    kind: str
    program: str
    engine: str
    made_at: str
    migrations: list[str]
    rows: dict[str, int]
    keys: dict[str, str]
    missing: list[str] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)
    members: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT

    def encoded(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


class Writer:
    """A backup being written. See `writing`."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress) -> None:
        self._tar = tar
        self._progress = progress
        self.members: dict[str, list[Any]] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file's bytes under a name. Raises OSError."""
        with path.open("rb") as file:
            self._add(name, os.fstat(file.fileno()).st_size, file)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add bytes under a name."""
        self._add(name, len(content), io.BytesIO(content))

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, _MODE
        reading = _Hashed(file, self._progress)
        self._tar.addfile(entry, reading)
        if name != MANIFEST:
            self.members[name] = [size, reading.digest()]


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._sum.update(content)
        self._progress(len(content))
        return content

    def digest(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def writing(path: Path, progress: Progress) -> Iterator[Writer]:
    """A new backup at ``path``, for `seal` to finish. Whatever goes wrong, nothing of it is left.

    Raises Refused when there is such a file already: a backup never overwrites another.
    """
    if path.exists():
        raise Refused(f"{path} 已经存在；备份从不覆盖", f"{path} exists; a backup overwrites nothing")
    draft = draft_of(path)
    try:
        with _opened(draft) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar, progress)
            file.flush()
            os.fsync(file.fileno())
        check(draft, progress=progress)
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def draft_of(path: Path) -> Path:
    """The name under which a backup is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _opened(draft: Path) -> IO[bytes]:
    draft.unlink(missing_ok=True)
    return os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb")


def check(
    path: Path, *, into: Callable[[str], Path | None] = lambda _name: None, progress: Progress
) -> Manifest:
    """Read a whole backup and hold every byte against its manifest; with ``into``, unpack members where it says.

    Raises Refused when something is cut off, changed, missing or added. Nothing but what ``into`` names is touched.
    """
    try:
        return _checked(path, into, progress)
    except (tarfile.TarError, EOFError) as error:
        raise _not_whole(path) from error


def _checked(path: Path, into: Callable[[str], Path | None], progress: Progress) -> Manifest:
    found: dict[str, list[Any]] = {}
    manifest = None
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            if manifest is not None or not entry.isreg() or entry.name in found or not _is_plain(entry.name):
                raise _damaged(path, entry.name)
            file = tar.extractfile(entry)
            assert file is not None
            if entry.name == MANIFEST:
                manifest = _manifest(path, file.read(LONGEST_MANIFEST))
                continue
            found[entry.name] = [entry.size, _unpacked(file, into(entry.name), progress)]
    if manifest is None:  # it comes last: a file cut between two members has none
        raise _not_whole(path)
    if wrong := _differing(found, manifest.members):
        raise _damaged(path, wrong[0])
    return manifest


def _differing(found: Mapping[str, list[Any]], wanted: Mapping[str, list[Any]]) -> list[str]:
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def _is_plain(name: str) -> bool:
    """Whether a member stays in the folder that it is unpacked into."""
    return not name.startswith("/") and ".." not in name.split("/") and "\0" not in name


def _not_whole(path: Path) -> Refused:
    return Refused(
        f"{path.name} 不是完整的备份文件，可能被截断或损坏",
        f"{path.name} is no whole backup: cut off or damaged",
    )


def _damaged(path: Path, name: str) -> Refused:
    return Refused(
        f"{path.name} 已损坏：{name} 与清单不符", f"{path.name} is damaged: {name} is not as listed"
    )


def _unpacked(file: IO[bytes], target: Path | None, progress: Progress) -> str:
    reading = _Hashed(file, progress)
    if target is None:
        while reading.read(_CHUNK):
            pass
        return reading.digest()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as copy:
        while chunk := reading.read(_CHUNK):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return reading.digest()


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        data = json.loads(content)
        known = data["format"]
        if known != FORMAT:
            raise Refused(
                f"{path.name} 的格式版本是 {known}，本程序只认识 {FORMAT}",
                f"{path.name} has format {known}; this program knows {FORMAT}",
            )
        return Manifest(**data)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, MANIFEST) from error


def peek(path: Path) -> Manifest | None:
    """The manifest of a file without checking the rest; None for anything that is no backup."""
    try:
        with tarfile.open(path, "r:") as tar:
            last = tar.getmembers()[-1:]
            file = tar.extractfile(last[0]) if last and last[0].name == MANIFEST else None
            return _manifest(path, file.read(LONGEST_MANIFEST)) if file else None
    except (tarfile.TarError, OSError, EOFError, Refused):
        return None
