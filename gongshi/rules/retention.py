"""How long a matter is kept after its end. The question, its sources and the defaults: docs/rules/retention.md.

Source: 个人信息保护法 Art. 19 (the shortest time that the purpose needs), GDPR Art. 5(1)(e).
"""

from calendar import monthrange
from datetime import date

DEFAULT_MONTHS = {
    "question": 12,
    "request": 24,
    "hazard": 24,
    "conduct": 36,
    "dispute": 36,
    "grievance": 60,
}


def kept_until(closed_on: date, months: int) -> date:
    """The last day on which what was closed on ``closed_on`` is kept; local days."""
    return _moved(closed_on, months)


def closed_before(on: date, months: int) -> date:
    """What was closed before this day is no longer kept on the day ``on``."""
    return _moved(on, -months)


def _moved(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
