"""Keeping sealed cases sealed: those filed before there were office keys, and wraps that a crash left behind."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from gongshi.accounts.keys import public_keys
from gongshi.cases.key_holders import drop_others, lacking, ladder_of
from gongshi.cases.models import Case, Filing
from gongshi.cases.reading import key_of
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.safekeeping.actions import complete_wraps, destroy_wraps_of_instance
from gongshi.safekeeping.key_actions import wrap_for_pair
from gongshi.safekeeping.keyrings import open_wrap
from gongshi.safekeeping.models import Recipient
from gongshi.safekeeping.pairs import PrivateHalf
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


def complete_with_recovery(half: PrivateHalf, at: datetime, told: Callable[[int, int], None]) -> int:
    """Give every sealed case that the recovery key opens to the offices on its ladder that lack it; how many cases.

    For what was filed before an office had a key. ``told`` hears how many cases were looked at, of how many.
    """
    ids = list(Case.objects.filter(kind__in=SEALED_KINDS).values_list("id", flat=True))
    done = 0
    for number, case in enumerate(_sealed_cases(), start=1):
        wanted = ladder_of(case)
        found = [_completed(subject, half, wanted, at) for subject in (case.id, case.filing_id)]
        done += any(found)
        told(number, len(ids))
    return done


def _completed(subject: UUID, half: PrivateHalf, wanted: Iterable[UUID], at: datetime) -> bool:
    there = {(wrap.recipient, wrap.recipient_id): wrap for wrap in wraps_of([subject])}
    own = there.get((half.holder.kind, half.holder.id))
    still = lacking(there.values(), wanted)
    if own is None or own.key_version != half.holder.version or not still:
        return False
    key = open_wrap(own, half)
    complete_wraps([wrap_for_pair(subject, key, to, at=at) for to in still])
    return True


def _sealed_anew(subject: UUID, wanted: Iterable[UUID], at: datetime) -> bool:
    there = wraps_of([subject])
    # Where no office has a key and there is none to recover with, the resident alone could open it: leave it.
    if not any(wrap.recipient == Recipient.INSTANCE for wrap in there) or not public_keys().of(wanted):
        return False
    key = key_of(subject)
    complete_wraps([wrap_for_pair(subject, key, half, at=at) for half in lacking(there, wanted)])
    destroy_wraps_of_instance(subject)
    return True
