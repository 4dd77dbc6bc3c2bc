"""What became of an office's page, template or phrase: what was done, by whom and why, and a way to take it back."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from gongshi.bulletin.labels import CHANGES
from gongshi.bulletin.models import PageRevision, PreparedRevision
from gongshi.cases.queries import NotFound
from gongshi.revisions.queries import change_of, changes_of
from gongshi.web.desk.access import DeskRequest
from gongshi.web.desk.settings.history import undoing


def history_of(
    kind: str, code: str, revisions: Iterable[PageRevision | PreparedRevision], undoes: str, *, may_undo: bool
) -> list[dict[str, Any]]:
    """Each change with why it was made; the last that was kept as a change of the settings with the way back.

    ``undoes``: the name of the page that undoes. A change and its revision are written at one instant.
    """
    known = {one.row.at: one for one in changes_of(kind, code)}
    last = max((one.row.number for one in known.values()), default=0)
    found = []
    for row in revisions:
        # Of a page that was written and shown at once the second tells both.
        change = known.pop(row.at, None)
        offered = change is not None and may_undo and change.may_be_undone and change.row.number == last
        found.append(
            {
                "row": row,
                "change": CHANGES[row.change],
                "by": row.by.name if row.by else None,
                "why": change.row.why if change else "",
                "undoes": change.row.undoes if change else None,
                "undone": change is not None and change.undone_by is not None,
                "url": reverse(undoes, args=[code, change.row.number]) if change and offered else "",
            }
        )
    return found


def undo_of(request: DeskRequest, thing: tuple[str, str], number: int, back: tuple[str, Any]) -> HttpResponse:
    """The last change of one of them, by (kind, code), and taking it back. ``back``: where that leads, and its name.

    Raises NotFound for any other change.
    """
    done = change_of(*thing, number) if number < 10**18 else None
    if done is None:
        raise NotFound
    return undoing(request, done, *back)
