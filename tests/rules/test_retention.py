"""Retention: by the page's examples, and never a day earlier than was said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.procedure import KINDS
from gongshi.rules.retention import DEFAULT_MONTHS, closed_before, kept_until

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
months = st.integers(6, 120)


@pytest.mark.parametrize(
    ("closed_on", "kept", "until"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-15", 12, "2027-03-15"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2026-12-01", 6, "2027-06-01"),
    ],
)
def test_until_when(closed_on: str, kept: int, until: str) -> None:
    assert kept_until(date.fromisoformat(closed_on), kept) == date.fromisoformat(until)


@given(closed_on=days, months=months)
def test_never_before_the_day_that_was_said_and_soon_after(closed_on: date, months: int) -> None:
    until = kept_until(closed_on, months)
    assert closed_on >= closed_before(until, months)
    gone = next(n for n in range(1, 10) if closed_on < closed_before(until + timedelta(days=n), months))
    assert gone <= 4


@given(closed_on=days, months=months, later=st.integers(0, 400))
def test_what_is_over_stays_over(closed_on: date, months: int, later: int) -> None:
    on = kept_until(closed_on, months) + timedelta(days=4)
    assert closed_on < closed_before(on + timedelta(days=later), months)


def test_every_kind_has_a_default_that_a_pack_could_say() -> None:
    assert set(DEFAULT_MONTHS) == set(KINDS)
    assert all(6 <= months <= 120 for months in DEFAULT_MONTHS.values())
