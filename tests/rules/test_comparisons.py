"""Bands, mixes and groups: worked examples of their pages, and what any numbers must satisfy."""

from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.intervals import Interval, wilson
from gongshi.rules.standardising import Stratum, compared
from gongshi.rules.survival import Banded, Step, Wait, waiting_curve, with_band
from gongshi.rules.telling_apart import groups

# Freireich and others, Blood 21 (1963): weeks in remission, 6+ was seen for 6 weeks.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
FREIREICH = [Wait(int(part.rstrip("+")), not part.endswith("+")) for part in TREATED.split()]
some_waits = st.lists(st.builds(Wait, st.integers(0, 40), st.booleans(), st.integers(1, 30)), max_size=12)


def test_the_band_of_the_textbooks_example() -> None:
    """As R's survfit(conf.type = "log-log") prints it."""
    band = {one.days: (one.low, one.high) for one in with_band(waiting_curve(FREIREICH))}
    assert band[6] == pytest.approx((0.620, 0.952), abs=6e-4)
    assert band[10] == pytest.approx((0.503, 0.889), abs=6e-4)
    assert band[23] == pytest.approx((0.188, 0.680), abs=6e-4)


def test_the_band_of_the_page() -> None:
    first = with_band(
        waiting_curve([Wait(2, True), Wait(3, False), Wait(4, True), Wait(9, True), Wait(10, False)])
    )[0]
    assert (first.low, first.high) == pytest.approx((0.204, 0.969), abs=1e-3)


def test_where_nobody_waits_the_band_reaches_from_none_to_where_it_was() -> None:
    assert with_band([Step(3, 4, 4, 0.0)]) == [Banded(3, 0.0, 0.0, 1.0)]
    before, last = with_band(waiting_curve([Wait(1, True, 5), Wait(4, True, 5)]))
    assert (last.low, last.high) == (0.0, before.high)
    with pytest.raises(ValueError, match="positive"):
        with_band([], z=0)


@given(some_waits)
def test_a_band_holds_its_curve(waits: list[Wait]) -> None:
    curve = waiting_curve(waits)
    banded = with_band(curve)
    assert [one.share for one in banded] == [step.share for step in curve]
    for one in banded:
        assert 0 <= one.low <= one.share <= one.high <= 1
    for narrow, wide in zip(with_band(curve, z=1), with_band(curve, z=2), strict=True):
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high


@given(some_waits, st.floats(0.5, 3))
def test_a_band_is_symmetric_on_the_scale_of_its_source(waits: list[Wait], z: float) -> None:
    """Computed from scratch: log(-log) of the ends lies as far above that of the share as below."""
    seen, spread = list(waits), 0.0
    for one in with_band(waiting_curve(waits), z):
        at_risk = sum(wait.cases for wait in seen if wait.days >= one.days)
        events = sum(wait.cases for wait in seen if wait.days == one.days and wait.answered)
        if events == at_risk:
            continue
        spread += events / at_risk / (at_risk - events)
        reach = z * spread**0.5 / abs(log(one.share))
        assert one.low == pytest.approx(exp(log(one.share) * exp(reach)), abs=1e-9)
        assert one.high == pytest.approx(exp(log(one.share) / exp(reach)), abs=1e-9)


def test_the_mix_of_the_page() -> None:
    found = compared([Stratum(18, 20, 90, 100), Stratum(24, 40, 50, 100)])
    assert found is not None
    assert (found.of, found.share, found.expected) == pytest.approx((60, 0.7, 38 / 60))
    assert found[3:] == pytest.approx((0.0667, -0.058, 0.168), abs=6e-4)
    assert compared([]) is None
    assert compared([Stratum(0, 0, 0, 0)]) is None


@pytest.mark.parametrize("wrong", [(3, 2, 3, 4), (-1, 2, 3, 4), (1, 5, 2, 4), (2, 3, 1, 9), (0, 1, 9, 9)])
def test_what_is_not_a_part_of_the_place(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="not a part"):
        compared([Stratum(*wrong)])


@st.composite
def some_strata(draw: st.DrawFn) -> Stratum:
    of, others = draw(st.integers(0, 50)), draw(st.integers(0, 50))
    count, theirs = draw(st.integers(0, of)), draw(st.integers(0, others))
    return Stratum(count, of, count + theirs, of + others)


@given(st.lists(some_strata(), max_size=6))
def test_an_office_is_compared_with_shares_that_can_be(strata: list[Stratum]) -> None:
    found = compared(strata)
    if found is None:
        assert not any(one.of for one in strata)
        return
    assert 0 <= found.expected <= 1 + 1e-9
    assert found.low <= found.difference <= found.high
    own = wilson(sum(one.done for one in strata), found.of)
    assert found.high - found.low == pytest.approx(own.high - own.low)


@given(st.lists(some_strata(), max_size=6))
def test_whoever_does_as_the_place_does_is_as_expected(strata: list[Stratum]) -> None:
    """The place compared with itself, whatever its mix."""
    found = compared(Stratum(one.place_done, one.place_of, one.place_done, one.place_of) for one in strata)
    assert found is None or found.difference == pytest.approx(0)


def test_the_groups_of_the_page() -> None:
    town = {
        "water": Interval(0.85, 0.95),
        "roads": Interval(0.65, 0.80),
        "market": Interval(0.50, 0.70),
        "housing": Interval(0.40, 0.55),
    }
    assert groups(town) == [["housing", "market", "roads"], ["water"]]
    assert groups({"b": Interval(0, 0.5), "a": Interval(0.5, 1)}) == [["a", "b"]]
    assert groups({}) == []
    with pytest.raises(ValueError, match="a: 1 to 0"):
        groups({"a": Interval(1, 0)})


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.tuples(st.integers(0, 50), st.integers(0, 9)).map(lambda one: Interval(one[0], one[0] + one[1])),
    )
)
def test_nobody_is_put_before_whom_they_overlap(intervals: dict[str, Interval]) -> None:
    found = groups(intervals)
    assert sorted(name for group in found for name in group) == sorted(intervals)
    for lower, higher in pairwise(found):
        assert max(intervals[name].high for name in lower) < min(intervals[name].low for name in higher)
    for group in found:
        assert group == sorted(group)
        for cut in {intervals[name].low for name in group} - {min(intervals[name].low for name in group)}:
            # A group has no gap in it: at every beginning somebody else's interval goes on.
            assert any(intervals[name].low < cut <= intervals[name].high for name in group)
