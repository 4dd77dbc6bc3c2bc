"""The lock of everything here that has revisions: whoever takes the next number first has changed it.

Answer pages, notices, reception days and prepared words have it alike: a row as it stands now with the ``number`` of
its latest revision, and revisions that are never altered. What a revision holds is each one's own.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model


class PageChanged(Exception):
    """Somebody else was faster: it is no longer as the actor saw it. Nothing was written."""


def take_number(row: Model, *, seen: int, values: Mapping[str, Any], **only: Any) -> int:
    """Let a row's columns become ``values`` under the number after ``seen``; that number. In the caller's transaction.

    Raises PageChanged when it is no longer at the revision ``seen``, or no longer as ``only`` says.
    """
    changed = {"number": seen + 1, **values}
    if not type(row)._default_manager.filter(pk=row.pk, number=seen, **only).update(**changed):
        raise PageChanged
    for name, value in changed.items():
        setattr(row, name, value)
    return seen + 1
