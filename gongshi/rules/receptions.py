"""Reception days: at what times somebody is received, and which of these wait for whoever comes without a booking.

Source: docs/rules/receptions.md. Positions count from 0. A quarter of the times, spread over the day, is never booked:
whoever books every other time, from however many networks, still keeps nobody from coming.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTES = (10, 15, 20, 30, 45, 60)
FEWEST, MOST = 4, 60
EACH = 4
HELD = 3


def begins_at(first: datetime, minutes: int, position: int) -> datetime:
    """When the time at ``position`` begins: ``first`` for 0, and ``minutes`` later for each after it."""
    return first + timedelta(minutes=minutes * position)


def is_kept(position: int, count: int) -> bool:
    """Whether the time at ``position`` of ``count`` waits for whoever comes without a booking.

    The last of each four; of fewer than four the last.
    """
    return position % EACH == EACH - 1 or (count < EACH and position == count - 1)


def bookable(count: int) -> list[int]:
    """The positions of ``count`` times that can be booked, the first first."""
    return [position for position in range(count) if not is_kept(position, count)]


def kept(count: int) -> int:
    """How many of ``count`` times are never booked."""
    return count - len(bookable(count))


def most_held(count: int) -> int:
    """Up to how many of the times that can be booked are held back by lot, as if somebody had them: a third."""
    return len(bookable(count)) // HELD


def by_hour(times: Iterable[tuple[int, datetime]]) -> dict[int, list[int]]:
    """Positions by the hour of the clock in which they begin. ``times``: position and local time of each."""
    found: dict[int, list[int]] = {}
    for position, time in times:
        found.setdefault(time.hour, []).append(position)
    return found
