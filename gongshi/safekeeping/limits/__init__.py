"""Limits by where requests come from, without an address being kept.

    attempt = attempt_at("opening", request.META)
    if attempt.wait:
        ...                 # 429, to come back in that many seconds
    if right:
        attempt.take_back() # only wrong tries count

`policies` is the table of what is limited how far, `sources` the one place that looks at where a request comes from,
`store` the numbers that all workers of a machine share. docs/security/limits.md says why it is so.
"""

from gongshi.safekeeping.limits.attempts import Attempt, attempt_at, attempt_of
from gongshi.safekeeping.limits.store import Store, forget, shared_store

__all__ = ["Attempt", "Store", "attempt_at", "attempt_of", "forget", "shared_store"]
