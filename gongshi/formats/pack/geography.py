"""Reads areas.geojson (RFC 7946) and aliases.toml. Whether rings cross themselves is a question for geometry rules."""

import json
import math
from typing import Any

from gongshi.formats.pack.faults import PackFault, Words, pair
from gongshi.formats.pack.model import Alias, AreaData
from gongshi.formats.pack.tables import Sheet, Table
from gongshi.formats.pack.texts import shown

_DEPTH = {"Polygon": 1, "MultiPolygon": 2}


def parse_geojson(file: str, text: str, faults: list[PackFault]) -> Sheet | None:
    """The sheet of a GeoJSON text, or None after writing down why it cannot be read."""
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        what = pair(
            f"第{error.colno}列不是合法的JSON（{error.msg}）。", f"Column {error.colno}: {error.msg}."
        )
        fix = pair(
            "用地图软件重新导出GeoJSON，或补上这一处。", "Export the GeoJSON again, or mend this spot."
        )
        faults.append(PackFault(file, "", what, fix, error.lineno))
        return None
    except (ValueError, RecursionError) as error:
        what = pair(f"不是合法的JSON（{error}）。", f"This is not valid JSON ({error}).")
        fix = pair("用地图软件重新导出GeoJSON。", "Export the GeoJSON again from a map program.")
        faults.append(PackFault(file, "", what, fix))
        return None
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        return Sheet(file, data, faults)
    what = pair("不是FeatureCollection。", "This is no FeatureCollection.")
    fix = pair('最外层写 {"type": "FeatureCollection", "features": […]}。',
               'Begin with {"type": "FeatureCollection", "features": […]}.')  # fmt: skip
    faults.append(PackFault(file, "type", what, fix))
    return None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def read_areas(sheet: Sheet) -> tuple[AreaData, ...]:
    """Every area of the file, in file order. Members foreign to GeoJSON beside the features are allowed."""
    top = Table(sheet, sheet.data)
    return tuple(_area(row) for row in top.tables("features", required=True))


def _area(feature: Table) -> AreaData:
    table = feature.table("properties", required=True)
    if table is None:
        return AreaData("", {}, "", None, None)
    code, level = table.code(), table.code("level", longest=40)
    names = {"zh": table.text("name_zh", longest=200), "en": table.text("name_en", longest=200)}
    parent = table.reference("parent")
    table.close()
    geometry = feature.value("geometry")
    if geometry is not None and not _good_geometry(feature, code, geometry):
        geometry = None
    return AreaData(code, names, level, parent, geometry)


def _good_geometry(feature: Table, code: str, geometry: Any) -> bool:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _DEPTH:
        what = pair(
            f"“{code}”的边界是{shown(str(kind))}。", f'The boundary of "{code}" is a {shown(str(kind))}.'
        )
        feature.fault(
            "geometry", what, pair("画成Polygon或MultiPolygon。", "Draw a Polygon or MultiPolygon.")
        )
        return False
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not _lists(polygons) or not all(_lists(rings) for rings in polygons):
        what = pair(f"“{code}”的边界没有环。", f'The boundary of "{code}" has no rings.')
        feature.fault("geometry", what, pair("重新画出这个区域。", "Draw this area again."))
        return False
    problems = [_ring_problem(ring) for rings in polygons for ring in rings]
    for number, problem in enumerate(problems, start=1):
        if problem:
            what = pair(f"“{code}”的第{number}个环：{problem[0]['zh']}",
                        f'Ring {number} of "{code}": {problem[0]["en"]}')  # fmt: skip
            feature.fault("geometry", what, problem[1])
    return not any(problems)


def _lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, list) for part in value)


def _ring_problem(ring: list[Any]) -> tuple[Words, Words] | None:
    """What is wrong with one ring: (what, what to do), or None."""
    if not all(_position(point) for point in ring):
        return (
            pair("有的点不是[经度, 纬度]。", "a point is not [longitude, latitude]."),
            pair("每个点写两个有限的数。", "Every point is two finite numbers."),
        )
    if len(ring) < 4:
        return (
            pair(f"只有{len(ring)}个点。", f"only {len(ring)} points."),
            pair(
                "一个环至少要三个角，首尾是同一点。",
                "A ring has three corners or more, and ends where it began.",
            ),
        )
    if ring[0] != ring[-1]:
        return (
            pair("没有闭合。", "it is not closed."),
            pair("最后一点要和第一点相同。", "The last point must be the first."),
        )
    if all(abs(point[0]) <= 180 and abs(point[1]) <= 90 for point in ring):
        return None
    if all(abs(point[1]) <= 180 and abs(point[0]) <= 90 for point in ring):
        return (
            pair("经纬度写反了。", "the coordinates are swapped."),
            pair("GeoJSON先写经度，再写纬度。", "GeoJSON has longitude first, then latitude."),
        )
    return (
        pair("坐标超出地球范围。", "the coordinates are not on earth."),
        pair("导出时选WGS 84（EPSG:4326）。", "Choose WGS 84 (EPSG:4326) when exporting."),
    )


def _position(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) in (2, 3)
        and all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in point)
    )


def read_aliases(sheet: Sheet) -> tuple[Alias, ...]:
    """Every alias of aliases.toml."""
    top = Table(sheet, sheet.data)
    aliases = tuple(_alias(row) for row in top.tables("alias"))
    top.close()
    return aliases


def _alias(table: Table) -> Alias:
    alias = Alias(table.text("name", longest=120), table.code("area"), table.point("point"))
    table.close()
    return alias
