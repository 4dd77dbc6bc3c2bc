"""Where a local day begins and ends, in every zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.deadlines import end_of_day, local_date

D = date.fromisoformat
T = datetime.fromisoformat


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Asia/Shanghai", "2026-03-02", "2026-03-02T16:00:00Z"),
        ("UTC", "2026-12-31", "2027-01-01T00:00:00Z"),
        ("Asia/Kathmandu", "2026-03-02", "2026-03-02T18:15:00Z"),
        ("Europe/London", "2026-03-28", "2026-03-29T00:00:00Z"),
        ("Europe/London", "2026-03-29", "2026-03-29T23:00:00Z"),  # a day of 23 hours
        ("Europe/London", "2026-10-25", "2026-10-26T00:00:00Z"),  # a day of 25 hours
        # gaps: midnight does not exist
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00:00Z"),  # 00:00 becomes 01:00
        ("America/Havana", "2025-03-08", "2025-03-09T05:00:00Z"),
        ("America/Toronto", "1919-03-30", "1919-03-31T04:30:00Z"),  # 23:30 becomes 00:30
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00Z"),  # the 30th was left out
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("America/St_Johns", "2010-03-13", "2010-03-14T03:30:00Z"),  # 00:01 becomes 01:01
        # overlaps: midnight comes twice
        ("America/Sao_Paulo", "2018-02-17", "2018-02-18T03:00:00Z"),  # 00:00 becomes 23:00: a day of 25 hours
        ("America/Havana", "2025-11-01", "2025-11-02T04:00:00Z"),  # 01:00 becomes 00:00: the first midnight
        ("America/Havana", "2025-11-02", "2025-11-03T05:00:00Z"),
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:30:00Z"),  # 00:01 becomes 23:01: the second one
    ],
)
def test_ends_of_days(zone: str, day: str, ends: str) -> None:
    assert end_of_day(D(day), zone) == T(ends)
    assert end_of_day(D(day), ZoneInfo(zone)).tzinfo is UTC


zones = st.sampled_from(sorted(available_timezones() - {"localtime"}))
years = st.dates(date(1960, 1, 1), date(2037, 12, 30))


@given(zones, years)
def test_what_happens_before_the_end_is_in_time_and_nothing_after(zone: str, day: date) -> None:
    ends = end_of_day(day, zone)
    assert local_date(ends - timedelta(microseconds=1), zone) <= day
    for minutes in (0, 1, 30, 59, 60, 61, 90, 180, 1440, 3000):
        assert local_date(ends + timedelta(minutes=minutes), zone) > day


@given(zones, years)
def test_days_follow_one_another(zone: str, day: date) -> None:
    assert end_of_day(day, zone) <= end_of_day(day + timedelta(days=1), zone)


@given(zones, st.datetimes(datetime(1960, 1, 2), datetime(2037, 12, 30), timezones=st.just(UTC)))
def test_an_instant_comes_before_the_end_of_its_day(zone: str, at: datetime) -> None:
    assert at < end_of_day(local_date(at, zone), zone)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2025-01-24T23:59:59+08:00", "Asia/Shanghai", "2025-01-24"),
        ("2025-01-24T15:59:59Z", "Asia/Shanghai", "2025-01-24"),
        ("2025-01-24T16:00:00Z", "Asia/Shanghai", "2025-01-25"),
        ("2025-01-24T23:59:59+08:00", "Europe/London", "2025-01-24"),
        ("2025-01-24T00:00:00+08:00", "America/New_York", "2025-01-23"),
    ],
)
def test_local_dates(at: str, zone: str, day: str) -> None:
    assert local_date(T(at), zone) == D(day)


def test_an_offset_is_a_zone_too() -> None:
    assert end_of_day(D("2025-01-24"), timezone(timedelta(hours=8))) == T("2025-01-24T16:00:00Z")


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "../../etc/passwd", "Asia"])
def test_no_such_zone(zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        end_of_day(D("2025-01-24"), zone)


def test_an_instant_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_date(datetime(2025, 1, 24, 12), "Asia/Shanghai")
