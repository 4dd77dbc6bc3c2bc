"""The product-limit estimate: the examples of its sources, and what any set of waits must satisfy."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.survival import Wait, median_wait, waiting_curve


def waits(text: str) -> list[Wait]:
    """``"6 6 9+"``: two answered after 6 days, one seen for 9 days without an answer."""
    return [Wait(int(part.rstrip("+")), not part.endswith("+")) for part in text.split()]


# Kaplan and Meier 1958, part 2.1: ages at death or loss, here in tenths.
EIGHT = waits("8 10+ 27+ 31 54 70+ 92 121+")
# Freireich and others, Blood 21 (1963), 699-716, the example of most textbooks: weeks in remission.
TREATED = waits("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+")
PLACEBO = waits("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23")


def test_the_example_of_the_paper() -> None:
    curve = waiting_curve(EIGHT)
    assert [(step.days, step.waiting, step.answered) for step in curve] == [
        (8, 8, 1),
        (31, 5, 1),
        (54, 4, 1),
        (92, 2, 1),
    ]
    assert [step.share for step in curve] == pytest.approx([0.875, 0.7, 0.525, 0.2625])
    assert median_wait(EIGHT) == 92


def test_the_example_of_the_textbooks() -> None:
    curve = {step.days: step.share for step in waiting_curve(TREATED)}
    assert curve == pytest.approx(
        {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}, abs=6e-4
    )
    assert (median_wait(TREATED), median_wait(PLACEBO)) == (23, 8)


def test_leaving_out_those_who_wait_flatters() -> None:
    """What the mean or median of closed cases alone would say, and why it is never used."""
    closed = [wait for wait in TREATED if wait.answered]
    assert median_wait(closed) == 10


def test_exactly_half_is_the_median() -> None:
    assert median_wait(waits("3 9")) == 3
    assert median_wait(waits("1 2 3 4 5 6 7 8 9 10 11 12")) == 6


def test_more_than_half_still_wait() -> None:
    assert median_wait(waits("2 5+ 5+")) is None
    assert median_wait([]) is None
    assert median_wait(waits("0")) == 0


@pytest.mark.parametrize("wrong", [Wait(-1, True), Wait(3, False, -2)])
def test_what_cannot_be(wrong: Wait) -> None:
    with pytest.raises(ValueError, match="cannot wait"):
        waiting_curve([wrong])


some = st.lists(st.builds(Wait, st.integers(0, 60), st.booleans(), st.integers(1, 5)), max_size=40)


@given(some)
def test_the_curve_falls_and_stays_between_none_and_all(observed: list[Wait]) -> None:
    shares = [1.0, *(step.share for step in waiting_curve(observed))]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


@given(some)
def test_neither_order_nor_grouping_matters(observed: list[Wait]) -> None:
    single = [Wait(days, answered) for days, answered, cases in observed for _ in range(cases)]
    assert waiting_curve(single[::-1]) == waiting_curve(observed)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_without_open_cases_it_is_the_plain_median(days: list[int]) -> None:
    assert median_wait([Wait(one, True) for one in days]) == statistics.median_low(days)


@given(some.filter(lambda observed: any(not wait.answered for wait in observed)))
def test_open_cases_only_lengthen_the_median(observed: list[Wait]) -> None:
    closed = median_wait([wait for wait in observed if wait.answered])
    with_open = median_wait(observed)
    assert with_open is None or (closed is not None and with_open >= closed)
