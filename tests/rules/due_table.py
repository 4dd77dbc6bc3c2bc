"""The table of due days (due_days.csv) and the plain counting that it was drawn up with, which uses no rule of ours."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar

FILE = Path(__file__).with_name("due_days.csv")
WORKED: dict[str, Callable[[date], bool]] = {
    "CN": chinese_calendar.is_workday,
    "weekends": lambda day: day.isoweekday() not in (6, 7),
    "friday": lambda day: day.isoweekday() not in (5, 6),
    "daily": lambda day: True,
}


@dataclass(frozen=True)
class Row:
    """One line of the table: what is given, and what comes of it."""

    zone: str
    filed_at: datetime
    days: int
    counting: str
    calendar: str
    filed_on: date
    due_on: date
    due_at: datetime
    edge: str


def rows() -> list[Row]:
    """Every line."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        Row(
            zone=one["zone"],
            filed_at=datetime.fromisoformat(one["filed_at"]),
            days=int(one["days"]),
            counting=one["counting"],
            calendar=one["calendar"],
            filed_on=date.fromisoformat(one["filed_on"]),
            due_on=date.fromisoformat(one["due_on"]),
            due_at=datetime.fromisoformat(one["due_at"]),
            edge=one["edge"],
        )
        for one in csv.DictReader(lines)
    ]


def counted(row: Row) -> date:
    """The due day, one day after the other: as many as are promised, then on to one that is worked."""
    worked, day, left = WORKED[row.calendar], row.filed_on, row.days
    while left:
        day += timedelta(days=1)
        if row.counting == "calendar" or worked(day):
            left -= 1
    while not worked(day):
        day += timedelta(days=1)
    return day


def over(day: date, zone: str) -> datetime:
    """The end of a day, minute by minute: the one after the last at which the zone's clocks still show it."""
    place, last = ZoneInfo(zone), datetime.min.replace(tzinfo=UTC)
    noon = datetime.combine(day, time(12), UTC)
    for minute in range(-24 * 60, 30 * 60):
        at = noon + timedelta(minutes=minute)
        if at.astimezone(place).date() <= day:
            last = at
    return last + timedelta(minutes=1)
