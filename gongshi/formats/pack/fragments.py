"""One thing of a pack as data, by its kind and code; and a pack's data with one thing put in, changed or taken out.

Kinds: "place", "office", "staff", "category", "rule", "words", "alias", "area", "page", "answer", "phrase", "calendar"
and "procedure"; and "order", whose codes "category" and "rule" stand for the order of these two lists.
"""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
Kept = dict[str, Any]
"""A thing as it stands: ``{"data": ...}``, with ``"position"`` (from 0) where the order of its list counts."""

_LISTS = {
    "office": ("offices.toml", "office"),
    "staff": ("staff.toml", "staff"),
    "category": ("categories.toml", "category"),
    "rule": ("routing.toml", "rule"),
    "alias": ("aliases.toml", "alias"),
    "area": ("areas.geojson", "features"),
    "page": ("pages.toml", "page"),
    "answer": ("templates.toml", "template"),
    "phrase": ("templates.toml", "phrase"),
}
_FOLDERS = {"calendar": "calendars", "procedure": "procedures"}
ORDERED = ("category", "rule")


def fragments(data: Data) -> dict[tuple[str, str], Kept]:
    """Everything in a pack's data by (kind, code)."""
    found: dict[tuple[str, str], Kept] = {}
    place = data["pack.toml"]
    found["place", place["place"]["code"]] = {"data": place}
    for kind, (file, table) in _LISTS.items():
        for position, row in enumerate(_rows(data, file, table)):
            kept: Kept = {"data": row}
            found[kind, code_of(kind, row)] = {**kept, "position": position} if kind in ORDERED else kept
    for code, words in data.get("words.toml", {}).get("words", {}).items():
        found["words", code] = {"data": words}
    for kind, folder in _FOLDERS.items():
        for name, content in data.items():
            if name.startswith(f"{folder}/"):
                found[kind, name.removeprefix(f"{folder}/").removesuffix(".toml")] = {"data": content}
    return found


def order_of(data: Data, kind: str) -> list[str]:
    """The codes of a kind in their order."""
    return [code_of(kind, row) for row in _rows(data, *_LISTS[kind])]


def code_of(kind: str, row: Mapping[str, Any]) -> str:
    """What a row of a list is called."""
    if kind == "alias":
        return f"{row['name']} ({row['area']})"
    if kind == "area":
        return str(row["properties"]["code"])
    return str(row["login"] if kind == "staff" else row["code"])


def put(data: Data, kind: str, code: str, kept: Kept | None) -> dict[str, Any]:
    """The data with one thing as it is ``kept``, or without it for None. What is not touched is shared, not copied."""
    if kind == "order":
        return _ordered(data, code, kept)
    if kind in _LISTS:
        return _in_list(data, kind, code, kept)
    if kind == "words":
        words = dict(data.get("words.toml", {}).get("words", {}))
        words.pop(code, None)
        if kept is not None:
            words[code] = kept["data"]
        return _with_file(data, "words.toml", {"words": words} if words else None)
    file = "pack.toml" if kind == "place" else f"{_FOLDERS[kind]}/{code}.toml"
    return _with_file(data, file, None if kept is None else kept["data"])


def _in_list(data: Data, kind: str, code: str, kept: Kept | None) -> dict[str, Any]:
    file, table = _LISTS[kind]
    rows = list(_rows(data, file, table))
    here = next((n for n, row in enumerate(rows) if code_of(kind, row) == code), None)
    if here is not None:
        del rows[here]
    if kept is not None:
        end = len(rows) if here is None else here
        rows.insert(min(kept.get("position", end), len(rows)), kept["data"])
    return _with_file(data, file, {**data.get(file, {}), table: rows})


def _ordered(data: Data, kind: str, kept: Kept | None) -> dict[str, Any]:
    """A list in another order; what the order does not name stays behind what it stood behind before."""
    wanted = {code: n for n, code in enumerate((kept or {"data": []})["data"])}
    file, table = _LISTS[kind]
    rank, place = {}, -1
    for row in _rows(data, file, table):
        place = wanted.get(code_of(kind, row), place)
        rank[code_of(kind, row)] = place
    rows = sorted(_rows(data, file, table), key=lambda row: rank[code_of(kind, row)])
    return _with_file(data, file, {**data.get(file, {}), table: rows})


def _rows(data: Data, file: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = data.get(file, {}).get(table, [])
    return rows


def _with_file(data: Data, file: str, content: Any) -> dict[str, Any]:
    rest = {name: value for name, value in data.items() if name != file}
    return rest if content is None else {**rest, file: content}
