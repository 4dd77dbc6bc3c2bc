"""The arithmetic of working days, and what a calendar file may say."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.calendar import (
    Calendar,
    CalendarError,
    add_working_days,
    calendar_from,
    is_provisional,
    is_working_day,
    next_working_day,
    working_days_between,
)
from tests.rules.calendars import CN, PLAIN, calendars, dates, days

D = date.fromisoformat
counts = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # a Sunday worked for the festival
        ("2025-01-28", False),  # a Tuesday off
        ("2025-02-08", True),
        ("2025-02-09", False),  # a plain Sunday
        ("2025-10-09", True),
        ("2026-02-14", True),
        ("2026-02-23", False),
    ],
)
def test_exchanged_days(day: str, works: bool) -> None:
    assert is_working_day(CN, D(day)) is works


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-02-05", -3, "2025-01-24"),
        ("2025-02-01", -1, "2025-01-27"),
        ("2025-02-01", 0, "2025-02-01"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-08", 2, "2026-10-10"),
    ],
)
def test_adding_working_days(day: str, n: int, then: str) -> None:
    assert add_working_days(CN, D(day), n) == D(then)


def test_next_working_day_is_the_day_itself_when_worked() -> None:
    assert next_working_day(CN, D("2025-09-28")) == D("2025-09-28")
    assert next_working_day(CN, D("2025-10-01")) == D("2025-10-09")


@given(calendars, dates, counts)
def test_adding_and_counting_undo_each_other(cal: Calendar, day: date, n: int) -> None:
    assert working_days_between(cal, day, add_working_days(cal, day, n)) == n
    assert working_days_between(cal, day, add_working_days(cal, day, -n)) >= -n  # `day` itself may be off
    if is_working_day(cal, day):
        assert add_working_days(cal, add_working_days(cal, day, n), -n) == day


@given(calendars, dates, dates, dates)
def test_counting_adds_up(cal: Calendar, a: date, b: date, c: date) -> None:
    assert working_days_between(cal, a, b) + working_days_between(cal, b, c) == working_days_between(
        cal, a, c
    )
    assert working_days_between(cal, a, b) == -working_days_between(cal, b, a)


@given(calendars, dates, st.integers(1, 60))
def test_working_days_are_reached_and_only_they(cal: Calendar, day: date, n: int) -> None:
    then = add_working_days(cal, day, n)
    assert is_working_day(cal, then)
    assert then - day >= timedelta(days=n)
    assert is_working_day(cal, add_working_days(cal, day, -n))


@given(calendars, dates, dates, counts)
def test_later_never_gives_earlier(cal: Calendar, a: date, b: date, n: int) -> None:
    a, b = min(a, b), max(a, b)
    assert add_working_days(cal, a, n) <= add_working_days(cal, b, n)
    assert next_working_day(cal, a) <= next_working_day(cal, b)
    assert next_working_day(cal, a) >= a


@pytest.mark.parametrize(("first", "last"), [(None, None), (2025, 2026), (None, 2026)])
def test_years_without_notice_are_provisional(first: int | None, last: int | None) -> None:
    cal = Calendar("X", frozenset({7}), frozenset(), frozenset(), last, first)
    official = [year for year in range(2020, 2030) if not is_provisional(cal, date(year, 7, 1))]
    assert official == ([] if last is None else list(range(first or 2020, last + 1)))


@pytest.mark.parametrize("weekend", [frozenset(range(1, 8)), frozenset({0}), frozenset({8})])
def test_a_week_needs_a_working_day(weekend: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekend"):
        Calendar("X", weekend, frozenset(), frozenset(), None)


def test_no_day_is_both_off_and_worked() -> None:
    with pytest.raises(ValueError, match="2025-02-08"):
        Calendar("X", frozenset({6}), days("2025-02-08"), days("2025-02-08"), None)


GOOD = {
    "code": "X",
    "name": {"zh": "某地", "en": "Somewhere"},
    "source": {"zh": "某通知", "en": "A notice"},
    "weekend": [6, 7],
    "years": {
        "2025": {"published": True, "holidays": ["2025-01-01"], "working": ["2025-01-26"]},
        "2026": {"published": True, "holidays": [date(2026, 1, 1)], "working": []},
        "2027": {"published": False, "holidays": ["2027-01-01"], "working": []},
    },
}


def test_a_good_file() -> None:
    expected = Calendar(
        "X", frozenset({6, 7}), days("2025-01-01 2026-01-01 2027-01-01"), days("2025-01-26"), 2026, 2025
    )
    assert calendar_from(GOOD) == expected


def test_a_file_without_any_official_year() -> None:
    data = {**GOOD, "years": {"2027": GOOD["years"]["2027"]}}
    assert calendar_from(data).published_through is None


BAD = [
    (("code",), 5, "code"),
    (("code",), " ", "code"),
    (("weekend",), "67", "weekend"),
    (("weekend",), [6, 8], "weekend"),
    (("weekend",), [True], "weekend"),
    (("weekend",), [1, 2, 3, 4, 5, 6, 7], "weekend"),
    (("years",), {}, "years"),
    (("years",), ["2025"], "years"),
    (("holiday",), [], "holiday"),
    (("years", "25"), {}, "years.25"),
    (("years", "2025"), [], "years.2025"),
    (("years", "2025", "published"), "yes", "years.2025.published"),
    (("years", "2025", "closed"), [], "years.2025.closed"),
    (("years", "2025", "holidays"), "2025-01-01", "years.2025.holidays"),
    (("years", "2025", "holidays"), ["2025-01-01", "20250102"], "years.2025.holidays[1]"),
    (("years", "2025", "holidays"), [20250101], "years.2025.holidays[0]"),
    (("years", "2025", "holidays"), ["2025-02-29"], "years.2025.holidays[0]"),
    (("years", "2025", "holidays"), ["2024-12-31"], "years.2025.holidays[0]"),
    (("years", "2025", "holidays"), ["2025-01-01", "2025-01-01"], "years.2025.holidays[1]"),
    (("years", "2025", "holidays"), ["2025-01-26"], "years.2025.working"),
    (("years", "2025", "working"), ["2025-01-27"], "years.2025.working"),
    (("years", "2025", "working"), None, "years.2025.working"),
    (("years", "2026", "published"), None, "years.2026.published"),
]


@pytest.mark.parametrize(("path", "value", "where"), BAD)
def test_a_fault_is_named_by_its_key(path: tuple[str, ...], value: object, where: str) -> None:
    data = deepcopy(GOOD)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(CalendarError) as caught:
        calendar_from(data)
    assert where in [fault.where for fault in caught.value.faults]
    assert all(fault.what["zh"] and fault.what["en"] for fault in caught.value.faults)
    assert where in str(caught.value)


def test_a_year_left_out_between_official_ones_is_refused() -> None:
    data = deepcopy(GOOD)
    data["years"]["2026"]["published"] = False
    data["years"]["2027"]["published"] = True
    with pytest.raises(CalendarError, match=r"years\.2026: lies between published years"):
        calendar_from(data)


def test_every_fault_is_told_at_once() -> None:
    data = {"weekend": [9], "years": {"2025": {"published": 1, "holidays": ["soon"], "working": 3}}}
    with pytest.raises(CalendarError) as caught:
        calendar_from(data)
    assert [fault.where for fault in caught.value.faults] == [
        "code",
        "weekend",
        "years.2025.published",
        "years.2025.holidays[0]",
        "years.2025.working",
    ]


def test_a_plain_calendar_counts_weekdays() -> None:
    assert working_days_between(PLAIN, D("2026-03-01"), D("2026-03-31")) == 22
