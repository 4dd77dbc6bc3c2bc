"""Cells of the map: fixed to the earth, bounded in number, as wide as a marker."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.clusters import FARTHEST, MOST_CELLS, NEAREST, Box, Cells, cells_for, zoom_for

TOWN = Box(30.2, 120.7, 30.3, 120.8)


def test_a_cell_by_hand() -> None:
    cells = cells_for(Box(30.2, 120.7, 30.22, 120.73), 14, 60)
    assert cells == Cells(pytest.approx(0.0054931640625 / 2), 0.0054931640625)


@given(
    st.floats(-80, 79), st.floats(-179, 178), st.floats(0.0001, 1), st.floats(0.0001, 1), st.integers(0, 99)
)
def test_an_answer_has_a_largest_size(south: float, west: float, up: float, aside: float, zoom: int) -> None:
    box = Box(south, west, south + up, west + aside)
    assert cells_for(box, zoom, south).within(box) <= MOST_CELLS


def test_panning_changes_no_cell_and_a_zoom_halves_them() -> None:
    near = [cells_for(Box(s, 120.7, s + 0.02, 120.73), 14, 30) for s in (30.2, 30.207, 30.3)]
    assert near[0] == near[1] == near[2]
    assert cells_for(Box(30.2, 120.7, 30.21, 120.71), 15, 30).width == near[0].width / 2
    assert (
        cells_for(TOWN, NEAREST + 9, 30).width
        >= cells_for(Box(30.2, 120.7, 30.201, 120.701), NEAREST, 30).width
    )


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "2,1,1,2", "1,2,2,1", "a,b,c,d", "nan,1,2,3",
                                  "-91,0,1,1", "0,0,1,181", "inf,0,inf,1"])  # fmt: skip
def test_what_is_no_box(text: str) -> None:
    with pytest.raises(ValueError, match=r"box|float"):
        Box.parse(text)


def test_a_box_survives_its_text() -> None:
    assert Box.parse(str(TOWN)) == TOWN
    assert TOWN.holds(30.2, 120.8)
    assert not TOWN.holds(30.31, 120.75)


@given(st.floats(0.0005, 50), st.integers(200, 2000))
def test_the_zoom_that_fits(degrees: float, pixels: int) -> None:
    zoom = zoom_for(Box(0, 0, degrees / 100, degrees), pixels)
    assert FARTHEST <= zoom <= NEAREST
    if zoom > FARTHEST:
        assert 256 * 2**zoom * degrees / 360 <= pixels * (1 + 1e-9)
    if zoom < NEAREST:
        assert math.ldexp(256, zoom + 1) * degrees / 360 > pixels * (1 - 1e-9)
