"""Checks of a pack's map: rings that cross themselves, areas over each other, points outside their area."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gongshi.formats.pack import AreaData, Pack, Parts
from gongshi.rules.geometry import AreaIndex, overlap_share, overlaps, repair

Words = dict[str, str]
Shapes = dict[str, dict[str, Any]]
FILE = "areas.geojson"

_STRAY = 0.02
"""A share above this of an area outside its parent, or over its neighbour, is worth a look."""
_NEAR_METRES = 100


def _pair(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


_RING_WORDS: Mapping[str, Words] = {
    "crosses_itself": _pair("边界自己交叉", "the boundary crosses itself"),
    "touches_itself": _pair("边界自己相接", "the boundary touches itself"),
    "too_few_points": _pair("点太少", "there are too few points"),
    "hole_outside": _pair("洞在外环之外", "a hole lies outside its outer ring"),
    "holes_nested": _pair("洞里套洞", "a hole lies in a hole"),
    "parts_nested": _pair("一块套着另一块", "one part lies in another"),
    "cut_apart": _pair("里面被切断", "the inside is cut apart"),
    "ring_twice": _pair("同一个环画了两次", "a ring is drawn twice"),
    "bad_coordinate": _pair("有坏坐标", "a coordinate is broken"),
    "invalid": _pair("边界画得不对", "the boundary is invalid"),
    "unreadable": _pair("读不出区域", "no area can be read from it"),
    "empty": _pair("没有面积", "it has no area"),
    "ambiguous": _pair(
        "重叠的部分算里面还是外面说不清", "it is unclear whether a part drawn twice is inside"
    ),
}


_LOOK = _pair("看看地图上这一处画得对不对。", "Look whether this spot of the map is drawn right.")


def repaired(pack: Pack) -> Pack:
    """The same pack with every boundary valid, which is how it is loaded."""
    return replace(pack, areas=tuple(_repaired(area) for area in pack.areas))


def _repaired(area: AreaData) -> AreaData:
    return area if area.geometry is None else replace(area, geometry=repair(area.geometry)[0])


def check_map(parts: Parts) -> None:
    """Write down what is wrong or odd with the map. Odd things are warnings: maps by many hands never fit exactly."""
    shapes: Shapes = {}
    for index, area in enumerate(parts.areas):
        if area.geometry is None or not area.code:
            continue
        mended, problems = repair(area.geometry)
        if problems:
            _ring_fault(parts, index, problems)
        if mended["coordinates"]:
            shapes[area.code] = mended
    _outside_parent(parts, shapes)
    _over_neighbours(parts, shapes)
    _points_outside(parts, shapes)


def _ring_fault(parts: Parts, index: int, problems: list[str]) -> None:
    lost = bool({"unreadable", "empty"} & set(problems))
    said = [_RING_WORDS[code] for code in problems]
    what = _pair("；".join(w["zh"] for w in said) + "。", "; ".join(w["en"] for w in said).capitalize() + ".")
    again = _pair("重新画出这个区域。", "Draw this area again.")
    mend = _pair(
        "载入时会自动修好；请看一眼地图，最好在源文件里改。",
        "It is repaired when loaded: look at the map, and better mend the source.",
    )
    path = ("features", index, "geometry")
    parts.fault(FILE, path, what, again if lost else mend, severity="fault" if lost else "warning")


def _outside_parent(parts: Parts, shapes: Shapes) -> None:
    for index, area in enumerate(parts.areas):
        if area.code not in shapes or area.parent not in shapes:
            continue
        outside = 1 - overlap_share(shapes[area.code], shapes[area.parent])
        if outside > _STRAY:
            what = _pair(
                f"有{outside:.0%}在上级区域“{area.parent}”之外。",
                f'{outside:.0%} of it lies outside "{area.parent}".',
            )
            parts.fault(FILE, ("features", index), what, _LOOK, severity="warning")


def _over_neighbours(parts: Parts, shapes: Shapes) -> None:
    """Areas of one level should not lie over each other, whatever they are part of."""
    levels: dict[str, Shapes] = {}
    for area in parts.areas:
        if area.code in shapes:
            levels.setdefault(area.level, {})[area.code] = shapes[area.code]
    index_of = {area.code: index for index, area in enumerate(parts.areas)}
    for drawn in levels.values():
        for one, other, share in overlaps(drawn, _STRAY):
            what = _pair(f"和“{one}”重叠，达{share:.0%}。", f'It lies over "{one}", by {share:.0%}.')
            parts.fault(FILE, ("features", index_of[other]), what, _LOOK, severity="warning")


def _points_outside(parts: Parts, shapes: Shapes) -> None:
    index = AreaIndex([(code, 0, shape) for code, shape in shapes.items()])
    fix = _pair("改正坐标：先纬度，后经度。", "Correct the point: latitude first.")
    for n, alias in enumerate(parts.aliases):
        if alias.point is None or alias.area not in shapes:
            continue
        if alias.area not in index.near_boundary(*alias.point, metres=_NEAR_METRES):
            what = _pair(f"这个点不在“{alias.area}”里。", f'This point does not lie in "{alias.area}".')
            parts.fault("aliases.toml", ("alias", n, "point"), what, fix, severity="warning")
    if parts.place and shapes and not index.areas_at(*parts.place.centre):
        what = _pair("中心点不在任何区域里。", "The centre lies in no area.")
        parts.fault("pack.toml", ("place", "centre"), what, fix, severity="warning")
