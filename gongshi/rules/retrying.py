"""When a webhook is tried again, and when a receiver is given up. Source: Standard Webhooks 1.0.0, operations.

Ten attempts over three days: at once, then after waits of 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, each a
fifth more or less, so that a server that was down is not met by everybody at once.
"""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=n) for n in (2, 5, 10, 14, 20, 24)),
)
ATTEMPTS = len(WAITS) + 1
JITTER = 0.2
HELD_BACK = timedelta(minutes=5)
"""How long everything else for a receiver rests after one attempt failed: it costs one wait, not one for each."""
GIVEN_UP_AFTER = timedelta(days=3)
"""A receiver that took nothing for so long is switched off."""


def try_again_at(
    at: datetime, attempts: int, *, chance: float, asked: timedelta | None = None
) -> datetime | None:
    """The instant of the next attempt after ``attempts`` (from 1) failed, the last one at ``at``; None after the last.

    ``chance``: from 0 to 1, drawn by the caller; how far from a fifth shorter to a fifth longer the wait is.
    ``asked``: how long the receiver wants to be left alone; it makes a wait longer and never shorter.
    """
    if attempts >= ATTEMPTS:
        return None
    wait = WAITS[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return at + max(wait, asked or timedelta(0))


def is_given_up(failing_since: datetime | None, at: datetime) -> bool:
    """Whether a receiver that has failed since then, without one success, is switched off at ``at``."""
    return failing_since is not None and at - failing_since >= GIVEN_UP_AFTER
