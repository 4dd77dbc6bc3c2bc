"""About how many: what is told is about right, and whoever joins again and again does not learn the number."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.bands import AWAY, DRAW, EDGES, SECRET_BYTES, STEPS, band, turns
from tests.rules.bands_attack import ADDED, LARGEST, believed, old_believed, watched

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=32)
LOWEST, HIGHEST = (list(turns(byte * SECRET_BYTES)) for byte in (b"\x00", b"\xff"))


@given(st.integers(0, 20_000), SECRETS)
def test_a_band_is_about_right_and_never_falls_while_others_join(number: int, secret: bytes) -> None:
    low, high = band(number, secret)
    assert low * (1 - AWAY) <= number
    assert high is None or number < high * (1 + AWAY)
    assert {low, high} <= {0, None, *EDGES}
    assert band(number + 1, secret).low >= low


@given(SECRETS)
def test_each_edge_lies_within_its_own_range(secret: bytes) -> None:
    found = list(turns(secret))
    assert all(a <= at <= b for a, at, b in zip(LOWEST, found, HIGHEST, strict=True))
    assert [10 * a for a in LOWEST] == [6 * edge for edge in EDGES]
    assert [10 * b for b in HIGHEST] == [14 * edge for edge in EDGES]
    assert found == sorted(set(found))


def test_each_step_has_a_draw_of_its_own_and_all_of_its_range() -> None:
    for place, step in enumerate(STEPS):
        drawn = set()
        for byte in range(256):
            secret = bytearray(SECRET_BYTES)
            secret[DRAW * place] = byte
            moved = [a - b for a, b in zip(turns(bytes(secret)), LOWEST, strict=True)]
            assert moved == [0] * place + [moved[-1]] * (len(EDGES) - place)
            drawn.add(moved[-1])
        assert (min(drawn), len(drawn)) == (0, min(step.most + 1, 256))
        assert max(drawn) >= step.most * 255 // 256


def test_whoever_sees_every_change_knows_no_more_than_after_the_first() -> None:
    """For 1 to 100 in several matters. What is left reaches two fifths and 4 units to either side of its middle.

    Of a small number it is cut off at 1.
    """
    chance = random.Random(2022)
    for secret in (b"\x00" * 30, b"\xff" * 30, chance.randbytes(30), chance.randbytes(30)):
        lows = [band(number, secret).low for number in range(ADDED + 101)]
        for number in range(1, 101):
            seen = watched(number, lows)
            left = believed(seen)
            least, most = min(left), max(left)
            assert len(seen.at) >= 1
            assert number in left
            assert most < LARGEST
            assert least == 1 or 5 * (most - least) >= 2 * (most + least)
            assert least == 1 or most - least >= 8
            assert max(left.values()) <= Fraction(1, min(number, 9))
            assert left == believed(seen, first_alone=True)


@pytest.mark.parametrize(("number", "left"), [(12, [12, 13]), (39, [38, 39])])
def test_one_stretch_for_all_edges_told_the_number_nearly_to_the_unit(number: int, left: list[int]) -> None:
    """The rule before, under the same eyes: so they do see what can be seen."""
    assert left in [old_believed(number, Fraction(share, 40)) for share in range(41)]
