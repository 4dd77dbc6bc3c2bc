"""Reads calendars/*.toml. What the days must be like is checked by the calendar rules, which the caller composes."""

from datetime import date, datetime
from typing import Any

from gongshi.formats.pack.model import CalendarData
from gongshi.formats.pack.tables import Sheet, Table


def read_calendar(sheet: Sheet) -> CalendarData:
    """One calendar file. ``content`` is the whole file as plain data, its days as ISO date texts."""
    top = Table(sheet, sheet.data)
    calendar = CalendarData(top.code(longest=40), top.words("name"), plain_days(sheet.data))
    top.words("source", required=False)
    return calendar


def plain_days(value: Any) -> Any:
    """``value`` with every TOML date as an ISO text, so that it can be stored as JSON."""
    if isinstance(value, dict):
        return {key: plain_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain_days(inner) for inner in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
