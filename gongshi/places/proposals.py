"""Calendars that the `holidays` library proposes, in the format of a pack's `calendars/*.toml`.

A proposal is only that: a person checks it against the official notice before it becomes a pack's file or a row, so
that an upgrade of the library never moves a deadline (DESIGN part 2). Years for which the library knows no official
list are marked `published = false`; deadlines that rest on them are provisional.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import dropwhile, takewhile
from typing import Any

import holidays
from holidays import HolidayBase
from holidays.version import __version__ as version


class UnknownCalendar(LookupError):
    """The library has no country, or no part of a country, of that code."""


def library() -> str:
    """The library's name and version, to be written beside what it proposed."""
    return f"holidays {version}"


def propose_calendar(country: str, years: Iterable[int]) -> dict[str, Any]:
    """The calendar of a country ("CN"), or of a part of it ("US-MA"), for `years`, as a pack's file would say it.

    Days are texts "YYYY-MM-DD"; the weekend is that of the last year asked for, and days that were worked otherwise in
    earlier years are listed one by one. Raises UnknownCalendar, and ValueError for no years at all.
    """
    wanted = sorted(set(years))
    if not wanted:
        raise ValueError("no years were asked for")
    found = _found(country, wanted)
    official = _official_years(found, wanted)
    weekend = {day.isoweekday() for day in _days(wanted[-1]) if found.is_weekend(day)}
    return {
        "code": country,
        "name": {"zh": f"{country} 工作日历", "en": f"{country} working days"},
        "source": {"zh": f"{library()} 程序库推算，未经核对", "en": f"Proposed by {library()}, not checked"},
        "weekend": sorted(weekend),
        "years": {
            str(year): {"published": year in official, **_year(found, year, weekend)} for year in wanted
        },
    }


def _found(code: str, years: list[int]) -> HolidayBase:
    country, _, part = code.partition("-")
    # The next year's notice may move days of this year's last week, so the library is asked for one year more.
    span = range(years[0], years[-1] + 2)
    if country not in holidays.list_supported_countries():
        raise UnknownCalendar(code)
    try:
        return holidays.country_holidays(country, subdiv=part or None, years=span, expand=False)
    except NotImplementedError as fault:
        raise UnknownCalendar(code) from fault


def _year(found: HolidayBase, year: int, weekend: set[int]) -> dict[str, Any]:
    off, worked = [], []
    for day in _days(year):
        usually_off = day.isoweekday() in weekend
        if found.is_working_day(day):
            worked += [day] if usually_off else []
        elif day in found or not usually_off:
            off.append(day)
    return {
        "holidays": [day.isoformat() for day in off],
        "working": [day.isoformat() for day in worked],
    }


def _official_years(found: HolidayBase, years: list[int]) -> set[int]:
    """The first run of official years among `years`: one that is only foreseen makes all after it foreseen."""
    rest = dropwhile(lambda year: not _is_official(found, year), years)
    return set(takewhile(lambda year: _is_official(found, year), rest))


def _is_official(found: HolidayBase, year: int) -> bool:
    """Whether the library holds the official days of `year` and does not only foresee them.

    Where days are exchanged by a yearly notice, the last year with an exchange is the last one known; the library
    marks days that follow a computed moon as estimated.
    """
    if found.has_substituted_holidays:
        notices = _years_with_notice(found)
        if not notices or not min(notices) <= year <= max(notices):
            return False
    estimated = found.tr(getattr(found, "estimated_label", "")).strip("%s ()（）")
    names = (name for day, name in found.items() if day.year == year)
    return found.start_year <= year <= found.end_year and not (
        estimated and any(estimated in n for n in names)
    )


def _years_with_notice(found: HolidayBase) -> set[int]:
    """The years for which the library lists exchanged days: entries (to month, day, from month, day, maybe year)."""
    lists = [
        getattr(found, name)
        for name in dir(found)
        if name.startswith("special_") and name.endswith("_holidays")
    ]
    return {
        year
        for days in lists
        for year, entries in days.items()
        for entry in (entries if isinstance(entries[0], tuple) else (entries,))
        if len(entry) > 3
    }


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
