"""Keeping sealed cases sealed: those filed before there were office keys, and wraps that a crash left behind."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from gongshi.accounts.keys import public_keys
from gongshi.cases.key_holders import drop_others, ladder_of
from gongshi.cases.models import Case, Filing
from gongshi.cases.reading import key_of
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.safekeeping.actions import destroy_wraps_of_instance, save_wraps
from gongshi.safekeeping.key_actions import wrap_for_pair
from gongshi.safekeeping.models import Recipient
from gongshi.safekeeping.queries import wraps_of

BATCH = 500


def keep_ladders(at: datetime) -> int:
    """Seal what the key file still opens and is of a sealed kind; take away what no office on the ladder is to have.

    How many cases were touched. Safe to run twice, and beside others at work.
    """
    return sum(_seal_older(case, at) + bool(drop_others(case)) for case in _sealed_cases())


def _sealed_cases() -> Iterator[Case]:
    ids = list(Case.objects.filter(kind__in=SEALED_KINDS).order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        yield from Case.objects.filter(id__in=ids[start : start + BATCH]).select_related("filing")


def _seal_older(case: Case, at: datetime) -> int:
    """A case from before its kind was sealed: for its ladder from now on, and for the instance no more."""
    wanted = ladder_of(case)
    done = [_sealed_anew(subject, wanted, at) for subject in (case.id, case.filing_id)]
    if not case.filing.sealed and any(done):
        Filing.objects.filter(pk=case.filing_id).update(sealed=True, notify="")
    return int(any(done))


def _sealed_anew(subject: UUID, wanted: Iterable[UUID], at: datetime) -> bool:
    there = {(wrap.recipient, wrap.recipient_id) for wrap in wraps_of([subject])}
    halves = public_keys().of(wanted)
    # Where no office has a key and there is none to recover with, the resident alone could open it: leave it.
    if (Recipient.INSTANCE.value, None) not in there or not halves:
        return False
    key = key_of(subject)
    new = [
        wrap_for_pair(subject, key, half, at=at)
        for half in halves
        if (half.holder.kind, half.holder.id) not in there
    ]
    if new:
        save_wraps(new)
    destroy_wraps_of_instance(subject)
    return True
