"""How many consents it takes until somebody speaks for many."""

from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.consent import needed

NUMBERS, SHARES = st.integers(min_value=1, max_value=20_000), st.floats(min_value=0, max_value=1)


@given(NUMBERS, SHARES)
def test_it_is_more_than_half_and_never_more_than_there_are(number: int, share: float) -> None:
    assert number / 2 < needed(number, share) <= number
    assert needed(number, share) <= 0.6 * number + 1


@given(NUMBERS, SHARES)
def test_one_more_member_never_makes_it_easier(number: int, share: float) -> None:
    assert needed(number, share) <= needed(number + 1, share)


def test_of_few_it_takes_nearly_all() -> None:
    assert [needed(number, 0.5) for number in (1, 2, 3, 4, 5)] == [1, 2, 2, 3, 3]
