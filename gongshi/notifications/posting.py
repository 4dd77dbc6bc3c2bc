"""Posting events to programs of others: from the same outbox as notices, and apart from them.

A stranger's server that hangs may not keep a resident's notice waiting. So events are claimed by themselves, after the
notices of a round, and no new attempt is begun once a round has spent its time on them. After an attempt that failed
everything else for the same receiver rests, so that it costs one wait and not one for each event.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from gongshi.formats.signed_events import headers_of
from gongshi.notifications import actions, effects, queries
from gongshi.notifications.faults import where
from gongshi.notifications.models import OutboxRow, State
from gongshi.notifications.targets import TargetRefused
from gongshi.notifications.transports import webhook
from gongshi.notifications.transports.webhook import Outcome
from gongshi.rules.retrying import ATTEMPTS, HELD_BACK, try_again_at

logger = logging.getLogger(__name__)
ROUND_SECONDS = 5.0
MOST = 50
NOTHING_TO_TELL = "no_event"
FAULT = Outcome("unexpected")


def post_events(
    worker: str, at: datetime, limit: int = MOST, *, stop: Callable[[], bool] = lambda: False
) -> Counter[State]:
    """Post at most ``limit`` waiting events, none begun after `ROUND_SECONDS`; how they ended.

    ``at`` is the instant of the call; the time that posting takes is added to it. ``stop`` is asked before each.
    UnknownEffectError, before anything is claimed, when an app that a row needs is not there.
    """
    started = time.monotonic()
    rows = list(queries.claimable_events(at, limit))
    effects.require(row.effect for row in rows)
    ended: Counter[State] = Counter()
    for row in rows:
        spent = time.monotonic() - started
        if stop() or spent > ROUND_SECONDS:
            break
        state = _attempt(row, worker, lambda: at + timedelta(seconds=time.monotonic() - started))
        if state:
            ended[state] += 1
    return ended


def _attempt(row: OutboxRow, worker: str, now: Callable[[], datetime]) -> State | None:
    """One attempt. None when another worker has the row, or it rests by now."""
    if row.attempts >= ATTEMPTS:
        return State.FAILED if actions.give_up_lost(row, now(), ATTEMPTS) else None
    if not actions.claim(row, worker, now()):
        return None
    owner = effects.owner_of(row.effect)
    try:
        event = owner.event(row.case, now())
        if event is None:
            actions.mark_dropped(row, NOTHING_TO_TELL)
            return State.DROPPED
        outcome = webhook.post(
            event.target, headers_of(str(row.id), now(), event.body, event.keys), event.body
        )
    except TargetRefused:
        # The settings allow less than when the receiver was set up.
        outcome = Outcome("address_refused")
    except Exception as error:
        # A fault of ours. The queue goes on; the text may hold an address and is not logged.
        logger.error("event %s: %s", row.pk, where(error))
        outcome = FAULT
    return _settle(row, owner, outcome, now())


def _settle(row: OutboxRow, owner: effects.EventOwner, outcome: Outcome, at: datetime) -> State:
    if outcome.taken:
        actions.mark_sent(row, at)
        owner.ended(row.case, outcome, at)
        return State.SENT
    chance = random.random()  # noqa: S311
    again = None if outcome.gone else try_again_at(at, row.attempts, chance=chance, asked=outcome.after)
    if again is None:
        actions.mark_failed(row, outcome.code)
    else:
        actions.postpone_until(row, outcome.code, again)
    actions.hold_back(owner.ended(row.case, outcome, at), at + max(HELD_BACK, outcome.after or HELD_BACK))
    return State.FAILED if again is None else State.WAITING
