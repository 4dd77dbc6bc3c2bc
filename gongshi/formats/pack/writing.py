"""Writes a pack as files, so that reading them gives the same pack again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import tomli_w

from gongshi.formats.pack.model import (
    AreaData,
    CategoryData,
    OfficeData,
    Pack,
    PageData,
    PreparedData,
    RoutingRuleData,
)

AREAS = "areas.geojson"


def write_pack(pack: Pack) -> dict[str, str]:
    """The files of ``pack`` as {relative name: text}. ``read_pack`` of them gives ``pack`` back.

    Procedures are written as they were; comments of other files are not kept, since a pack does not hold them.
    """
    return write_data(pack_data(pack))


def pack_data(pack: Pack) -> dict[str, Any]:
    """What the files of ``pack`` hold, as plain data by file name; a procedure is its text, the map its features."""
    data: dict[str, Any] = {
        "pack.toml": _place(pack),
        "offices.toml": {"office": [_office(office) for office in pack.offices]},
        "staff.toml": {"staff": [_without_empty(asdict(member)) for member in pack.staff]},
        "categories.toml": {"category": [_category(category) for category in pack.categories]},
        "routing.toml": {"rule": [_rule(rule) for rule in pack.rules]},
    }
    if pack.areas:
        data[AREAS] = {"features": [_feature(area) for area in pack.areas]}
    if pack.aliases:
        data["aliases.toml"] = {"alias": [_without_empty(asdict(alias)) for alias in pack.aliases]}
    if pack.pages:
        data["pages.toml"] = {"page": [page_row(page) for page in pack.pages]}
    if pack.prepared:
        data["templates.toml"] = _prepared(pack.prepared)
    if pack.words:
        data["words.toml"] = {"words": dict(pack.words)}
    for calendar in pack.calendars:
        data[f"calendars/{calendar.code}.toml"] = _plain(dict(calendar.content))
    for code, text in pack.procedures.items():
        data[f"procedures/{code}.toml"] = text
    return data


def write_data(data: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a pack's files from what `pack_data` says that they hold."""
    return {name: _text(name, content) for name, content in data.items()}


def _text(name: str, content: Any) -> str:
    if isinstance(content, str):
        return content
    return _geojson(content["features"]) if name == AREAS else _toml(content)


def _prepared(rows: Iterable[PreparedData]) -> dict[str, Any]:
    """Templates and phrases each in a table of their own."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        tables.setdefault("template" if one.kind == "answer" else "phrase", []).append(prepared_row(one))
    return tables


def page_row(page: PageData) -> dict[str, Any]:
    """One answer page as its table in pages.toml."""
    return _without_empty(asdict(page))


def prepared_row(prepared: PreparedData) -> dict[str, Any]:
    """One template or phrase as its table in templates.toml."""
    row = _without_empty(asdict(prepared))
    return {key: value for key, value in row.items() if key != "kind"}


def _toml(data: Mapping[str, Any]) -> str:
    return tomli_w.dumps(data, multiline_strings=True)


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` without what is not there; tuples become lists, as TOML has no others."""
    return {key: _plain(value) for key, value in row.items() if value not in (None, "", {}, (), [])}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _place(pack: Pack) -> dict[str, Any]:
    place = asdict(pack.place)
    lists = {
        "emergency": place.pop("emergency"),
        "routes": [_without_empty(one) for one in place.pop("routes")],
        "retention": place.pop("retention"),
    }
    snap, threshold, licence = (place.pop(name) for name in ("snap_metres", "threshold", "licence"))
    return _without_empty(
        {
            "place": _without_empty(place),
            "publication": {"snap_metres": snap},
            "figures": {"threshold": threshold},
            **({"open_data": {"licence": licence}} if licence else {}),
            "level": [asdict(level) for level in pack.levels],
            **lists,
        }
    )


def _office(office: OfficeData) -> dict[str, Any]:
    return _without_empty(asdict(office))


def _category(category: CategoryData) -> dict[str, Any]:
    row = _without_empty(asdict(category))
    if category.public:
        del row["public"]
    for question in row.get("questions", []):
        for key in ("choices", "required"):
            if not question[key]:
                del question[key]
    return row


def _rule(rule: RoutingRuleData) -> dict[str, Any]:
    row = _without_empty(asdict(rule))
    return {**row, "office_serving": True} if rule.among else row


def _geojson(features: Iterable[Mapping[str, Any]]) -> str:
    """One area a line, so that a change shows as a small difference."""
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        for feature in features
    )
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def _feature(area: AreaData) -> dict[str, Any]:
    properties = {
        "code": area.code,
        "name_zh": area.name["zh"],
        "name_en": area.name["en"],
        "level": area.level,
        "parent": area.parent,
    }
    return {"type": "Feature", "properties": properties, "geometry": area.geometry}
