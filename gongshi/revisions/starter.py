"""The starter: a small pack that stands in the program, with which a place begins that has none of its own."""

from functools import cache
from pathlib import Path

from gongshi.formats.pack import Pack
from gongshi.revisions.checks import check_files

FOLDER = Path(__file__).resolve().parent / "starting_pack"
KINDS = (".toml", ".geojson")


@cache
def starter() -> Pack:
    """One office and the level above it, one area, a few categories, three procedures."""
    files = {
        file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(FOLDER.rglob("*"))
        if file.suffix in KINDS
    }
    pack, faults = check_files(files)
    if pack is None:
        raise ValueError([fault.what["en"] for fault in faults])
    return pack
