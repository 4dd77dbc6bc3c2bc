"""docs/rules/limiting.md: its table by hand, and what holds for every rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.limiting import Rate, taken_back, tried

RECEIPTS = Rate(3, 30_000)
rates = st.builds(Rate, st.integers(1, 50), st.integers(1, 100_000))
steps = st.lists(st.tuples(st.integers(0, 200_000), st.integers(1, 4)), max_size=60)


def test_the_example_of_the_page() -> None:
    free_at = 0
    for at, weight, later, wait in (
        (100, 1, 130, 0),
        (101, 1, 160, 0),
        (102, 1, 190, 0),
        (103, 1, 190, 27),
        (129, 1, 190, 1),
        (130, 1, 220, 0),
        (220, 3, 310, 0),
        (221, 1, 310, 29),
    ):
        outcome = tried(RECEIPTS, free_at, at * 1_000, weight)
        assert (outcome.free_at, outcome.wait) == (later * 1_000, wait * 1_000)
        assert outcome.let_in is (wait == 0)
        free_at = outcome.free_at


def let_in(rate: Rate, walk: list[tuple[int, int]]) -> list[int]:
    """When tries of weight 1 were let in, after these pauses."""
    now, free_at, found = 1_000_000, 0, []
    for pause, _ in walk:
        now += pause
        outcome = tried(rate, free_at, now)
        free_at = outcome.free_at
        if outcome.let_in:
            found.append(now)
    return found


@given(rates, steps)
def test_never_more_in_any_stretch_than_the_rate_says(rate: Rate, walk: list[tuple[int, int]]) -> None:
    times = let_in(rate, walk)
    for first, start in enumerate(times):
        for count, end in enumerate(times[first:], start=1):
            assert count <= rate.burst + (end - start) // rate.every


def test_no_more_than_five_wrong_receipts_in_any_minute() -> None:
    times = let_in(RECEIPTS, [(100, 1)] * 6_000)
    assert max(sum(start <= end <= start + 60_000 for end in times) for start in times) == 5


@given(rates, steps)
def test_waiting_as_told_is_enough_and_less_is_not(rate: Rate, walk: list[tuple[int, int]]) -> None:
    now, free_at = 1_000_000, 0
    for pause, weight in walk:
        now += pause
        outcome = tried(rate, free_at, now, weight)
        if not outcome.let_in:
            assert outcome.free_at == free_at
            assert 0 < outcome.wait <= rate.burst * rate.every
            assert tried(rate, free_at, now + outcome.wait, weight).let_in
            assert not tried(rate, free_at, now + outcome.wait - 1, weight).let_in
        free_at = outcome.free_at


@given(rates, st.integers(0, 10**12), st.integers(1, 60), st.integers(1, 60))
def test_what_was_taken_back_leaves_no_trace(rate: Rate, now: int, weight: int, other: int) -> None:
    for free_at in (0, now, now + rate.every // 2):
        outcome = tried(rate, free_at, now, weight)
        if outcome.let_in:
            back = taken_back(rate, outcome.free_at, weight)
            assert tried(rate, back, now, other) == tried(rate, max(free_at, now), now, other)


@given(rates)
def test_whoever_was_never_seen_is_let_in_whatever_it_weighs(rate: Rate) -> None:
    assert tried(rate, 0, 5_000_000_000, 10**6).let_in


@pytest.mark.parametrize(("burst", "every"), [(0, 1), (1, 0), (-1, 5)])
def test_a_rate_counts_from_one(burst: int, every: int) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        Rate(burst, every)
    with pytest.raises(ValueError, match="at least 1"):
        tried(RECEIPTS, 0, 0, 0)
