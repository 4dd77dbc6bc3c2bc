"""Whether anything that a dump of published cases holds is public no longer: told by one sum, whatever its size.

Whoever takes something away that was public adds a row, in the same transaction; nobody waits for anybody. A dump notes
the sum before its rows are read, so what goes while it is made counts as gone from it, never as still there.
"""

import secrets
from datetime import date

from django.db.models import Sum

from gongshi.cases.models import PublicCase, PublicGone

_LARGEST = 2**40
"""Millions of marks have room in a sum of 64 bits."""


def note_gone(public: PublicCase) -> None:
    """Something of this copy, or all of it, is public no longer. In the transaction that makes it so."""
    PublicGone.objects.create(month=public.published_on.replace(day=1), mark=1 + secrets.randbelow(_LARGEST))


def gone_until(day: date) -> int:
    """Another number whenever something went that had been published by the end of that day's month. One statement."""
    return PublicGone.objects.filter(month__lte=day).aggregate(told=Sum("mark"))["told"] or 0
