"""Reception days: when each time begins, and which of them nobody can book."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.receptions import FEWEST, MOST, begins_at, bookable, by_hour, is_kept, kept, most_held


@pytest.mark.parametrize(
    ("count", "left"),
    [(2, [0]), (3, [0, 1]), (4, [0, 1, 2]), (8, [0, 1, 2, 4, 5, 6]), (9, [0, 1, 2, 4, 5, 6, 8])],
)
def test_the_last_of_each_four_is_kept(count: int, left: list[int]) -> None:
    assert bookable(count) == left


@given(st.integers(FEWEST, MOST))
def test_some_can_be_booked_and_some_never(count: int) -> None:
    assert 1 <= kept(count) <= count // 2
    assert {*bookable(count)} | {one for one in range(count) if is_kept(one, count)} == {*range(count)}


@given(st.integers(FEWEST, MOST))
def test_of_what_can_be_booked_two_thirds_and_more_always_can(count: int) -> None:
    assert 1 <= most_held(count) <= len(bookable(count)) / 3


def test_times_follow_each_other_and_are_told_by_the_hour() -> None:
    first = datetime(2026, 3, 5, 9, 30)
    times = [(position, begins_at(first, 20, position)) for position in range(4)]
    assert [f"{time:%H:%M}" for _, time in times] == ["09:30", "09:50", "10:10", "10:30"]
    assert by_hour(times) == {9: [0, 1], 10: [2, 3]}
