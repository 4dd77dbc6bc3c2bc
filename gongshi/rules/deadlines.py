"""When an answer is due.

Source: 民事诉讼法 Art. 85 and 民法典 Art. 201, 203. The first day is not counted. A period in calendar days whose
last day is not a working day ends on the next working day; a period in working days counts the working days of the
official calendar, with its exchanged days (调休). The due day counts in full: it ends with the local day.

Waiting for the resident pauses a period, up to a limit; it can be extended once (信访工作条例 Art. 34). Both lengthen
the period before it is rolled forward, so they only ever move the due day later. See docs/rules/deadlines.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from gongshi.rules.calendar import (
    Calendar,
    add_working_days,
    is_provisional,
    next_working_day,
    working_days_between,
)

Counting = Literal["calendar", "working"]


class DeadlineError(ValueError):
    """A pause or an extension that is not allowed.

    code: "open_pause", "no_open_pause", "pause_used_up", "too_late", "too_early", "extended_already" or
    "extension_too_long".
    """

    def __init__(self, code: str) -> None:
        super().__init__(code.replace("_", " "))
        self.code = code


@dataclass(frozen=True, slots=True)
class Pause:
    """The office waits for the resident, from the day it asked until the day the answer came (None: still waiting).

    The day of asking still counts for the office; the day of the answer does not.
    """

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One running period of an office.

    start_on: the local day of what started it, itself not counted. days: its length, one or more, and pause_limit:
    how many days all pauses together may add, both as `counting` says. extension: days added by the one extension.
    Raises ValueError for lengths that cannot be and for pauses out of order, overlapping, or open before the last.
    """

    start_on: date
    days: int
    counting: Counting
    pause_limit: int = 0
    pauses: tuple[Pause, ...] = ()
    extension: int = 0

    def __post_init__(self) -> None:
        if self.days < 1 or self.pause_limit < 0 or self.extension < 0:
            raise ValueError("a period has one day or more, and is not shortened by a pause or an extension")
        if self.counting not in ("calendar", "working"):
            raise ValueError(f'days are counted "calendar" or "working", not {self.counting!r}')
        free_from: date | None = self.start_on
        for pause in self.pauses:
            if free_from is None or pause.from_on < free_from:
                raise ValueError("pauses follow one another, and only the last may be open")
            free_from = pause.until_on
            if free_from is not None and free_from < pause.from_on:
                raise ValueError("a pause cannot end before it began")


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends: its last day, the days that pauses added, and whether an unpublished year was needed."""

    on: date
    paused_days: int
    provisional: bool


def due_on(*, start_on: date, days: int, counting: Counting, calendar: Calendar) -> date:
    """The last day of a period that is neither paused nor extended; see `Deadline`, `due`."""
    return due(Deadline(start_on=start_on, days=days, counting=counting), calendar, as_of=start_on).on


def due(deadline: Deadline, calendar: Calendar, *, as_of: date) -> Due:
    """The last day of `deadline` as it looks on `as_of`, which matters only while a pause is open.

    A pause that began after the due day of that time adds nothing: a late answer does not become timely by asking.
    One that began in time leaves the office at least the day on which it ends, so nobody is late while waiting.
    Raises OverflowError beyond the year 9999.
    """
    added, (last, end) = 0, _end(deadline, 0, calendar)
    decisive = [last, end]
    if deadline.counting == "working":
        decisive.append(deadline.start_on + timedelta(days=1))
    for pause in deadline.pauses:
        if pause.from_on > end:
            break
        until = min(
            pause.until_on or max(as_of, pause.from_on), _used_up_on(deadline, pause, added, calendar)
        )
        added += _length(deadline, pause.from_on, until, calendar)
        last, rolled = _end(deadline, added, calendar)
        end = max(end, rolled, next_working_day(calendar, until))
        decisive += [last, end]
    return Due(end, added, any(is_provisional(calendar, day) for day in decisive))


def _end(deadline: Deadline, added: int, calendar: Calendar) -> tuple[date, date]:
    """The last day of the period made longer by `added` days, before and after it is rolled forward."""
    days = deadline.days + deadline.extension + added
    last = _later(deadline, deadline.start_on, days, calendar)
    return last, next_working_day(calendar, last)


def _used_up_on(deadline: Deadline, pause: Pause, used: int, calendar: Calendar) -> date:
    """The day on which `pause` has used up the limit, of which earlier pauses used `used` days."""
    return _later(deadline, pause.from_on, deadline.pause_limit - used, calendar)


def _later(deadline: Deadline, day: date, days: int, calendar: Calendar) -> date:
    """The day that lies `days` after `day`, as the period counts them."""
    working = deadline.counting == "working"
    return add_working_days(calendar, day, days) if working else day + timedelta(days=days)


def _length(deadline: Deadline, a: date, b: date, calendar: Calendar) -> int:
    """The days in (a, b], as the period counts them."""
    return working_days_between(calendar, a, b) if deadline.counting == "working" else (b - a).days


def is_paused(deadline: Deadline) -> bool:
    """Whether the office waits for the resident now."""
    return bool(deadline.pauses) and deadline.pauses[-1].until_on is None


def paused(deadline: Deadline, calendar: Calendar, *, on: date) -> Deadline:
    """`deadline` with a pause open from `on`, the day the resident was asked.

    Raises DeadlineError: "open_pause", "pause_used_up", "too_late" (the period is over), "too_early".
    """
    if is_paused(deadline):
        raise DeadlineError("open_pause")
    now = due(deadline, calendar, as_of=on)
    if on > now.on:
        raise DeadlineError("too_late")
    if now.paused_days >= deadline.pause_limit:
        raise DeadlineError("pause_used_up")
    if on < max([deadline.start_on, *(pause.until_on for pause in deadline.pauses if pause.until_on)]):
        raise DeadlineError("too_early")
    return replace(deadline, pauses=(*deadline.pauses, Pause(on)))


def resumed(deadline: Deadline, *, on: date) -> Deadline:
    """`deadline` with its pause ended on `on`, the day the resident answered or the question was withdrawn.

    Raises DeadlineError: "no_open_pause", "too_early" (before the pause began).
    """
    if not is_paused(deadline):
        raise DeadlineError("no_open_pause")
    *before, last = deadline.pauses
    if on < last.from_on:
        raise DeadlineError("too_early")
    return replace(deadline, pauses=(*before, Pause(last.from_on, on)))


def pause_ends_on(deadline: Deadline, calendar: Calendar) -> date | None:
    """The day on which the open pause has used up the limit and the period runs again; None without one."""
    if not is_paused(deadline):
        return None
    *before, last = deadline.pauses
    used = due(replace(deadline, pauses=tuple(before)), calendar, as_of=last.from_on).paused_days
    return _used_up_on(deadline, last, used, calendar)


def extended(deadline: Deadline, calendar: Calendar, *, days: int, limit: int, on: date) -> Deadline:
    """`deadline` made longer by `days`, at most `limit`, decided on `on`; once only, and not after it ran out.

    Raises DeadlineError: "extended_already", "extension_too_long", "too_late". ValueError for less than one day.
    """
    if days < 1:
        raise ValueError("an extension is of one day or more")
    if deadline.extension:
        raise DeadlineError("extended_already")
    if days > limit:
        raise DeadlineError("extension_too_long")
    if on > due(deadline, calendar, as_of=on).on:
        raise DeadlineError("too_late")
    return replace(deadline, extension=days)


def warning_on(due_on: date, *, days: int, calendar: Calendar, start_on: date) -> date:
    """The day on which the office is warned: `days` working days before the due day, never before `start_on`."""
    return max(start_on, add_working_days(calendar, due_on, -days))


def local_date(at: datetime, tz: str | tzinfo) -> date:
    """The day that the place's clocks show at the instant `at`. tz: an IANA name, or a zone.

    Raises ValueError for an instant without an offset and for a name that is no zone.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs an offset from UTC")
    return at.astimezone(_zone(tz)).date()


def end_of_day(day: date, tz: str | tzinfo) -> datetime:
    """The instant in UTC at which `day` is over for good in the place: what happens before it happened in time.

    Clocks that jump over midnight end the day at the jump; clocks put back across midnight end it the second time;
    a day that a zone left out ends where it would have begun. Raises ValueError as `local_date`, OverflowError for
    the last day of year 9999.
    """
    zone = _zone(tz)
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    first, second = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if first < second:  # midnight comes twice; does the old day come back in between?
        return second if local_date(second - timedelta(microseconds=1), zone) <= day else first
    return _first(lambda at: local_date(at, zone) > day, second, first)


def _first(holds: Callable[[datetime], bool], low: datetime, high: datetime) -> datetime:
    """The first whole second from `low` to `high` at which `holds`; it holds at `high` and, once it does, stays."""
    span = int((high - low).total_seconds())
    while span:
        half = span // 2
        if holds(low + timedelta(seconds=half)):
            span = half
        else:
            low, span = low + timedelta(seconds=half + 1), span - half - 1
    return low


def _zone(tz: str | tzinfo) -> tzinfo:
    if isinstance(tz, tzinfo):
        return tz
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as fault:
        raise ValueError(f"there is no time zone {tz!r}") from fault
