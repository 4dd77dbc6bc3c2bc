"""Areas on the map: repair, who contains a point, distances in true metres, the public grid, drawn outlines."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from gongshi.rules.geometry import (
    AreaIndex,
    distance_metres,
    metres_per_degree,
    outline_svg_paths,
    overlap_share,
    overlaps,
    repair,
    snap,
)

Geometry = dict[str, Any]


def polygon(*rings: list[tuple[float, float]]) -> Geometry:
    return {"type": "Polygon", "coordinates": [[list(p) for p in [*ring, ring[0]]] for ring in rings]}


def square(west: float, south: float, size: float = 1.0) -> Geometry:
    east, north = west + size, south + size
    return polygon([(west, south), (east, south), (east, north), (west, north)])


# repair


def test_valid_geometry_comes_back_as_it_was() -> None:
    drawn = square(118, 28)
    assert repair(drawn) == (drawn, [])


@pytest.mark.parametrize(
    ("drawn", "problems"),
    [
        (polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), ["crosses_itself"]),
        (polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]), ["touches_itself"]),
        (polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [(5, 5), (6, 5), (6, 6)]), ["hole_outside"]),
        (
            polygon([(0, 0), (4, 0), (4, 2), (1, 2), (1, 1), (3, 1), (3, 4), (0, 4)]),
            ["crosses_itself", "ambiguous"],
        ),
    ],
)
def test_invalid_rings_are_repaired_and_reported(drawn: Geometry, problems: list[str]) -> None:
    mended, found = repair(drawn)
    assert found == problems
    assert shape(mended).is_valid
    assert shape(mended).area > 0
    assert isinstance(mended["coordinates"], list)


def test_repair_keeps_both_halves_of_a_bow_tie() -> None:
    mended, _ = repair(polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert mended["type"] == "MultiPolygon"
    assert shape(mended).area == pytest.approx(2)


def test_repair_turns_outer_rings_counter_clockwise() -> None:
    mended, _ = repair(polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]))
    for part in shapely.get_parts(shape(mended)):
        assert part.exterior.is_ccw


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"], [1, 1], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[math.inf, 0], [1, 1], [0, 1], [math.inf, 0]]]},
        {"type": "Polygon", "coordinates": 7},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Nonsense", "coordinates": [1, 2]},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_what_is_no_area_is_reported_and_never_raises(drawn: Geometry) -> None:
    mended, problems = repair(drawn)
    assert problems == ["unreadable"]
    assert shape(mended).is_empty


def test_a_line_folded_onto_itself_leaves_nothing() -> None:
    mended, problems = repair(polygon([(0, 0), (1, 1), (2, 2)]))
    assert problems[-1] == "empty"
    assert shape(mended).is_empty


coordinates = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@given(st.lists(coordinates, min_size=3, max_size=12))
def test_repair_always_gives_valid_polygons_and_is_done_once(ring: list[tuple[int, int]]) -> None:
    mended, problems = repair(polygon([(float(x), float(y)) for x, y in ring]))
    drawn = shape(mended)
    assert drawn.is_valid
    assert drawn.geom_type in ("Polygon", "MultiPolygon")
    assert drawn.is_empty == bool({"empty", "unreadable"} & set(problems))
    if not drawn.is_empty:
        assert repair(mended) == (mended, [])


# containment


TOWN = [("town", 0, square(118, 28, 4)), ("west", 1, square(118, 28, 2)), ("grid", 2, square(118, 28, 1))]


def test_areas_come_smallest_first() -> None:
    index = AreaIndex(TOWN)
    assert index.areas_at(28.5, 118.5) == ["grid", "west", "town"]
    assert index.areas_at(29.5, 118.5) == ["west", "town"]
    assert index.areas_at(31.5, 121.5) == ["town"]
    assert index.areas_at(33, 118.5) == []


def test_a_point_on_a_boundary_lies_on_both_sides() -> None:
    index = AreaIndex([("a", 0, square(0, 0)), ("b", 0, square(1, 0))])
    assert sorted(index.areas_at(0.5, 1)) == ["a", "b"]


def test_the_level_counts_before_the_size() -> None:
    index = AreaIndex([("large-grid", 3, square(0, 0, 3)), ("small-street", 1, square(0, 0, 2))])
    assert index.areas_at(1, 1) == ["large-grid", "small-street"]


def test_a_hole_is_outside() -> None:
    ring = polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (1, 3), (3, 3), (3, 1)])
    assert AreaIndex([("ring", 0, ring)]).areas_at(2, 2) == []


def test_an_invalid_area_is_found_and_an_empty_one_is_not() -> None:
    index = AreaIndex([("bow", 0, polygon([(0, 0), (2, 2), (2, 0), (0, 2)])), ("nothing", 0, {})])
    assert index.areas_at(1, 1.5) == ["bow"]
    assert AreaIndex[str]([]).areas_at(1, 1) == []
    assert AreaIndex[str]([]).near_boundary(1, 1) == []


@given(
    st.floats(0, 10), st.floats(0, 10), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20)
)
def test_areas_at_agrees_with_asking_each_area(
    lat: float, lon: float, corners: list[tuple[int, int]]
) -> None:
    rows = [(n, n % 3, square(float(x), float(y), 1 + n % 4)) for n, (x, y) in enumerate(corners)]
    expected = {key for key, _, drawn in rows if shape(drawn).intersects(shapely.Point(lon, lat))}
    found = AreaIndex(rows).areas_at(lat, lon)
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (-91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_points_off_the_earth_are_refused(lat: float, lon: float) -> None:
    index = AreaIndex(TOWN)
    for ask in (index.areas_at, index.near_boundary):
        with pytest.raises(ValueError, match="latitude"):
            ask(lat, lon)
    with pytest.raises(ValueError, match="latitude"):
        snap(lat, lon, 100)
    with pytest.raises(ValueError, match="latitude"):
        distance_metres((lat, lon), (0, 0))


# distances


def vincenty(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The geodesic on WGS 84 by Vincenty's inverse formula (1975): the oracle for our shorter one."""
    semi_major, flattening = 6_378_137.0, 1 / 298.257223563
    semi_minor = semi_major * (1 - flattening)
    u1, u2 = (math.atan((1 - flattening) * math.tan(math.radians(p[0]))) for p in (a, b))
    difference = lam = math.radians(b[1] - a[1])
    for _ in range(200):
        sin_sigma = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        if sin_sigma == 0:
            return 0.0
        cos_sigma = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        middle = cos_sigma - 2 * math.sin(u1) * math.sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = flattening / 16 * cos2_alpha * (4 + flattening * (4 - 3 * cos2_alpha))
        before = lam
        lam = difference + (1 - c) * flattening * sin_alpha * (
            sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle**2 - 1))
        )
        if abs(lam - before) < 1e-13:
            break
    u_squared = cos2_alpha * (semi_major**2 - semi_minor**2) / semi_minor**2
    big_a = 1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)))
    big_b = u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)))
    inner = cos_sigma * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_sigma**2 - 3) * (
        4 * middle**2 - 3
    )
    return semi_minor * big_a * (sigma - big_b * sin_sigma * (middle + big_b / 4 * inner))


def test_the_oracle_gives_vincentys_own_line() -> None:
    """Flinders Peak to Buninyong, published by Geoscience Australia for GRS 80: 54972.271 m."""
    flinders, buninyong = (-37.95103341666667, 144.42486788888888), (-37.65282113888889, 143.92649552777777)
    assert vincenty(flinders, buninyong) == pytest.approx(54_972.271, abs=0.01)


@given(st.floats(-70, 70), st.floats(-180, 180), st.floats(0, 10_000), st.floats(0, 360))
def test_distances_up_to_10_km_are_right_to_a_ten_thousandth(
    lat: float, lon: float, metres: float, bearing: float
) -> None:
    north, east = metres_per_degree(lat)
    up, aside = metres * math.cos(math.radians(bearing)), metres * math.sin(math.radians(bearing))
    other = (lat + up / north, lon + aside / east)
    there = (other[0], (other[1] + 180) % 360 - 180)
    assert distance_metres((lat, lon), there) == pytest.approx(
        vincenty((lat, lon), other), rel=1e-4, abs=0.01
    )


@given(st.floats(-70, 70), st.floats(-100, 100), st.floats(-4, 4), st.floats(-4, 4))
def test_distances_across_a_province_are_right_to_one_percent(
    lat: float, lon: float, up: float, aside: float
) -> None:
    there = (max(-70.0, min(70.0, lat + up)), lon + aside)
    true = vincenty((lat, lon), there)
    if true < 500_000:
        assert distance_metres((lat, lon), there) == pytest.approx(true, rel=1e-2, abs=0.01)


def test_distance_goes_the_short_way_round() -> None:
    assert distance_metres((0, 179.9), (0, -179.9)) == pytest.approx(22_264, abs=1)


@pytest.mark.parametrize(("metres_off", "both"), [(30, True), (49, True), (51, False), (200, False)])
@pytest.mark.parametrize("latitude", [0.5, 28.5, 59.5])
def test_near_boundary_counts_true_metres_eastward(latitude: float, metres_off: float, both: bool) -> None:
    south = math.floor(latitude)
    index = AreaIndex([("west", 0, square(117, south)), ("east", 0, square(118, south))])
    _, east = metres_per_degree(latitude)
    found = index.near_boundary(latitude, 118 - metres_off / east, 50)
    assert found == ["east", "west"] if both else found == ["west"]


def test_near_boundary_reaches_a_point_that_lies_in_no_area() -> None:
    index = AreaIndex([("town", 0, square(118, 28))])
    north, _ = metres_per_degree(29)
    assert index.near_boundary(29 + 40 / north, 118.5) == ["town"]
    assert index.near_boundary(29 + 60 / north, 118.5) == []
    assert index.near_boundary(29 + 60 / north, 118.5, metres=100) == ["town"]


def test_near_boundary_measures_across_a_corner() -> None:
    """37 m north and 37 m east of a corner are 52 m away."""
    index = AreaIndex([("town", 0, square(118, 28))])
    north, east = metres_per_degree(29)
    for off, near in ((35, True), (37, False)):
        assert bool(index.near_boundary(29 + off / north, 119 + off / east)) == near


@given(st.floats(27.9, 29.1), st.floats(117.9, 119.1))
def test_near_boundary_holds_every_area_at_the_point(lat: float, lon: float) -> None:
    index = AreaIndex(TOWN)
    at = index.areas_at(lat, lon)
    assert [key for key in index.near_boundary(lat, lon) if key in at] == at


# the public grid


positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(positions, st.floats(1, 5000))
def test_snapping_twice_is_snapping_once(point: tuple[float, float], metres: float) -> None:
    once = snap(*point, metres)
    assert snap(*once, metres) == once


@given(st.tuples(st.floats(-70, 70), st.floats(-179, 179)), st.floats(50, 5000))
def test_a_snapped_point_stays_within_its_cell(point: tuple[float, float], metres: float) -> None:
    assert distance_metres(point, snap(*point, metres)) <= metres * 0.73


def test_neighbours_in_one_cell_become_one_point() -> None:
    here = snap(28.7401, 118.6102, 200)
    north, east = metres_per_degree(here[0])
    for up, aside in [(-90, -90), (-90, 90), (0, 0), (90, 90), (45, -80)]:
        assert snap(here[0] + up / north, here[1] + aside / east, 200) == here
    assert snap(here[0] + 110 / north, here[1], 200) != here


@pytest.mark.parametrize("metres", [0, 0.5, -1, 1e9, math.nan])
def test_a_grid_without_cells_is_refused(metres: float) -> None:
    with pytest.raises(ValueError, match="cells"):
        snap(28, 118, metres)


# outlines


STEP = re.compile(r"M(-?[\d.]+) (-?[\d.]+)l([-\d. ]*)z")


def corners(path: str) -> list[list[tuple[float, float]]]:
    """The rings of an SVG path as absolute points: our reader of what we write."""
    rings = []
    assert "".join(m[0] for m in STEP.finditer(path)) == path
    for x, y, steps in STEP.findall(path):
        points = [(float(x), float(y))]
        numbers = [float(n) for n in steps.split()]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        rings.append(points)
    return rings


def test_outlines_fill_the_width_north_up() -> None:
    drawn = outline_svg_paths({"south": square(118, 28), "north": square(118, 29)}, 400, padding=10)
    assert drawn.width == 400
    by_key = {outline.key: outline for outline in drawn.outlines}
    (south,), (north,) = corners(by_key["south"].path), corners(by_key["north"].path)
    assert max(y for _, y in north) == pytest.approx(min(y for _, y in south), abs=0.2)
    assert min(x for x, _ in south) == pytest.approx(10, abs=0.1)
    assert max(x for x, _ in south) == pytest.approx(390, abs=0.1)
    assert max(y for _, y in south) == pytest.approx(drawn.height - 10, abs=0.2)


def test_outlines_keep_the_shape_true() -> None:
    """A degree at 60 degrees north is half as wide as high."""
    drawn = outline_svg_paths({"a": square(10, 59.5)}, 208, padding=4)
    assert drawn.height - 8 == pytest.approx(200 * 2, rel=0.01)


def test_the_height_can_be_limited() -> None:
    drawn = outline_svg_paths({"a": square(10, 0), "b": square(10, 1)}, 500, tallest=300)
    assert drawn.height == pytest.approx(300, abs=0.1)
    assert drawn.width < 500


def test_project_and_locate_undo_each_other() -> None:
    drawn = outline_svg_paths({"a": square(118, 28)}, 400)
    x, y = drawn.project(28.25, 118.75)
    assert drawn.locate(x, y) == pytest.approx((28.25, 118.75))
    assert drawn.project(29, 118) == pytest.approx((4, 4))


def test_labels_stand_inside_their_area() -> None:
    horseshoe = polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)])
    drawn = outline_svg_paths({"u": horseshoe}, 300)
    lat, lon = drawn.locate(*drawn.outlines[0].label)
    assert AreaIndex([("u", 0, horseshoe)]).areas_at(lat, lon) == ["u"]


def test_tiny_parts_go_but_no_area_disappears() -> None:
    islands = {
        "type": "MultiPolygon",
        "coordinates": [square(0, 0, 1)["coordinates"], square(2, 2, 0.0001)["coordinates"]],
    }
    drawn = outline_svg_paths({"isles": islands, "speck": square(3, 3, 0.0001), "none": {}}, 300)
    by_key = {outline.key: corners(outline.path) for outline in drawn.outlines}
    assert sorted(by_key) == ["isles", "speck"]
    assert len(by_key["isles"]) == 1


def test_holes_are_drawn_unless_they_are_tiny() -> None:
    hole, speck = [(1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0)], [(3.0, 3.0), (3.0, 3.001), (3.001, 3.001)]
    drawn = outline_svg_paths({"a": polygon([(0, 0), (4, 0), (4, 4), (0, 4)], hole, speck)}, 300)
    assert len(corners(drawn.outlines[0].path)) == 2


def test_nothing_to_draw_is_an_empty_map() -> None:
    assert outline_svg_paths({}, 300).outlines == ()


def test_overlap_share() -> None:
    assert overlap_share(square(0, 0), square(0, 0, 2)) == pytest.approx(1)
    assert overlap_share(square(0, 0, 2), square(0, 0)) == pytest.approx(0.25)
    assert overlap_share(square(0, 0), square(5, 5)) == 0
    assert overlap_share({"type": "MultiPolygon", "coordinates": []}, square(0, 0)) == 0


def test_overlaps_are_told_once_by_the_smaller_area() -> None:
    areas = {"a": square(0, 0, 2), "b": square(1.5, 0, 1), "touching": square(-1, 0, 1), "far": square(9, 9)}
    assert overlaps(areas) == [("a", "b", pytest.approx(0.5))]
    assert overlaps(areas, least=0.6) == []
    assert overlaps({}) == []


# real areas


def real_areas(folder: Path, name: str) -> dict[str, Geometry]:
    text = (folder / "areas" / name).read_text(encoding="utf-8")
    return {f["properties"]["name"]: f["geometry"] for f in json.loads(text)["features"]}


@pytest.mark.real
def test_two_rings_of_jiangshan_are_invalid_and_lose_almost_nothing(real_data: Path) -> None:
    areas = real_areas(real_data, "jiangshan_townships.geojson")
    assert len(areas) == 19
    broken = {name: repair(drawn) for name, drawn in areas.items() if repair(drawn)[1]}
    assert len(broken) == 2
    for mended, problems in broken.values():
        assert shape(mended).is_valid
        assert problems == ["hole_outside"]


@pytest.mark.real
@pytest.mark.parametrize("name", ["jiangshan_townships.geojson", "boston_neighbourhoods.geojson"])
def test_every_real_area_is_found_and_drawn_small(real_data: Path, name: str) -> None:
    areas = {key: repair(drawn)[0] for key, drawn in real_areas(real_data, name).items()}
    index = AreaIndex([(key, 0, drawn) for key, drawn in areas.items()])
    for key, drawn in areas.items():
        inside = shape(drawn).representative_point()
        assert key in index.areas_at(inside.y, inside.x)
    drawn_map = outline_svg_paths(areas, 600)
    assert len(drawn_map.outlines) == len(areas)
    assert sum(len(outline.path) for outline in drawn_map.outlines) < 50_000
