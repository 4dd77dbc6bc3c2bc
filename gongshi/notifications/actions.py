"""Every write of the outbox: new rows, claims, and how each attempt ended.

A claim is one conditional UPDATE and its row count, so it needs no lock and works alike on SQLite and PostgreSQL. The
number of attempts tells claims apart: a worker whose lease ran out cannot undo what the next one did.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from gongshi.notifications.backoff import ATTEMPTS, next_attempt_at
from gongshi.notifications.messages import MESSAGES
from gongshi.notifications.models import TO_PEOPLE, Channel, OutboxRow, State
from gongshi.notifications.queries import free_at

LEASE = timedelta(seconds=60)


def rows_for(
    case: UUID, template: str, channels: Iterable[str], effect: str, at: datetime
) -> list[OutboxRow]:
    """One unsaved notice for each channel, to be inserted in the caller's own transaction.

    ``template`` is a key of ``messages.MESSAGES``, ``channels`` holds "email" or "sms". ValueError for any other, so
    that a mistyped code fails where it was written and not when the notice goes out.
    """
    if template not in MESSAGES:
        raise ValueError(f"unknown notice {template!r}")
    if not set(channels := list(channels)) <= set(TO_PEOPLE):
        raise ValueError(f"no way to people: {channels!r}")
    return [
        OutboxRow(
            case=case,
            template=template,
            channel=Channel(channel).value,
            effect=effect,
            next_at=at,
            created_at=at,
        )
        for channel in channels
    ]


def event_row(delivery: UUID, effect: str, at: datetime) -> OutboxRow:
    """One unsaved event for one receiver's program, to be inserted with what ``delivery`` names.

    The key of the row is the event's id, the same at every attempt.
    """
    return OutboxRow(
        case=delivery, template="event", channel=Channel.WEBHOOK, effect=effect, next_at=at, created_at=at
    )


def claim(row: OutboxRow, worker: str, at: datetime) -> bool:
    """Take ``row`` for the length of a lease. False when another worker was faster."""
    claimed = OutboxRow.objects.filter(
        free_at(at), pk=row.pk, state=State.WAITING, attempts=row.attempts
    ).update(attempts=row.attempts + 1, lease_until=at + LEASE, claimed_by=worker)
    if claimed:
        row.attempts += 1
    return bool(claimed)


def mark_sent(row: OutboxRow, at: datetime) -> None:
    """The notice is out, whoever holds the row by now: nobody should try again."""
    OutboxRow.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=State.SENT, sent_at=at, lease_until=None, last_error=""
    )


def mark_dropped(row: OutboxRow, code: str) -> None:
    """There is nobody to tell any more."""
    _of_this_claim(row, state=State.DROPPED, last_error=code)


def mark_failed(row: OutboxRow, code: str) -> None:
    """It cannot be sent, and will not be tried again."""
    _of_this_claim(row, state=State.FAILED, last_error=code)


def postpone(row: OutboxRow, code: str, at: datetime) -> None:
    """Try again later."""
    postpone_until(row, code, next_attempt_at(at, row.attempts))


def postpone_until(row: OutboxRow, code: str, next_at: datetime) -> None:
    """Try again at a certain time."""
    _of_this_claim(row, next_at=next_at, last_error=code)


def hold_back(cases: Collection[UUID], until: datetime) -> None:
    """Let none of what waits about these, and is in nobody's hands, leave before ``until``; no attempt is spent."""
    free = OutboxRow.objects.filter(case__in=cases, state=State.WAITING, lease_until=None, next_at__lt=until)
    free.update(next_at=until)


def give_up_lost(row: OutboxRow, at: datetime, attempts: int = ATTEMPTS) -> bool:
    """End a notice whose last attempt never reported back. False when another worker did so already."""
    lost = OutboxRow.objects.filter(
        free_at(at), pk=row.pk, state=State.WAITING, attempts=row.attempts, attempts__gte=attempts
    )
    return bool(lost.update(state=State.FAILED, lease_until=None, last_error="worker_lost"))


def _of_this_claim(row: OutboxRow, **values: object) -> None:
    mine = OutboxRow.objects.filter(pk=row.pk, state=State.WAITING, attempts=row.attempts)
    mine.update(lease_until=None, **values)


def drop_unsent(rows: Collection[UUID | str]) -> int:
    """Drop those of the notices (by key) that no worker has taken yet; how many. For what was undone before it left."""
    free = OutboxRow.objects.filter(pk__in=rows, state=State.WAITING, attempts=0)
    return free.update(state=State.DROPPED, last_error="undone") if rows else 0


def delete_for(cases: Iterable[UUID]) -> int:
    """Delete every notice about these cases, sent or not: whoever filed them has had them erased."""
    return OutboxRow.objects.filter(case__in=list(cases)).delete()[0]


def delete_old(before: datetime) -> int:
    """Delete notices made before ``before`` that are done with. Returns how many."""
    deleted, _by_table = OutboxRow.objects.filter(created_at__lt=before).exclude(state=State.WAITING).delete()
    return deleted
