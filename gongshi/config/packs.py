"""Packs as folders: reading, checking, and what the database makes of them.

Nothing here imports Django before something is loaded, so that ``gongshi check-pack`` starts at once.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from gongshi.formats.pack import Pack, PackFault
from gongshi.revisions.checks import check_files

MOST_BYTES = {".toml": 4_000_000, ".geojson": 100_000_000}
MOST_FILES = 1_000
_LEFT_TO_OTHERS = "demo"
"""Invented filings; the demo reads them itself."""


class PackRefused(Exception):
    """A pack has faults that stop it from loading; ``faults`` holds all of them, warnings too."""

    def __init__(self, faults: list[PackFault]) -> None:
        super().__init__(f"{sum(fault.severity == 'fault' for fault in faults)} faults")
        self.faults = faults


def read_folder(path: Path) -> tuple[dict[str, str], list[PackFault]]:
    """The texts of a pack's files by their relative names ("procedures/x.toml"), and why others were not read.

    Only .toml and .geojson files count; hidden ones and the folder of invented filings are passed over.
    """
    files: dict[str, str] = {}
    faults: list[PackFault] = []
    found = sorted(file for file in path.rglob("*") if file.suffix in MOST_BYTES and _counts(file, path))
    if len(found) > MOST_FILES:
        what = _pair(f"文件太多：{len(found)}个。", f"Too many files: {len(found)}.")
        return {}, [PackFault("", "", what, _pair(f"最多{MOST_FILES}个。", f"At most {MOST_FILES}."))]
    for file in found:
        name = file.relative_to(path).as_posix()
        text, problem = _read(file, path)
        if problem is None:
            files[name] = text
        else:
            faults.append(PackFault(name, "", *problem))
    return files, faults


def _pair(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _counts(file: Path, root: Path) -> bool:
    parts = file.relative_to(root).parts
    return parts[0] != _LEFT_TO_OTHERS and not any(part.startswith(".") for part in parts)


def _read(file: Path, root: Path) -> tuple[str, tuple[dict[str, str], dict[str, str]] | None]:
    """The text of one file, or "" and (what is wrong, what to do)."""
    most = MOST_BYTES[file.suffix]
    try:
        if not file.resolve().is_relative_to(root.resolve()) or not file.is_file():
            return "", (
                _pair(
                    "它指到了包的外面，或不是普通文件。", "It points out of the pack, or is no plain file."
                ),
                _pair("把文件本身放进包里。", "Put the file itself into the pack."),
            )
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return "", (
            _pair(f"读不出来（{reason}）。", f"It cannot be read ({reason})."),
            _pair("检查文件和它的权限。", "Check the file and its permissions."),
        )
    if len(data) > most:
        return "", (
            _pair(f"文件太大，超过{most // 1_000_000}兆字节。", f"The file is over {most // 1_000_000} MB."),
            _pair("简化边界，或拆开文件。", "Simplify the boundaries, or split the file."),
        )
    return _decoded(data)


def _decoded(data: bytes) -> tuple[str, tuple[dict[str, str], dict[str, str]] | None]:
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", (
            _pair(f"第{line}行不是UTF-8。", f"Line {line} is not UTF-8."),
            _pair("用编辑器另存为UTF-8。", "Save the file as UTF-8 in your editor."),
        )


def language_of(files: Mapping[str, str]) -> str:
    """The language that a pack says is its place's own, however many faults it has; "zh" where it says none."""
    try:
        said = tomllib.loads(files.get("pack.toml", ""))["place"]["language"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return "zh"
    return "en" if said == "en" else "zh"


def check(path: Path) -> list[PackFault]:
    """Every fault and warning of the pack in the folder ``path``, in order of file and line."""
    return check_files(*read_folder(path))[1]


def read_checked(path: Path) -> Pack:
    """The pack in the folder ``path``, fit to be loaded. Raises PackRefused when it has faults."""
    pack, faults = check_files(*read_folder(path))
    if pack is None:
        raise PackRefused(faults)
    return pack
