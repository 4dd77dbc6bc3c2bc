"""Keeping a call while it is typed, under a key that lies in the operator's browser; for a day (docs/decisions/0022).

Nothing here can be opened without that key: not by the server, and not by whoever sits down at the desk and signs in as
somebody else.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import TAKING_DOWN, require_any
from gongshi.cases.models import CallDraft
from gongshi.cases.queries import NotFound
from gongshi.cases.sealed import seal_json, unseal_json

CALLS_KEPT = timedelta(hours=24)
# Of each operator, from whatever browser: the call that is under way is worth more than the oldest that was left.
MOST_KEPT = 10
# Ten matters as long as a form takes them; what is longer is not kept, and stays on the page.
LONGEST = 200_000
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptCall:
    """One call that can be taken up again: what its form is known as, and when it was kept."""

    name: str
    saved_at: datetime


def keep_call(
    name: str, fields: Iterable[tuple[str, str]], *, key: bytes, actor: StaffActor, at: datetime
) -> bool:
    """Keep what was typed of one call in place of what was kept of it before; False for what is too long.

    Beyond `MOST_KEPT` calls of the operator the oldest go. Raises NotAllowed.
    """
    require_any(actor, *TAKING_DOWN)
    kept = [list(pair) for pair in fields]
    if len(json.dumps(kept, ensure_ascii=False)) > LONGEST:
        return False
    row = CallDraft(id=_id(actor, name), staff_id=actor.staff_id, name=name, mark=_mark(key), saved_at=at)
    row.content = seal_json(key, kept, row=row.id, field="content")
    columns = ["mark", "content", "saved_at"]
    CallDraft.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["staff", "name"], update_fields=columns
    )
    own = CallDraft.objects.filter(staff=actor.staff_id).order_by("-saved_at", "-id")
    if oldest := list(own.values_list("id", flat=True)[MOST_KEPT : MOST_KEPT * 2]):
        CallDraft.objects.filter(id__in=oldest).delete()
    return True


def calls_kept(key: bytes | None, actor: StaffActor, at: datetime) -> list[KeptCall]:
    """The operator's calls that this browser can open, the newest first. One statement, none without a key."""
    if key is None:
        return []
    rows = _open(key, actor, at).order_by("-saved_at").values_list("name", "saved_at")
    return [KeptCall(name, saved_at) for name, saved_at in rows]


def call_kept(name: str, *, key: bytes | None, actor: StaffActor, at: datetime) -> Fields:
    """What was typed of one call, as the form's fields. Raises NotFound, NotAllowed, SealError."""
    require_any(actor, *TAKING_DOWN)
    row = _open(key, actor, at).filter(name=name).first() if key is not None else None
    if key is None or row is None:
        raise NotFound
    return [
        (str(field), str(text)) for field, text in unseal_json(key, row.content, row=row.id, field="content")
    ]


def drop_call(name: str, actor: StaffActor) -> None:
    """A call that was saved, given up, or must not be kept."""
    CallDraft.objects.filter(staff=actor.staff_id, name=name).delete()


def sweep_calls(at: datetime) -> int:
    """Delete calls that were kept for a day; how many."""
    return CallDraft.objects.filter(saved_at__lte=at - CALLS_KEPT).delete()[0]


def _open(key: bytes, actor: StaffActor, at: datetime) -> QuerySet[CallDraft]:
    return CallDraft.objects.filter(staff=actor.staff_id, mark=_mark(key), saved_at__gt=at - CALLS_KEPT)


def _id(actor: StaffActor, name: str) -> UUID:
    """The same for the same call, to which its words are bound: it is written without being read before."""
    return UUID(bytes=hashlib.sha256(actor.staff_id.bytes + name.encode()).digest()[:16])


def _mark(key: bytes) -> str:
    return hashlib.sha256(b"gongshi call draft" + key).hexdigest()[:16]
