"""When to try again. Source: exponential backoff with jitter, as in RFC 5321 4.5.4.1 for mail queues.

Waits of 1, 4, 16 and 64 minutes, 4 and 12 and 12 hours, each a fifth more or less: eight attempts spread over a good
day, so that a mail server's bad night costs nobody a notice, and workers do not all come back at once.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

ATTEMPTS = 8
FIRST = timedelta(minutes=1)
FACTOR = 4
LONGEST = timedelta(hours=12)
JITTER = 0.2


def next_attempt_at(
    at: datetime, attempts: int, uniform: Callable[[float, float], float] = random.uniform
) -> datetime:
    """The instant of the next attempt after ``attempts`` (from 1) have failed, the last one at ``at``."""
    wait = min(FIRST * float(FACTOR ** (attempts - 1)), LONGEST)
    return at + wait * uniform(1 - JITTER, 1 + JITTER)
