"""Time in tests: instants are written as the place's local time, and the clock stands still until it is moved."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.instance import TIME_ZONE


def local(text: str, zone: str = TIME_ZONE) -> datetime:
    """``local("2026-03-02 09:00")`` is that minute on the place's own clock, as an aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Clock:
    """Stands in for ``django.utils.timezone.now``. Never moves by itself."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def set(self, text: str) -> datetime:
        """Moves to a local time of the place, as in ``clock.set("2026-03-02 09:00")``."""
        self.now = local(text)
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Moves on by ``timedelta(**parts)``, as in ``clock.advance(days=3)``."""
        self.now += timedelta(**parts)
        return self.now
