"""The map of area outlines: a drawing that is a button. Where it was pressed comes back as x and y, without script."""

from collections.abc import Mapping
from html import escape
from itertools import takewhile
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from gongshi.cases.intake.choices import children, mapped
from gongshi.cases.intake.draft import Matter
from gongshi.places.queries import AreaNode, area_by_code, area_index, areas, boundaries
from gongshi.places.snapshots import Snapshot
from gongshi.rules.geometry import OutlineMap, outline_svg_paths
from gongshi.words import in_language

WIDTH = 320
TALLEST = 360
# Pixels, about a character of the names' size.
LETTER = 13


def _no_maps() -> dict[str, OutlineMap[Any]]:
    return {}


_drawn = Snapshot(_no_maps)


def outline_map(node: AreaNode) -> OutlineMap[Any] | None:
    """The parts of an area drawn in `WIDTH` pixels; None where nothing is drawn."""
    known = _drawn()
    if node.code not in known:
        lines = boundaries()
        below = {each.id: lines[each.id] for each in children(node) if each.id in lines}
        known[node.code] = outline_svg_paths(below, WIDTH, tallest=TALLEST)
    found = known[node.code]
    return found if found.outlines else None


def clicked(matter: Matter, data: Mapping[str, str]) -> str | None:
    """The code of the area that was pressed on the map; None when the map was not pressed, or beside all areas."""
    try:
        x, y = int(data["map.x"]), int(data["map.y"])
    except (KeyError, ValueError):
        return None
    node = mapped(matter)
    drawn = outline_map(node) if node else None
    if node is None or drawn is None or not (0 <= x <= WIDTH and 0 <= y <= TALLEST):
        return None
    if x == 0 and y == 0:
        return None  # pressed with the keyboard
    below = {each.id for each in children(node)}
    found = [key for key in area_index().areas_at(*drawn.locate(x, y)) if key in below]
    return areas()[found[0]].code if found else None


@cache_control(public=True, max_age=3600)
def area_map(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001
    """The drawing of an area's parts with their names, as SVG. Public: it tells nothing about whoever asks."""
    node = area_by_code(code)
    drawn = outline_map(node) if node else None
    if node is None or drawn is None:
        raise Http404
    return HttpResponse(_svg(node, drawn), content_type="image/svg+xml")


def _short(part: AreaNode, whole: AreaNode) -> str:
    """A part's name without what it shares with the whole's: "第3网格" of "工园第3网格" in "工园社区"."""
    name, upper = in_language(part.name), in_language(whole.name)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, upper, strict=False)))
    if " " in name:
        shared = name.rfind(" ", 0, shared + 1) + 1
    return name[shared:] if shared > 1 and len(name) > shared + 1 else name


def _svg(node: AreaNode, drawn: OutlineMap[Any]) -> str:
    paths = "".join(
        f'<path d="{line.path}" fill="{_tone(place)}" stroke="#0b5d4e" stroke-width="1.2" fill-rule="evenodd"/>'
        for place, line in enumerate(drawn.outlines)
    )
    known = areas()
    names = "".join(_name(line.label, _short(known[line.key], node), drawn) for line in drawn.outlines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawn.width:g}" height="{drawn.height:g}" '
        f'viewBox="0 0 {drawn.width:g} {drawn.height:g}"><g>{paths}</g>'
        '<g font-family="sans-serif" font-size="12" font-weight="600" text-anchor="middle" fill="#17241f" '
        f'stroke="#f6f9f7" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{names}</g></svg>'
    )


def _tone(place: int) -> str:
    return ("#dfece6", "#cfe3da", "#edf3f0", "#d8e7ef")[place % 4]


def _name(at: tuple[float, float], name: str, drawn: OutlineMap[Any]) -> str:
    """One name, kept inside the drawing, broken into two lines where it is long."""
    half = len(name) // 2
    space = name.find(" ", half - 3)
    wide = sum(LETTER if ord(sign) > 0x2E80 else LETTER * 0.55 for sign in name)
    lines = [name]
    if wide > 90:
        cut = space if space > 0 else half
        lines = [name[:cut].strip(), name[cut:].strip()]
    widest = max(sum(LETTER if ord(s) > 0x2E80 else LETTER * 0.55 for s in line) for line in lines) / 2
    x = min(max(at[0], widest + 2), drawn.width - widest - 2)
    top = min(max(at[1], 14), drawn.height - 18 * (len(lines) - 1) - 4)
    return "".join(
        f'<text x="{x:.1f}" y="{top + 15 * row:.1f}">{escape(line)}</text>' for row, line in enumerate(lines)
    )
