"""Folders of open data: their files with size and digest, noted in a manifest beside them."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = "open-data"
MANIFEST = "manifest.json"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
}
NAMES = ("categories.csv", "areas.csv", "offices.csv")
"""What the codes are called."""
_PIECE = 1024**2


@dataclass(frozen=True)
class ReleaseFile:
    """One file: ``size`` in bytes, its SHA-256 as 64 hexadecimal digits."""

    name: str
    media_type: str
    size: int
    sha256: str


def root() -> Path:
    """Where all open data of the instance lie."""
    return Path(settings.INSTANCE) / FOLDER


def is_of_cases(name: str) -> bool:
    """Whether a file holds published cases, which can be taken back; all others are counts and names."""
    return name.startswith("cases.")


def begun(name: str) -> Path:
    """An empty folder to write files in, which nobody reads yet."""
    making = root() / f".{name}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    return making


def described(folder: Path) -> tuple[ReleaseFile, ...]:
    """The files that lie there, by name."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in MEDIA_TYPES)
    return tuple(
        ReleaseFile(path.name, MEDIA_TYPES[path.suffix], path.stat().st_size, digest(path)) for path in paths
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def note(folder: Path, content: Mapping[str, Any], files: tuple[ReleaseFile, ...]) -> None:
    """Write the manifest, the old one standing until the new one does."""
    told = {**content, "files": [vars(one) for one in files]}
    written = folder / f".{MANIFEST}"
    written.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(folder / MANIFEST)


def put(making: Path, target: Path) -> None:
    """Show the folder that was made, durably: what is cited is not lost with the next power cut."""
    for path in (*making.iterdir(), making):
        _sync(path)
    target.parent.mkdir(exist_ok=True)
    making.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def noted(folder: Path) -> Mapping[str, Any] | None:
    """The folder's manifest; None where there is none. It is read once as long as it stands, since each page asks."""
    path = folder / MANIFEST
    try:
        stat = path.stat()
        return _noted(path, stat.st_mtime_ns, stat.st_ino)
    except FileNotFoundError:
        return None


@lru_cache(1_000)
def _noted(path: Path, _changed: int, _same: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def files_of(content: Mapping[str, Any]) -> tuple[ReleaseFile, ...]:
    """The files that a manifest names."""
    return tuple(ReleaseFile(**one) for one in content["files"])
