"""Delivery: claim a notice, find the address, send, write down how it went.

Any number of workers run at once, and any of them may be killed. One that dies holds its row until the lease runs out;
then another sends it. So a notice goes out at least once, and under the same Message-ID or Idempotency-Key each time.
No transaction is open while a server is spoken to.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongshi.notifications import actions, effects, messages, queries
from gongshi.notifications.backoff import ATTEMPTS
from gongshi.notifications.faults import where
from gongshi.notifications.models import OutboxRow, State
from gongshi.notifications.transports import Transports
from gongshi.notifications.transports.notices import (
    Notice,
    PermanentFailure,
    Result,
    Sent,
    TemporaryFailure,
)

logger = logging.getLogger(__name__)
KEPT = timedelta(days=90)
Delivered = Counter[State]


@dataclass(frozen=True, slots=True)
class Dropped:
    """There is nobody to tell."""

    code: str


def deliver(
    worker: str, at: datetime, limit: int = 50, *, stop: Callable[[], bool] = lambda: False
) -> Delivered:
    """Send at most ``limit`` waiting notices and count how they ended: WAITING means that it will be tried again.

    ``at`` is the instant of the call; the time that sending takes is added to it. ``stop`` is asked before each row.
    UnknownEffectError, before anything is claimed, when a row needs a resolver that no app registered.
    """
    now = _running_from(at)
    rows = list(queries.claimable(at, limit))
    effects.require(row.effect for row in rows)
    # Workers that read the same rows should not race for the first of them, then the second, and so on.
    random.shuffle(rows)
    delivered = Delivered()
    with Transports() as transports:
        for row in rows:
            if stop():
                break
            if transports.is_down(row.channel):
                continue
            ended = _attempt(row, worker, now, transports)
            if ended:
                delivered[ended] += 1
    return delivered


def sweep(at: datetime) -> int:
    """Delete notices that were done with long ago: not even the time of a notice is kept without need."""
    return actions.delete_old(at - KEPT)


def _running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that reads ``at`` now and runs on."""
    start = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - start)


def _attempt(
    row: OutboxRow, worker: str, now: Callable[[], datetime], transports: Transports
) -> State | None:
    """One attempt. None when another worker has the row."""
    if row.attempts >= ATTEMPTS:
        return State.FAILED if actions.give_up_lost(row, now()) else None
    if not actions.claim(row, worker, now()):
        return None
    try:
        result: Result | Dropped = _send(row, now(), transports)
    except Exception as error:
        # A resolver or a transport has a fault. The queue goes on; the text may hold an address and is not logged.
        logger.error("notice %s: %s", row.pk, where(error))
        result = TemporaryFailure("unexpected")
    return _settle(row, result, now())


def _send(row: OutboxRow, at: datetime, transports: Transports) -> Result | Dropped:
    recipient = effects.resolve(row.effect)(row.case)
    if recipient is None:
        return Dropped("no_recipient")
    if recipient.channel != row.channel:
        # Who is told has since chosen another way; what is sent from now on goes there.
        return Dropped("other_channel")
    if row.template not in messages.MESSAGES:
        return PermanentFailure("unknown_template")
    lines = recipient.lines(at) if recipient.lines else ""
    if recipient.lines and not lines:
        return Dropped("nothing_to_say")
    text = messages.render(
        row.template,
        channel=row.channel,
        language=recipient.language,
        reference=recipient.reference,
        code=recipient.code,
        path=recipient.path,
        lines=lines,
        left_out=recipient.left_out,
    )
    notice = Notice(
        row.pk, recipient.value, recipient.language, text.subject, text.body, at, recipient.answers
    )
    return transports.send(row.channel, notice)


def _settle(row: OutboxRow, result: Result | Dropped, at: datetime) -> State:
    match result:
        case Dropped(code):
            actions.mark_dropped(row, code)
            return State.DROPPED
        case Sent():
            actions.mark_sent(row, at)
            effects.was_sent(row.effect, row.case)
            return State.SENT
        case TemporaryFailure(code) if row.attempts < ATTEMPTS:
            actions.postpone(row, code, at)
            return State.WAITING
        case TemporaryFailure(code) | PermanentFailure(code):
            actions.mark_failed(row, code)
            logger.warning("notice %s failed: %s", row.pk, code)
            return State.FAILED
