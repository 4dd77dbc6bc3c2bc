"""Wilson's interval: published examples, and what any share must satisfy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score, no continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_examples(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("successes", "n", "z"), [(-1, 3, 1.96), (4, 3, 1.96), (0, -1, 1.96), (1, 3, 0), (1, 3, -2)]
)
def test_what_is_no_share(successes: int, n: int, z: float) -> None:
    with pytest.raises(ValueError, match=r"share|positive"):
        wilson(successes, n, z)


@pytest.mark.parametrize("z", [float("nan"), float("inf")])
def test_confidence_is_finite(z: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        wilson(1, 3, z)


shares = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares, st.floats(0.1, 5))
def test_the_share_lies_inside_and_the_ends_between_none_and_all(share: tuple[int, int], z: float) -> None:
    successes, n = share
    low, high = wilson(successes, n, z)
    assert 0 <= low <= successes / n <= high <= 1


@given(shares)
def test_the_other_share_mirrors_it(share: tuple[int, int]) -> None:
    successes, n = share
    low, high = wilson(successes, n)
    assert wilson(n - successes, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(shares, st.integers(2, 10))
def test_more_of_the_same_is_surer(share: tuple[int, int], times: int) -> None:
    successes, n = share
    low, high = wilson(successes, n)
    more = wilson(successes * times, n * times)
    assert more.high - more.low < high - low


@given(shares, st.floats(0.1, 5))
def test_the_ends_solve_wilsons_equation(share: tuple[int, int], z: float) -> None:
    """Wilson 1927: the ends are the shares p with (successes/n - p)^2 = z^2 p (1 - p) / n."""
    successes, n = share
    for p in wilson(successes, n, z):
        assert (successes / n - p) ** 2 == pytest.approx(z * z * p * (1 - p) / n, abs=1e-9)
