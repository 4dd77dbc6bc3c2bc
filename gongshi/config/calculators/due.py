"""`gongshi calc due`: the day an answer is due, or every deadline of a procedure (docs/rules/timelines.md)."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from gongshi.config.calculators import CalculationError
from gongshi.config.terminal import both
from gongshi.config.timelines import deadlines, pack_in
from gongshi.places.proposals import UnknownCalendar, library, propose_calendar
from gongshi.rules.calendar import Calendar, add_working_days, calendar_from
from gongshi.rules.deadlines import Deadline, due, end_of_day, local_date

HELP = both(
    "某日收件，期限为若干天，哪天到期；或者一个流程的每一个期限。",
    "The day on which an answer is due, or every deadline of a procedure.",
)
OPTIONS = (
    click.Option(
        ["--calendar", "file"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=both("日历文件。", "Calendar file (TOML)."),
    ),
    click.Option(
        ["--pack"],
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help=both("地方资料的文件夹，用其中的日历。", "Folder of a place's data, whose calendars are used."),
    ),
)

_FIELDS = ("filed_at", "days", "counting", "calendar", "time_zone")
_OF_A_PROCEDURE = ("procedure", "category", "filed_at", "calendar", "time_zone")
_YEARS = range(1950, 2200)
_MOST_DAYS = 3660


def answer(given: Mapping[str, Any], *, file: Path | None, pack: Path | None) -> dict[str, Any]:
    """The due day of one input, where the calendar came from, and whether it may still change.

    given: filed_at (ISO 8601 with offset, or local to time_zone), days, counting ("calendar" or "working"),
    calendar (its code) and, optional, time_zone (IANA). Or procedure, filed_at and, optional, category, calendar and
    time_zone, with ``pack``: then every deadline of that procedure. Raises CalculationError.
    """
    if "procedure" in given:
        return _whole(given, file, pack)
    _check_fields(given, _FIELDS)
    filed_on, zone = _filed(given)
    deadline = _deadline(given, filed_on)
    calendar, source = _calendar(given, filed_on, deadline.days, file, pack)
    result = due(deadline, calendar, as_of=filed_on)
    working = deadline.counting == "working"
    return {
        "due_on": result.on.isoformat(),
        "due_at": end_of_day(result.on, zone).isoformat().replace("+00:00", "Z"),
        "provisional": result.provisional,
        "filed_on": filed_on.isoformat(),
        "counted_from": (
            add_working_days(calendar, filed_on, 1) if working else filed_on + timedelta(days=1)
        ).isoformat(),
        "calendar": calendar.code,
        "calendar_source": source,
    }


def _check_fields(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in given:
        if key not in known:
            raise CalculationError(f"不认识 {key}。", f"{key!r} is not known; known are {', '.join(known)}.")


def _whole(given: Mapping[str, Any], file: Path | None, folder: Path | None) -> dict[str, Any]:
    """Every deadline of a procedure of a pack, in the pack's calendar and time zone unless others are named."""
    _check_fields(given, _OF_A_PROCEDURE)
    if folder is None:
        raise CalculationError("流程在地方包里：请写 --pack。", "a procedure stands in a pack: give --pack.")
    pack = pack_in(folder)
    filed_on, zone = _filed(given, pack.place.time_zone)
    named = {"calendar": pack.place.calendar, **given}
    calendar, source = _calendar(named, filed_on, 1, file, folder)
    found = deadlines(pack, given, filed_on=filed_on, zone=zone, calendar=calendar)
    return {**found, "calendar": calendar.code, "calendar_source": source}


def _filed(given: Mapping[str, Any], local_to: str = "") -> tuple[date, tzinfo]:
    """The local day of filing and its zone: the named one, or the offset that was given, or else ``local_to``."""
    try:
        at = datetime.fromisoformat(given["filed_at"])
        named = "time_zone" in given
        zone = (
            ZoneInfo(given["time_zone"])
            if named
            else ZoneInfo(local_to)
            if local_to and not at.tzinfo
            else None
        )
    except (KeyError, TypeError, ValueError, OSError) as fault:
        raise CalculationError(
            "filed_at 须为带时区的时间，如 2025-01-24T23:59:59+08:00；time_zone 须为时区名，如 Asia/Shanghai。",
            "filed_at must be a time as 2025-01-24T23:59:59+08:00; time_zone, a name as Asia/Shanghai.",
        ) from fault
    if at.tzinfo is None and zone is not None:
        at = at.replace(tzinfo=zone)
    if at.tzinfo is None:
        raise CalculationError("filed_at 没有时区。", "filed_at has no offset, and there is no time_zone.")
    if at.year not in _YEARS:
        raise CalculationError("filed_at 的年份不合理。", f"filed_at is outside {_YEARS[0]} to {_YEARS[-1]}.")
    zone_used = zone or at.tzinfo
    return local_date(at, zone_used), zone_used


def _deadline(given: Mapping[str, Any], filed_on: date) -> Deadline:
    days, counting = given.get("days"), given.get("counting")
    if type(days) is not int or not 1 <= days <= _MOST_DAYS:
        raise CalculationError(
            f"days 须为1至{_MOST_DAYS}的整数。", f"days must be a whole number, 1 to {_MOST_DAYS}."
        )
    if counting not in ("calendar", "working"):
        raise CalculationError(
            "counting 须为 calendar（自然日）或 working（工作日）。",
            'counting must be "calendar" or "working".',
        )
    return Deadline(start_on=filed_on, days=days, counting=counting)


def _calendar(
    given: Mapping[str, Any], filed_on: date, days: int, file: Path | None, pack: Path | None
) -> tuple[Calendar, str]:
    """The calendar asked for, and its source: "file NAME", "pack NAME" or "library NAME VERSION"."""
    code = given.get("calendar")
    if not isinstance(code, str):
        raise CalculationError("calendar 须为日历代码，如 CN。", 'calendar must be a code, as "CN".')
    if file is None and pack is None:
        # Twice the length covers any real calendar: more than half of all days are worked.
        years = range(filed_on.year, (filed_on + timedelta(days=2 * days + 31)).year + 1)
        try:
            return calendar_from(propose_calendar(code, years)), f"library {library()}"
        except UnknownCalendar as fault:
            raise CalculationError(f"没有日历 {code}。", f"there is no calendar {code!r}.") from fault
    files = [file] if file else sorted((pack or Path()).glob("calendars/*.toml"))
    found = next((calendar for calendar in map(_read, files) if calendar.code == code), None)
    if found is None:
        where = (file or pack or Path()).name
        raise CalculationError(f"{where} 里没有日历 {code}。", f"{where} holds no calendar {code!r}.")
    return found, f"file {file.name}" if file else f"pack {pack.name if pack else ''}"


def _read(path: Path) -> Calendar:
    try:
        return calendar_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise CalculationError(f"{path.name} 有误：{fault}", f"{path.name}: {fault}") from fault
