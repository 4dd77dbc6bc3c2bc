"""What waits for a member of staff beside the cases: said at the head of every page, so in one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, PositiveSmallIntegerField, QuerySet, UUIDField, Value

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.cases.claiming import letters
from gongshi.cases.glass import WAITS_FOR, approvable, is_for
from gongshi.cases.models import BreakGlass, Case
from gongshi.cases.sight import Eyes, eyes_of
from gongshi.places.prepared import Prepared

# Of a request and its case: what says whether it is for somebody.
_REQUEST = ("staff_id", "office_id")
_CASE = ("id", "subject_id", "merged_into", "recused")
_NO_ID, _NO_NUMBER = Value(None, UUIDField()), Value(None, PositiveSmallIntegerField())
_NO_REQUEST = (_NO_ID, _NO_ID, _NO_ID, _NO_ID, _NO_NUMBER, Value(False, BooleanField()))


class Waiting(NamedTuple):
    """glass: requests to break glass that they may decide; letters: letters with a code that their office prints."""

    glass: int
    letters: int


def waiting_beside(actor: StaffActor, at: datetime) -> Waiting:
    """How much waits for the actor. No statement for whoever does neither."""
    approves, prints = may(actor, "glass.approve"), may(actor, "letter.print")
    if not (approves or prints):
        return Waiting(0, 0)
    rows = _rows(eyes_of(actor), at, at - WAITS_FOR, approves, prints)
    asked_for = [row for row in rows if row[0] is not None]
    return Waiting(sum(_is_for(actor, row) for row in asked_for), len(rows) - len(asked_for))


def _beside(eyes: Eyes, at: datetime, since: datetime, approves: bool, prints: bool) -> QuerySet[Any, Any]:
    parts: list[QuerySet[Any, Any]] = []
    if approves:
        asked = approvable(eyes, since).order_by()
        parts.append(asked.values_list(*_REQUEST, *(f"case__{name}" for name in _CASE)))
    if prints:
        parts.append(letters(eyes, at).order_by().values_list(*_NO_REQUEST))
    return parts[0].union(*parts[1:], all=True)


_rows = Prepared(_beside)


def _is_for(actor: StaffActor, row: tuple[Any, ...]) -> bool:
    case = Case(**dict(zip(_CASE, row[len(_REQUEST) :], strict=True)))
    return is_for(actor, BreakGlass(**dict(zip(_REQUEST, row, strict=False))), case)
