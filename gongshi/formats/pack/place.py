"""Reads pack.toml: the place, its levels, emergency numbers, open routes and settings."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from gongshi.formats.pack.faults import did_you_mean, pair
from gongshi.formats.pack.licences import LICENCES, NONE
from gongshi.formats.pack.model import (
    COUNTINGS,
    LANGUAGES,
    SMALLEST_THRESHOLD,
    Emergency,
    Level,
    Place,
    Route,
)
from gongshi.formats.pack.retention import read_retention
from gongshi.formats.pack.tables import Sheet, Table
from gongshi.formats.pack.texts import shown

_PREFIX = re.compile(r"[A-Z]{2,4}")


def read_place(sheet: Sheet) -> tuple[Place | None, tuple[Level, ...]]:
    """The place and its levels; None for the place if ``[place]`` is not there at all."""
    top = Table(sheet, sheet.data)
    table = top.table("place", required=True)
    levels = tuple(_level(row) for row in top.tables("level"))
    emergency = tuple(_emergency(row) for row in top.tables("emergency"))
    routes = tuple(_route(row) for row in top.tables("routes"))
    snap, threshold = _snap(top.table("publication")), _threshold(top.table("figures"))
    retention, licence = read_retention(top), _licence(top.table("open_data"))
    top.close()
    if table is None:
        return None, levels
    place = Place(
        code=table.code(),
        name=table.words("name"),
        reference_prefix=_prefix(table),
        time_zone=_time_zone(table),
        language=table.choice("language", LANGUAGES),
        centre=table.point("centre", required=True) or (0.0, 0.0),
        calendar=table.code("calendar", longest=40),
        operator=table.code("operator"),
        reprisal=table.reference("reprisal"),
        emergency=emergency,
        routes=routes,
        snap_metres=snap,
        threshold=threshold,
        retention=retention,
        licence=licence,
    )
    table.close()
    return place, levels


def _prefix(table: Table) -> str:
    value = table.text("reference_prefix")
    if not value or _PREFIX.fullmatch(value):
        return value
    what = pair(f"“{shown(value)}”不能作编号的开头。", f'"{shown(value)}" cannot begin a reference.')
    table.fault(
        "reference_prefix",
        what,
        pair("写2到4个大写字母，例如 QH。", "Write 2 to 4 capital letters, like QH."),
    )
    return ""


def _time_zone(table: Table) -> str:
    value = table.text("time_zone", longest=60)
    if not value:
        return ""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = pair(f"没有“{shown(value)}”这个时区。", f'There is no time zone "{shown(value)}".')
        listed = pair("写IANA时区名，例如 Asia/Shanghai。", "Write an IANA name such as Asia/Shanghai.")
        table.fault("time_zone", what, did_you_mean(value, available_timezones(), otherwise=listed))
        return ""
    return value


def _level(table: Table) -> Level:
    level = Level(table.code(longest=40), table.words("name"))
    table.close()
    return level


def _emergency(table: Table) -> Emergency:
    emergency = Emergency(table.text("number", longest=40), table.words("name"))
    table.close()
    return emergency


def _route(table: Table) -> Route:
    days = table.integer("days", 1, 3650, required=False) or None
    counting = table.choice("counting", COUNTINGS, required=False)
    route = Route(table.code(), table.words("name"), table.words("words"), days, counting)
    table.close()
    if ("days" in table.data) != ("counting" in table.data):
        what = pair("days 和 counting 要一起写。", "days and counting go together.")
        table.fault(
            "",
            what,
            pair('例如 days = 60, counting = "calendar"。', 'Like days = 60, counting = "calendar".'),
        )
    return route


def _snap(table: Table | None) -> int:
    if table is None:
        return 100
    metres = table.integer("snap_metres", 50, 5000, required=False, default=100)
    table.close()
    return metres


def _licence(table: Table | None) -> str:
    if table is None:
        return NONE
    code = table.choice("licence", LICENCES, required=False)
    table.close()
    return code


def _threshold(table: Table | None) -> int:
    if table is None:
        return SMALLEST_THRESHOLD
    least = table.integer("threshold", SMALLEST_THRESHOLD, 1000, required=False, default=SMALLEST_THRESHOLD)
    table.close()
    return least
