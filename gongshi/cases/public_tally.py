"""Counts of published cases by area, state and snapped point, kept up with each of them: nothing public counts all.

What is added and taken away are rows of their own, written in the same transaction, so that no two publications wait
for each other and the sum is right at any moment; a job puts them together. Categories are not told apart: with them
there would be nearly as many rows as cases.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from gongshi.cases.models import Case, PublicCase, PublicTally
from gongshi.cases.public_gone import note_gone

IN_COMMON = ("area_id", "state", "latitude", "longitude")
AT_ONCE = 5_000
Key = tuple[UUID | None, str, float | None, float | None]

_COLUMNS = ", ".join(IN_COMMON)
_DIFFERENCE = f"""
    SELECT {_COLUMNS}, SUM(more) FROM (
        SELECT {_COLUMNS}, 1 AS more FROM cases_publiccase
        UNION ALL SELECT {_COLUMNS}, -more FROM cases_publictally
    ) AS told GROUP BY {_COLUMNS} HAVING SUM(more) <> 0
"""  # noqa: S608 names from above


def common_of(public: PublicCase) -> Key:
    """What a published case has in common with others."""
    return public.area_id, public.state, public.latitude, public.longitude


def count(changes: Iterable[tuple[Key, int]]) -> None:
    """So many more of each, or fewer. In the transaction that makes it so."""
    rows = [PublicTally(**dict(zip(IN_COMMON, key, strict=True)), more=more) for key, more in changes if more]
    PublicTally.objects.bulk_create(rows, batch_size=AT_ONCE)


def unpublish(case: Case) -> None:
    """Delete the published copy of a case, if there is one, and count it no longer. In a transaction."""
    for public in PublicCase.objects.filter(case=case).only("id", "published_on", *IN_COMMON):
        # Somebody else may have been faster.
        if PublicCase.objects.filter(pk=public.pk).delete()[0]:
            note_gone(public)
            count([(common_of(public), -1)])


def fold() -> int:
    """Put what was added together with what there was; how many rows less to add up."""
    with transaction.atomic():
        loose = list(PublicTally.objects.filter(loose=True)[:AT_ONCE])
        sums: Counter[Key] = Counter()
        for row in loose:
            sums[row.area_id, row.state, row.latitude, row.longitude] += row.more
        if PublicTally.objects.filter(pk__in=[row.pk for row in loose]).delete()[0] != len(loose):
            raise RuntimeError("the tally was put together by another process at the same time")
        new = [key for key, more in sums.items() if more and not _added(key, more)]
        PublicTally.objects.bulk_create(
            PublicTally(**dict(zip(IN_COMMON, key, strict=True)), more=sums[key], loose=False) for key in new
        )
        PublicTally.objects.filter(loose=False, more=0).delete()
    return len(loose)


def _added(key: Key, more: int) -> bool:
    found = PublicTally.objects.filter(loose=False, **dict(zip(IN_COMMON, key, strict=True)))
    return found.update(more=F("more") + more) > 0


def mend() -> int:
    """Compare with a count of all published cases, and add what differs; how much that was, 0 when all was right.

    One statement sees both, and only differences are written: what is published meanwhile is counted once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCE)
        found = [((UUID(str(area)) if area else None, *key), more) for area, *key, more in cursor.fetchall()]
    with transaction.atomic():
        count(found)
    return sum(abs(more) for _, more in found)
