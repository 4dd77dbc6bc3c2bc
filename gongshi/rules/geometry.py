"""Areas on the map: which contain a point, which are near it, how far things are, and where a public point is put.

Coordinates are WGS 84 degrees; arguments are latitude, longitude in this order, geometries are GeoJSON (RFC 7946:
longitude first). Lengths are metres on the WGS 84 ellipsoid, by its radii of curvature at the middle latitude
(Snyder, Map Projections, 1987, eq. 4-19, 4-20). Against the geodesic the error stays under 0.01 % up to 10 km and
under 1 % up to 500 km, between 70 degrees south and north. Areas across the 180th meridian must be cut there, as
RFC 7946 part 3.1.9 asks. See docs/rules/geometry.md.
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry
from shapely.geometry.polygon import orient

K = TypeVar("K", bound=Hashable)

_SEMI_MAJOR = 6_378_137.0
_ECCENTRICITY_SQUARED = 0.006_694_379_990_14

_REASONS = (
    ("Self-intersection", "crosses_itself"),
    ("Ring Self-intersection", "touches_itself"),
    ("Too few points", "too_few_points"),
    ("Hole lies outside shell", "hole_outside"),
    ("Holes are nested", "holes_nested"),
    ("Nested shells", "parts_nested"),
    ("Interior is disconnected", "cut_apart"),
    ("Duplicate Rings", "ring_twice"),
    ("Invalid Coordinate", "bad_coordinate"),
)


def repair(geometry: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A valid Polygon or MultiPolygon for ``geometry``, and what was wrong with it (empty if nothing was).

    Problem codes: those of `_REASONS`, then "unreadable" or "empty" when no area is left (the geometry returned is
    then an empty MultiPolygon), "ambiguous" when the rings can be read in two ways that differ by more than 1 % of
    the area (a part drawn twice counts as inside here, as outside by the even-odd rule): somebody should look. A
    valid geometry comes back as it was. Never raises for what a GeoJSON parser can produce.
    """
    try:
        drawn = shapely.force_2d(shape(geometry))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return _nothing(), ["unreadable"]
    if drawn.geom_type not in ("Polygon", "MultiPolygon"):
        return _nothing(), ["unreadable"]
    if drawn.is_empty or not np.isfinite(shapely.get_coordinates(drawn)).all():
        return _nothing(), ["unreadable"]
    if drawn.is_valid:
        return geometry, []
    problems = _reasons(drawn)
    mended = _polygons(shapely.make_valid(drawn, method="structure", keep_collapsed=False))
    if mended.is_empty:
        return _nothing(), [*problems, "empty"]
    other = _polygons(shapely.make_valid(drawn))
    if mended.symmetric_difference(other).area > 0.01 * mended.area:
        problems.append("ambiguous")
    return _as_geojson(mended), problems


def _reasons(drawn: BaseGeometry) -> list[str]:
    """A code for each part that is invalid, each once."""
    parts = [part for part in shapely.get_parts(drawn) if not part.is_valid] or [drawn]
    said = [shapely.is_valid_reason(part) for part in parts]
    return sorted(
        {next((code for start, code in _REASONS if text.startswith(start)), "invalid") for text in said}
    )


def _polygons(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """The polygons of whatever ``make_valid`` gave, joined where they share an edge; lines and points are left out."""
    polygons = [part for part in _single(shapely.union_all(_single(geometry))) if part.area > 0]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _single(geometry: BaseGeometry) -> list[Polygon]:
    """The single polygons in a geometry or a collection, however deep."""
    if isinstance(geometry, BaseMultipartGeometry):
        return [part for inner in geometry.geoms for part in _single(inner)]
    return [geometry] if isinstance(geometry, Polygon) else []


def _as_geojson(geometry: Polygon | MultiPolygon) -> dict[str, Any]:
    """Plain lists, outer rings counter-clockwise (RFC 7946 part 3.1.6)."""
    if isinstance(geometry, Polygon):
        turned: BaseGeometry = orient(geometry)
    else:
        turned = MultiPolygon([orient(part) for part in geometry.geoms])
    plain = mapping(turned)
    return {"type": plain["type"], "coordinates": _lists(plain["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(part) for part in value] if isinstance(value, tuple | list) else value


def _nothing() -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": []}


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """How many metres one degree of latitude and one degree of longitude measure at ``latitude``."""
    phi = math.radians(latitude)
    bend = 1 - _ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    north = _SEMI_MAJOR * (1 - _ECCENTRICITY_SQUARED) / bend**1.5
    east = _SEMI_MAJOR / math.sqrt(bend) * math.cos(phi)
    return math.radians(1) * north, math.radians(1) * max(east, 0.0)


def distance_metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (latitude, longitude) points, the short way round. Raises ValueError off the earth."""
    _check(*a)
    _check(*b)
    north, east = metres_per_degree((a[0] + b[0]) / 2)
    across = (b[1] - a[1] + 180) % 360 - 180
    return math.hypot((b[0] - a[0]) * north, across * east)


def snap(latitude: float, longitude: float, metres: float) -> tuple[float, float]:
    """The centre of the grid cell, ``metres`` wide and high, that holds the point: what the public may see.

    The grid is fixed to the earth, not to the point, so that several points snapped from one spot tell no more than
    one. Snapping twice gives the same point. Raises ValueError off the earth or for less than 1 metre.
    """
    _check(latitude, longitude)
    if not 1 <= metres <= 100_000:
        raise ValueError("a grid has cells of 1 m to 100 km")
    north, _ = metres_per_degree(45)
    snapped = _cell(latitude, north / metres, 90)
    _, east = metres_per_degree(snapped)
    return round(snapped, 6), round(_cell(longitude, east / metres, 180), 6)


def _cell(degrees: float, cells_per_degree: float, limit: int) -> float:
    """The nearest cell centre whose own coordinate stays within ``limit`` degrees; 0 where a cell spans the circle."""
    outermost = math.floor(limit * cells_per_degree)
    if outermost == 0:
        return 0.0
    return max(-outermost, min(outermost, round(degrees * cells_per_degree))) / cells_per_degree


class AreaIndex(Generic[K]):
    """Areas by place. Built from (id, rank of the level: 0 is the top, GeoJSON geometry); safe to share once built.

    Geometries should be valid (`repair`); one that is not is repaired here, and an empty one is never found.
    """

    def __init__(self, rows: Iterable[tuple[K, int, dict[str, Any]]]) -> None:
        kept = [(key, rank, shape(repair(geometry)[0])) for key, rank, geometry in rows]
        kept = [row for row in kept if not row[2].is_empty]
        order = sorted(range(len(kept)), key=lambda n: (-kept[n][1], kept[n][2].area, str(kept[n][0])))
        self._keys = [kept[n][0] for n in order]
        self._shapes = np.array([kept[n][2] for n in order], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def areas_at(self, latitude: float, longitude: float) -> list[K]:
        """The areas that contain the point or touch it, smallest first (deepest level, then smallest area).

        A point on a boundary lies in the areas on both sides. Raises ValueError off the earth.
        """
        _check(latitude, longitude)
        near = np.sort(self._tree.query(shapely.Point(longitude, latitude)))
        inside = shapely.intersects_xy(self._shapes[near], longitude, latitude)
        return [self._keys[n] for n in near[inside]]

    def near_boundary(self, latitude: float, longitude: float, metres: float = 50) -> list[K]:
        """The areas that reach within ``metres`` of the point, those containing it among them, smallest first."""
        _check(latitude, longitude)
        north, east = metres_per_degree(latitude)
        up, aside = metres / north * 1.01, metres / max(east, 1.0) * 1.01
        around = shapely.box(longitude - aside, latitude - up, longitude + aside, latitude + up)
        near = np.sort(self._tree.query(around))
        inside = shapely.intersects_xy(self._shapes[near], longitude, latitude)
        here, scale = np.array([longitude, latitude]), np.array([east, north])
        return [
            self._keys[n]
            for n, holds in zip(near, inside, strict=True)
            if holds or _reach(self._shapes[n], here, scale) <= metres
        ]


def _reach(area: BaseGeometry, here: NDArray[np.float64], scale: NDArray[np.float64]) -> float:
    """Metres from ``here`` to ``area`` on a flat map that is true at ``here``."""
    flat = shapely.transform(area, lambda points: (points - here) * scale)
    return float(shapely.distance(flat, shapely.Point(0, 0)))


def overlap_share(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Which share of ``a`` lies in ``b``, from 0 to 1. Both valid; shares are exact enough for one town."""
    first, second = shape(a), shape(b)
    return float(first.intersection(second).area / first.area) if first.area else 0.0


def overlaps(geometries: Mapping[K, dict[str, Any]], least: float = 0.02) -> list[tuple[K, K, float]]:
    """Pairs of areas that lie over each other: (one, other, share of the smaller one), in the order given.

    Only shares above ``least`` are told: neighbours drawn by different hands never fit exactly.
    """
    keys = list(geometries)
    drawn = np.array([shape(geometry) for geometry in geometries.values()], dtype=object)
    tree = shapely.STRtree(drawn)
    found = []
    for one, other in sorted(tree.query(drawn, predicate="intersects").T.tolist()):
        smaller = min(drawn[one].area, drawn[other].area)
        if one < other and smaller > 0:
            share = drawn[one].intersection(drawn[other]).area / smaller
            if share > least:
                found.append((keys[one], keys[other], float(share)))
    return found


def _check(latitude: float, longitude: float) -> None:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("latitude is -90 to 90, longitude -180 to 180")


@dataclass(frozen=True)
class Outline(Generic[K]):
    """One area drawn: SVG path data (fill-rule "evenodd"), and a point inside it where its name may stand."""

    key: K
    path: str
    label: tuple[float, float]


@dataclass(frozen=True)
class OutlineMap(Generic[K]):
    """Areas drawn in a box of ``width`` by ``height`` pixels, north up."""

    width: float
    height: float
    outlines: tuple[Outline[K], ...]
    west: float
    north: float
    scale: tuple[float, float]

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point falls on the map, in pixels from its top left; it may lie outside the box."""
        return (longitude - self.west) * self.scale[0], (self.north - latitude) * self.scale[1]

    def locate(self, x: float, y: float) -> tuple[float, float]:
        """The (latitude, longitude) of a pixel: where somebody clicked."""
        return self.north - y / self.scale[1], self.west + x / self.scale[0]


def outline_svg_paths(
    geometries: Mapping[K, dict[str, Any]],
    width: float,
    *,
    padding: float = 4,
    tolerance: float = 1.5,
    tallest: float | None = None,
) -> OutlineMap[K]:
    """The outlines of areas as small SVG paths: a map that needs no tiles and no script.

    A plain cylindrical map, true in shape at the middle latitude. Neighbours are simplified together, to about
    ``tolerance`` pixels, so that no gaps open between them (Visvalingam and Whyatt 1993, as GEOS does for
    coverages); the areas should not overlap. Parts under one square pixel are left out, but never a whole area.
    ``tallest`` limits the height; the map is then narrower than ``width``. Areas without a geometry are left out.
    """
    drawn = {key: shape(repair(geometry)[0]) for key, geometry in geometries.items()}
    drawn = {key: area for key, area in drawn.items() if not area.is_empty}
    if not drawn:
        return OutlineMap(width, 0, (), 0, 0, (1, 1))
    west, south, east, north = shapely.total_bounds(list(drawn.values())).tolist()
    metres_north, metres_east = metres_per_degree((south + north) / 2)
    across, up = max((east - west) * metres_east, 1.0), max((north - south) * metres_north, 1.0)
    per_metre = (width - 2 * padding) / across
    if tallest is not None:
        per_metre = min(per_metre, (tallest - 2 * padding) / up)
    scale = (metres_east * per_metre, metres_north * per_metre)
    west, north = west - padding / scale[0], north + padding / scale[1]
    flat = [
        shapely.transform(area, lambda points: (points - [west, north]) * [scale[0], -scale[1]])
        for area in drawn.values()
    ]
    simple = shapely.coverage_simplify(flat, tolerance)
    outlines = tuple(
        Outline(key, _path_data(small if small.area > 0 else area), _inner_point(area))
        for key, area, small in zip(drawn, flat, simple, strict=True)
    )
    return OutlineMap(
        round(across * per_metre + 2 * padding, 1),
        round(up * per_metre + 2 * padding, 1),
        outlines,
        west,
        north,
        scale,
    )


def simplified_rings(
    geometries: Mapping[K, dict[str, Any]], metres: float
) -> dict[K, list[list[tuple[float, float]]]]:
    """The rings of areas as (latitude, longitude) to 5 decimals (about a metre), simplified to about ``metres``.

    Together, so that no gaps open between neighbours; for a map that scales its lines itself. Areas without a geometry
    are left out.
    """
    drawn = {key: shape(repair(geometry)[0]) for key, geometry in geometries.items()}
    drawn = {key: area for key, area in drawn.items() if not area.is_empty}
    if not drawn:
        return {}
    _, south, _, north = shapely.total_bounds(list(drawn.values())).tolist()
    simple = shapely.coverage_simplify(
        list(drawn.values()), metres / metres_per_degree((south + north) / 2)[0]
    )
    return {
        key: [
            [(round(y, 5), round(x, 5)) for x, y in shapely.get_coordinates(ring).tolist()]
            for part in shapely.get_parts(small if small.area > 0 else area)
            for ring in (part.exterior, *part.interiors)
        ]
        for (key, area), small in zip(drawn.items(), simple, strict=True)
    }


def inner_point(geometry: dict[str, Any]) -> tuple[float, float]:
    """The (latitude, longitude) of a point inside an area, near its middle. Raises ValueError without an area."""
    drawn = shape(repair(geometry)[0])
    if drawn.is_empty:
        raise ValueError("no area is left")
    largest = max(shapely.get_parts(drawn), key=lambda part: part.area)
    point = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return round(point.y, 5), round(point.x, 5)


def _inner_point(area: BaseGeometry) -> tuple[float, float]:
    largest = max(shapely.get_parts(area), key=lambda part: part.area)
    point = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return round(point.x, 1), round(point.y, 1)


def _path_data(area: BaseGeometry) -> str:
    """Closed subpaths with relative steps in tenths of a pixel, which is what makes them short."""
    parts = sorted(shapely.get_parts(area), key=lambda part: -part.area)
    kept = [parts[0], *(part for part in parts[1:] if part.area >= 1)]
    holes = [ring for part in kept for ring in part.interiors if Polygon(ring).area >= 1]
    rings = [*(part.exterior for part in kept), *holes]
    return "".join(_subpath(np.rint(shapely.get_coordinates(ring) * 10).astype(int)) for ring in rings)


def _subpath(tenths: NDArray[np.int_]) -> str:
    steps = np.diff(tenths[:-1], axis=0)
    moves = steps[np.any(steps != 0, axis=1)]
    start = f"M{_number(tenths[0][0])} {_number(tenths[0][1])}"
    return start + "l" + " ".join(f"{_number(x)} {_number(y)}" for x, y in moves) + "z"


def _number(tenths: int) -> str:
    return f"{tenths / 10:.1f}".removesuffix(".0")
