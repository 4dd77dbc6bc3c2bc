"""The demo place's calendar against two libraries, day by day, and the library's proposals."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from gongshi.places.proposals import UnknownCalendar, library, propose_calendar
from gongshi.rules.calendar import Calendar, calendar_from, is_provisional, is_working_day
from tests.rules.calendars import CN


def _days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_file_is_as_both_libraries_say(year: int) -> None:
    proposed = calendar_from(propose_calendar("CN", [year]))
    for day in _days_of(year):
        assert is_working_day(CN, day) == chinese_calendar.is_workday(day), day
        assert is_working_day(CN, day) == is_working_day(proposed, day), day
        assert not is_provisional(CN, day)


def test_the_file_says_nothing_of_years_that_no_notice_settles() -> None:
    assert (CN.published_from, CN.published_through) == (2024, 2026)
    assert {day.year for day in CN.holidays | CN.workdays} == {2024, 2025, 2026}


def _proposed(code: str, *years: int) -> Calendar:
    return calendar_from(propose_calendar(code, years))


@pytest.mark.parametrize("year", range(2010, 2024))
def test_earlier_years_are_proposed_as_they_were(year: int) -> None:
    proposed = _proposed("CN", year)
    assert proposed.published_through == year
    assert [
        day for day in _days_of(year) if is_working_day(proposed, day) != chinese_calendar.is_workday(day)
    ] == []


def test_a_year_whose_notice_the_library_lacks_is_not_official() -> None:
    data = propose_calendar("CN", range(2024, 2200, 25))
    official = [int(year) for year, days in data["years"].items() if days["published"]]
    assert official == [2024]
    assert is_provisional(calendar_from(data), date(2049, 1, 1))


def test_days_that_follow_the_moon_are_official_only_where_the_library_does_not_estimate() -> None:
    assert _proposed("AE", *range(2019, 2023)).published_through == 2022
    assert _proposed("AE", 2150).published_through is None


def test_standing_law_needs_no_notice() -> None:
    assert _proposed("US", 2026, 2027).published_through == 2027


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    patriots = date(2026, 4, 20)
    assert not is_working_day(_proposed("US-MA", 2026), patriots)
    assert is_working_day(_proposed("US", 2026), patriots)


@pytest.mark.parametrize("country", ["CN", "TW", "HU", "AE", "IL", "IN", "US", "VN", "NP"])
def test_a_proposal_works_as_the_library_does(country: str) -> None:
    years = range(2018, 2029)
    proposed = _proposed(country, *years)
    theirs = holidays.country_holidays(country, years=range(2018, 2030))
    differ = [
        day
        for year in years
        for day in _days_of(year)
        if is_working_day(proposed, day) != theirs.is_working_day(day)
    ]
    assert differ == []


@pytest.mark.parametrize("code", ["XX", "", "cn", "calendars", "HolidayBase", "US-XX", "../CN"])
def test_an_unknown_code(code: str) -> None:
    with pytest.raises(UnknownCalendar):
        propose_calendar(code, [2026])


def test_no_years() -> None:
    with pytest.raises(ValueError, match="no years"):
        propose_calendar("CN", [])


def test_a_proposal_says_where_it_comes_from() -> None:
    source = propose_calendar("CN", [2026])["source"]
    assert library() in source["zh"]
    assert library() in source["en"]
