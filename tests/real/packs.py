"""What the packs made for real data sets have in common: plain parts in, the files of a pack out."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

DATA = Path(os.environ.get("GONGSHI_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
PROCEDURE = Path(__file__).parent / "request.toml"
Words = dict[str, str]


def ask(make_pack: Callable[[Path, Path], Path]) -> None:
    """The command line of a module that makes a pack."""
    asked = ArgumentParser(description="Makes a pack for a real data set.")
    asked.add_argument("folder", type=Path, help="where to write the pack")
    asked.add_argument("data", type=Path, nargs="?", default=DATA, help="the folder of real data sets")
    given = asked.parse_args()
    print(make_pack(given.folder, given.data))


def same(name: str) -> Words:
    """A name that is written alike in both languages."""
    return {"zh": name, "en": name}


def office(code: str, name: Words, serves: Iterable[str], above: str | None = None) -> dict[str, Any]:
    """One office as offices.toml has it."""
    upper = {"above": above} if above else {}
    return {"code": code, "name": name, "serves": list(serves), "phone": "0000-0", **upper}


def write_pack(folder: Path, place: Mapping[str, Any], **parts: Any) -> Path:
    """Writes a pack of one procedure: ``parts`` are level, areas, offices, categories, rules, calendar."""
    (folder / "procedures").mkdir(parents=True, exist_ok=True)
    (folder / "calendars").mkdir(exist_ok=True)
    general = {
        "place": place,
        "level": parts["levels"],
        "emergency": [{"number": "112", "name": {"zh": "求救", "en": "Emergency"}}],
        "routes": [
            {
                "code": "court",
                "name": {"zh": "法院", "en": "The courts"},
                "words": {"zh": "随时可以起诉。", "en": "You can go to court at any time."},
            }
        ],
    }
    top = parts["offices"][0]["code"]
    roles = ("supervisor", "lead", "handler", "dispatcher", "reviewer", "administrator")
    staff = {
        "login": "clerk",
        "name": {"zh": "工作人员", "en": "Clerk"},
        "appointments": [{"office": top, "role": role} for role in roles],
    }
    files = {
        "pack.toml": general,
        "offices.toml": {"office": parts["offices"]},
        "staff.toml": {"staff": [staff]},
        "categories.toml": {"category": parts["categories"]},
        "routing.toml": {"rule": parts["rules"]},
        f"calendars/{place['calendar'].lower()}.toml": parts["calendar"],
    }
    for name, data in files.items():
        (folder / name).write_text(tomli_w.dumps(data), encoding="utf-8")
    collection = {"type": "FeatureCollection", "features": parts["areas"]}
    (folder / "areas.geojson").write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    (folder / "procedures" / "request.toml").write_text(
        PROCEDURE.read_text(encoding="utf-8"), encoding="utf-8"
    )
    return folder


def area(
    code: str, name: Words, level: str, parent: str | None = None, geometry: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One area as areas.geojson has it."""
    properties = {
        "code": code,
        "name_zh": name["zh"],
        "name_en": name["en"],
        "level": level,
        "parent": parent,
    }
    return {"type": "Feature", "properties": properties, "geometry": geometry}
