"""The lock of a case: its place in history. Whoever takes the next place first has changed the case."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F

from gongshi.cases.models import Case
from gongshi.places.gathering import forget

COLUMNS = (
    *(
        "stage",
        "stage_on",
        "holder",
        "counts",
        "withdrawn_from",
        "first_starts",
        "merged_into",
        "seq",
        "due_at",
        "due_on",
        "paused",
    ),
    *("answered_at", "answered_on", "on_time", "closed_at", "closed_on", "outcome"),
    *(
        "reopenings",
        "hand_overs",
        "office_id",
        "first_instance_id",
        "lead_id",
        "stand_in_id",
        "handler_id",
        "supervision_id",
        "erase_on",
        "category_id",
    ),
    "recused",
)


class Changed(Exception):
    """Somebody else was faster: the case is no longer as the actor saw it. Nothing was written."""


@contextmanager
def changing(case: Case) -> Iterator[None]:
    """A transaction that changes a case. When it fails, the object is again what it was."""
    with restored_on_failure(case), transaction.atomic():
        yield


@contextmanager
def restored_on_failure(case: Case) -> Iterator[None]:
    """When the block fails, the object is again what it was.

    An object that kept the place it did not get could pass for fresh at the next attempt, and overwrite.
    """
    before = {name: getattr(case, name) for name in COLUMNS}
    try:
        yield
    except BaseException:
        for name, value in before.items():
            setattr(case, name, value)
        raise


def advance(case: Case) -> None:
    """Take the next place in the case's history, or raise Changed. First in the caller's transaction."""
    if not Case.objects.filter(pk=case.pk, seq=case.seq, erased_at=None).update(seq=case.seq + 1):
        raise Changed
    forget(case)
    case.seq += 1


def append(case: Case) -> None:
    """Take the next place whatever it is, for what depends on nothing that went before (an addition, a note).

    First in the caller's transaction. The object then holds what is stored, so that it never passes for fresh with
    old columns.
    """
    if not Case.objects.filter(pk=case.pk, erased_at=None).update(seq=F("seq") + 1):
        raise Changed
    forget(case)
    for name, value in Case.objects.values(*COLUMNS).get(pk=case.pk).items():
        setattr(case, name, value)
