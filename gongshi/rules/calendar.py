"""Working days of one place's official calendar.

A calendar is a weekend, the days off, and the weekend days that are worked to make up for them (调休).
Source: the yearly notice of the place's government; for working days in periods, 民法典 Art. 203 and
民事诉讼法 Art. 85. Days of a year whose notice is not out yet are counted by weekends and by what the
calendar foresees, and every answer that rests on one says so (`is_provisional`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place.

    code: its name in packs. weekend: ISO weekdays, Monday 1 to Sunday 7. holidays: days off.
    workdays: weekend days that are worked. published_through: the last year whose days are official, None when
    no year is; published_from: the first such year, None when every earlier year is official too.
    Raises ValueError for a week without a working day and for a day that is both off and worked.
    """

    code: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]
    published_through: int | None
    published_from: int | None = None

    def __post_init__(self) -> None:
        if not self.weekend <= frozenset(range(1, 8)) or len(self.weekend) == 7:
            raise ValueError(f"calendar {self.code}: the weekend must be up to six of 1 to 7")
        if both := self.holidays & self.workdays:
            raise ValueError(f"calendar {self.code}: {min(both)} is both a holiday and a working day")


def is_working_day(cal: Calendar, day: date) -> bool:
    """Whether offices work on `day`."""
    if day in cal.workdays:
        return True
    return day not in cal.holidays and day.isoweekday() not in cal.weekend


def next_working_day(cal: Calendar, day: date) -> date:
    """`day` itself when it is a working day, or else the first one after it."""
    while not is_working_day(cal, day):
        day += _DAY
    return day


def add_working_days(cal: Calendar, day: date, n: int) -> date:
    """The n-th working day after `day`, before it when `n` is negative; `day` itself, worked or not, for 0.

    Raises OverflowError beyond the years 1 to 9999.
    """
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(cal, day)
    return day


def working_days_between(cal: Calendar, a: date, b: date) -> int:
    """How many working days lie in (a, b]; when `b` is the earlier, those in (b, a], as a negative number."""
    if b < a:
        return -working_days_between(cal, b, a)
    return sum(is_working_day(cal, a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


def is_provisional(cal: Calendar, day: date) -> bool:
    """Whether the year of `day` has no official calendar here: the day may still turn out worked or off."""
    if cal.published_through is None or day.year > cal.published_through:
        return True
    return cal.published_from is not None and day.year < cal.published_from


@dataclass(frozen=True, slots=True)
class CalendarFault:
    """One fault of a calendar file. where: its key, as "years.2026.holidays[3]"; what: in both languages."""

    where: str
    what: Mapping[str, str]


class CalendarError(ValueError):
    """A calendar file that cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: list[CalendarFault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.what['en']}" for fault in faults))
        self.faults = tuple(faults)


def calendar_from(data: Mapping[str, Any]) -> Calendar:
    """The calendar of a pack's parsed file `calendars/*.toml`. Days are dates or "YYYY-MM-DD" texts.

    Raises CalendarError, a ValueError that names every fault by its key.
    """
    reader = _Reader()
    reader.read(data)
    if reader.faults:
        raise CalendarError(reader.faults)
    published = reader.published
    return Calendar(
        code=data["code"],
        weekend=reader.weekend,
        holidays=frozenset(reader.holidays),
        workdays=frozenset(reader.workdays),
        published_through=max(published, default=None),
        published_from=min(published, default=None),
    )


_KEYS = ("code", "name", "source", "weekend", "years")
_YEAR_KEYS = ("published", "holidays", "working", "source")
_WORDS = {
    "unknown": ("不认识这一项；可用的有：{known}。", "is not known here; known are {known}."),
    "code": ('须写日历代码，如 "CN"。', "must be the calendar's code, as 'CN'."),
    "weekend": ("须为1（周一）至7（周日）的列表。", "must be a list of 1 (Monday) to 7 (Sunday)."),
    "weekend_all": ("一周至少要有一个工作日。", "must leave at least one working day a week."),
    "years": ("至少写一年，如 [years.2026]。", "must hold at least one year, as [years.2026]."),
    "year": ("须为四位数的年份，下面是一个表。", "must be a year of four digits, and a table."),
    "published": ("须写 true 或 false：官方已公布没有。", "must be true or false: is this year official?"),
    "gap": ("夹在已公布的年份之间，也须已公布。", "lies between published years, so must be one too."),
    "list": ("须为日期列表，可为空。", "must be a list of dates; it may be empty."),
    "day": ('须写成 "YYYY-MM-DD"。', "must be a date written as 'YYYY-MM-DD'."),
    "other_year": ("{day} 不在这一年。", "{day} is not in this year."),
    "twice": ("{day} 写了两次。", "{day} is listed twice."),
    "both": ("{day} 也列为节假日。", "{day} is listed as a holiday too."),
    "weekday": ("{day} 本来就不是周末。", "{day} is not on a weekend in the first place."),
}


class _Reader:
    """Reads one calendar file and gathers its faults, so that whoever wrote it sees them all at once."""

    def __init__(self) -> None:
        self.faults: list[CalendarFault] = []
        self.weekend: frozenset[int] = frozenset()
        self.holidays: set[date] = set()
        self.workdays: set[date] = set()
        self.published: set[int] = set()

    def fault(self, where: str, code: str, **values: object) -> None:
        zh, en = _WORDS[code]
        self.faults.append(CalendarFault(where, {"zh": zh.format(**values), "en": en.format(**values)}))

    def read(self, data: Mapping[str, Any]) -> None:
        self._known("", data, _KEYS)
        code, years = data.get("code"), data.get("years")
        if not isinstance(code, str) or not code.strip():
            self.fault("code", "code")
        self._weekend(data.get("weekend"))
        if not isinstance(years, Mapping) or not years:
            return self.fault("years", "years")
        for key, year in years.items():
            self._year(str(key), year)
        return self._unbroken()

    def _known(self, where: str, data: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                self.fault(f"{where}{key}", "unknown", known=", ".join(known))

    def _weekend(self, days: Any) -> None:
        if not isinstance(days, list) or not all(type(day) is int and 1 <= day <= 7 for day in days):
            return self.fault("weekend", "weekend")
        self.weekend = frozenset(days)
        return self.fault("weekend", "weekend_all") if len(self.weekend) == 7 else None

    def _year(self, key: str, data: Any) -> None:
        where = f"years.{key}"
        if not re.fullmatch("[1-9][0-9]{3}", key) or not isinstance(data, Mapping):
            return self.fault(where, "year")
        self._known(f"{where}.", data, _YEAR_KEYS)
        published = data.get("published")
        if not isinstance(published, bool):
            self.fault(f"{where}.published", "published")
        elif published:
            self.published.add(int(key))
        holidays = self._days(f"{where}.holidays", data.get("holidays"), int(key))
        working = self._days(f"{where}.working", data.get("working"), int(key))
        for day in sorted(working):
            if day in holidays:
                self.fault(f"{where}.working", "both", day=day)
            elif self.weekend and day.isoweekday() not in self.weekend:
                self.fault(f"{where}.working", "weekday", day=day)
        self.holidays |= holidays
        self.workdays |= working
        return None

    def _days(self, where: str, days: Any, year: int) -> set[date]:
        read: set[date] = set()
        if not isinstance(days, list):
            self.fault(where, "list")
            return read
        for n, value in enumerate(days):
            day = _day(value)
            if day is None:
                self.fault(f"{where}[{n}]", "day")
            elif day.year != year:
                self.fault(f"{where}[{n}]", "other_year", day=day)
            elif day in read:
                self.fault(f"{where}[{n}]", "twice", day=day)
            else:
                read.add(day)
        return read

    def _unbroken(self) -> None:
        """Published years follow one another: one left out would be counted by weekends, yet be official."""
        span = range(min(self.published), max(self.published)) if self.published else ()
        for year in sorted(set(span) - self.published):
            self.fault(f"years.{year}", "gap")


def _day(value: Any) -> date | None:
    """A TOML date, or a text that is exactly YYYY-MM-DD; None for anything else."""
    if type(value) is date:
        return value
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if day.isoformat() == value else None
