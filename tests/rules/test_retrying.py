"""When a webhook is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.retrying import ATTEMPTS, GIVEN_UP_AFTER, WAITS, is_given_up, try_again_at

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_ten_attempts_over_three_days() -> None:
    assert ATTEMPTS == 10
    assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=4)
    assert try_again_at(AT, ATTEMPTS, chance=0.5) is None


@given(st.integers(1, ATTEMPTS - 1), st.floats(0, 1))
def test_each_wait_is_a_fifth_more_or_less(attempts: int, chance: float) -> None:
    wait = WAITS[attempts - 1]
    earliest, latest = (try_again_at(AT, attempts, chance=end) for end in (0.0, 1.0))
    assert (earliest, latest) == (AT + wait * 0.8, AT + wait * 1.2)
    found = try_again_at(AT, attempts, chance=chance)
    assert found is not None
    assert AT + wait * 0.8 <= found <= AT + wait * 1.2


def test_a_receiver_can_ask_for_a_longer_wait_and_for_no_shorter_one() -> None:
    assert try_again_at(AT, 1, chance=0.5, asked=timedelta(hours=1)) == AT + timedelta(hours=1)
    found = try_again_at(AT, 9, chance=0.0, asked=timedelta(seconds=1))
    assert found is not None
    assert found > AT + timedelta(hours=19)


def test_three_days_without_a_success_are_enough() -> None:
    assert not is_given_up(None, AT)
    assert not is_given_up(AT - GIVEN_UP_AFTER + timedelta(seconds=1), AT)
    assert is_given_up(AT - GIVEN_UP_AFTER, AT)
