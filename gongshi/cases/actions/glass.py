"""Breaking glass: asking, approving by somebody of another office, refusing, ending. Each stands in history and ledger.

Asking only puts a request down: a worker finds the case afterwards, so that neither what is answered nor how long it
takes tells whether there is one. What may not be asked for is passed over, and lapses like one that fits no case.

Why somebody asks is words about the case, and sealed as the case is: from the moment on that the worker finds it.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from gongshi.accounts.actors import Actor, StaffActor, System
from gongshi.accounts.keys import public_of
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import acting_in
from gongshi.accounts.rights import may, require
from gongshi.cases.changing import Changed, append, changing
from gongshi.cases.glass import (
    OPEN_FOR,
    WAITS_FOR,
    asked_by,
    asked_meanwhile,
    is_hidden_from_asker,
    open_through,
    opened_for,
    waiting,
    waiting_for,
)
from gongshi.cases.key_holders import ladder_of, wraps_of_new
from gongshi.cases.models import BreakGlass, Case
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.cases.reading import (
    Erased,
    KeyMissing,
    key_for,
    key_of,
    keys_that_open,
    read_asked_reason,
    read_reason,
    read_waiting_reason,
)
from gongshi.cases.record import Record
from gongshi.cases.sealed import ASKED, seal_asked, seal_json
from gongshi.cases.sight import is_hidden_from
from gongshi.cases.texts import checked_text
from gongshi.rules.ladder import is_sealed
from gongshi.rules.references import normalise
from gongshi.safekeeping.actions import (
    destroy_glass_wraps,
    destroy_spent_wraps,
    discard_wraps,
    keep_glass_wraps,
    save_wraps,
)
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.key_actions import wrap_for_glass
from gongshi.safekeeping.keys import KeyFileError
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.sealing import SealError, new_data_key

Columns = Mapping[str, bytes | None]
LONGEST_REASON = 1_000
MOST_A_DAY = 20
OUTSIDE = "outside"


class TooManyAsked(Exception):
    """Somebody asked for more than `MOST_A_DAY` within a day."""


class ReaderWithoutKey(Exception):
    """Whoever asked has no key of their own yet: a sealed case cannot be opened for them."""


def ask(reference: str, number: int, reason: str, *, actor: StaffActor, at: datetime) -> None:
    """Ask to read a case that one does not see; the same whether there is one or not.

    Raises NotAllowed, TextRefused, TooManyAsked.
    """
    require(actor, "glass.ask")
    text = checked_text(reason, LONGEST_REASON)
    row = BreakGlass(
        id=new_id(), number=number, staff_id=actor.staff_id, office_id=actor.office_id, asked_at=at
    )
    try:
        row.reference = normalise(reference)
    except ValueError:
        row.reference = ""
    row.asked_reason = seal_asked(text, row=row.id)
    with transaction.atomic():
        # Locked, so that many requests at once are counted one after the other.
        Staff.objects.select_for_update().get(pk=actor.staff_id)
        if asked_by(actor, at).count() >= MOST_A_DAY:
            raise TooManyAsked
        row.save(force_insert=True)


def find_asked(at: datetime) -> int:
    """Bring new requests to their cases; how many were brought.

    The words of one that fits no case go at once, the request itself after a day. Safe to run twice.
    """
    unfound = BreakGlass.objects.filter(case=None)
    unfound.filter(asked_at__lte=at - WAITS_FOR).delete()
    done = 0
    for row in unfound.exclude(asked_reason=None).order_by("asked_at", "id"):
        case = Case.objects.filter(filing__reference=row.reference, number=row.number)
        found = case.select_related("filing").first()
        asker = next((one for one in acting_in(row.office_id) if one.staff_id == row.staff_id), None)
        if found is None or asker is None or not _may_be_asked(row, found, asker):
            # For good, and its words may be about a sealed case. To whoever asked it lapses like any other.
            unfound.filter(pk=row.pk).update(asked_reason=None)
            continue
        # A case that changes at this moment is found by the next run; one broken row holds up no other.
        with contextlib.suppress(Changed, Erased, KeyMissing, SealError, KeyFileError):
            done += _bring(row, found, asker, at)
    return done


def _may_be_asked(row: BreakGlass, case: Case, asker: StaffActor) -> bool:
    """Whether the case is there to be asked for: not hidden from them, not theirs to see anyway, not asked for already.

    What was asked meanwhile never comes to life: nothing that is refused or over comes back by it.
    """
    if asked_meanwhile(row, case) or not may(asker, "glass.ask") or is_hidden_from(case, asker):
        return False
    if case.erased_at is not None or case.outcome == "withdrawn":
        return False
    return not cases_visible_to(asker).filter(pk=case.pk).exists()


def _bring(row: BreakGlass, case: Case, asker: StaffActor, at: datetime) -> int:
    # What is sealed opens to nobody here: its reason waits, sealed for those offices, until one of them decides.
    key, text = None if is_sealed(case.kind) else key_of(case.id), read_asked_reason(row)
    record = Record(actor=asker, at=at)
    wraps, columns = ([], _resealed(row, text, key)) if key else _sealed_to_wait(row, case, text, at)
    with _saved(wraps), changing(case):
        append(case)
        taken = BreakGlass.objects.filter(pk=row.pk, case=None)
        if not taken.update(case=case, **columns):
            raise Changed
        record.event(case, "case.glass_asked", by=OUTSIDE, params=_params(row), reason=text, key=key)
        record.store()
    return 1


def _sealed_to_wait(row: BreakGlass, case: Case, text: str, at: datetime) -> tuple[list[Wrap], Columns]:
    """The reason under a key of its own, for the offices on the sealed case's ladder; gone where none has a key."""
    key = new_data_key()
    wraps = wraps_of_new(row.id, key, sealed_for=ladder_of(case), receipt=None, receipt_id=None, at=at)
    return wraps, {"asked_reason": seal_json(key, text, row=row.id, field=ASKED) if wraps else None}


def _resealed(row: BreakGlass, text: str, key: bytes) -> Columns:
    """The columns of the reason once the case's key is at hand."""
    return {"asked_reason": None, "reason": seal_json(key, text, row=row.id, field="reason")}


@contextlib.contextmanager
def _saved(wraps: list[Wrap]) -> Iterator[None]:
    """Around a change that needs these wraps: they are there before it, and gone if it fails."""
    if wraps:
        save_wraps(wraps)
    try:
        yield
    except BaseException:
        discard_wraps(wraps)
        raise


def _params(row: BreakGlass) -> dict[str, UUID]:
    return {"office": row.office_id, "staff": row.staff_id}


def approve(request_id: UUID, *, actor: StaffActor, at: datetime) -> None:
    """Let them read the case for `OPEN_FOR`, as a second person of another office who sees it.

    The key of a sealed case is wrapped for the reader's own key, and only until their time is over. Raises NotFound for
    a request that is not theirs to approve (`glass.waiting_for`), Changed when it is decided, KeyClosed where the
    approver's own key is not open, ReaderWithoutKey.
    """
    row, case = _to_decide(request_id, actor, at)
    key, text, until = key_for(case.id, actor), reason_of(row, actor), at + OPEN_FOR
    record = Record(actor=actor, at=at)
    approved = {
        "approver": actor.staff_id,
        "approver_office": actor.office_id,
        "approved_at": at,
        "until": until,
    }
    with _saved(_wraps_to_read(row, case, key, at)), changing(case):
        append(case)
        if is_hidden_from_asker(row, case):
            raise Changed  # kept from it since it was looked at
        if not waiting(at).filter(pk=row.pk).update(**approved, **_resealed(row, text, key)):
            raise Changed
        params = {**_params(row), "until": until}
        record.event(case, "case.glass_opened", params=params, reason=text, key=key)
        record.store()
        transaction.on_commit(lambda: destroy_spent_wraps([row.id]))


def _wraps_to_read(row: BreakGlass, case: Case, key: bytes, at: datetime) -> list[Wrap]:
    """A sealed case's key for the one reader; an ordinary one's they open as everybody does."""
    if not is_sealed(case.kind):
        return []
    half = public_of(row.staff_id)
    if half is None:
        raise ReaderWithoutKey
    return [wrap_for_glass(case.id, key, half, row.id, at=at)]


def close_hidden(case: Case, record: Record, at: datetime) -> None:
    """End what is open of a case to somebody from whom it is hidden now, in the caller's change of the case.

    For them it is over like what was ended early; history says that it ended here, and its keys go once this holds.
    """
    opened = BreakGlass.objects.filter(case=case, approved_at__isnull=False, ended_at=None)
    closed = [row for row in opened.order_by("until", "id") if is_hidden_from_asker(row, case)]
    for row in closed:
        row.ended_at = min(at, row.until or at)
        if opened.filter(pk=row.pk).update(ended_at=row.ended_at):
            case.seq += 1
            record.event(case, "case.glass_closed", by="system", params=_params(row))
    if closed:
        transaction.on_commit(lambda: destroy_glass_wraps([row.id for row in closed]))


def refuse(request_id: UUID, *, actor: StaffActor, at: datetime) -> None:
    """Do not let them. Whoever asked is not told: to them it lapses. Whoever filed reads why they asked.

    Raises as `approve`, but for ReaderWithoutKey.
    """
    row, case = _to_decide(request_id, actor, at)
    reason = _resealed(row, reason_of(row, actor), key_for(case.id, actor))
    _close(row, case, "case.glass_refused", waiting(at), actor=actor, at=at, reason=reason)


def _to_decide(request_id: UUID, actor: StaffActor, at: datetime) -> tuple[BreakGlass, Case]:
    require(actor, "glass.approve")
    row = next((one for one in waiting_for(actor, at) if one.id == request_id), None)
    if row is None or row.case is None:
        raise NotFound
    return row, row.case


def end(request_id: UUID, *, actor: StaffActor, at: datetime) -> None:
    """End it before its time: whoever reads, or the office that approved. Raises NotFound, Changed."""
    theirs = opened_for(actor, at) | open_through(actor, at)
    row = theirs.filter(pk=request_id).select_related("case__filing").first()
    if row is None or row.case is None:
        raise NotFound
    _close(row, row.case, "case.glass_closed", BreakGlass.objects.filter(ended_at=None), actor=actor, at=at)


def tell_ends(at: datetime) -> int:
    """History and ledger say when each time was over. That it is over needs no job: `glass` asks the clock."""
    over = BreakGlass.objects.filter(until__lte=at, ended_at=None).select_related("case__filing")
    done = 0
    for row in over.order_by("until", "id"):
        if row.case is not None and row.until is not None:
            still = BreakGlass.objects.filter(ended_at=None)
            with contextlib.suppress(Changed):
                _close(row, row.case, "case.glass_closed", still, actor=System(), at=at, ended_at=row.until)
                done += 1
    return done


def drop_stray_keys(*, until: datetime) -> int:
    """Destroy keys from before ``until`` for requests that are not open: of a crash, or of an older copy; how many."""
    opened = BreakGlass.objects.filter(approved_at__isnull=False, ended_at=None)
    return keep_glass_wraps(list(opened.values_list("id", flat=True)), until=until)


def forget_lapsed(at: datetime) -> int:
    """The words of requests for sealed cases that nobody decided within a day are gone; of how many."""
    lapsed = BreakGlass.objects.filter(case__isnull=False, approved_at=None).exclude(asked_reason=None)
    lapsed = lapsed.filter(Q(asked_at__lte=at - WAITS_FOR) | Q(ended_at__isnull=False))
    ids = list(lapsed.values_list("id", flat=True))
    if ids:
        lapsed.filter(id__in=ids).update(asked_reason=None)
        destroy_spent_wraps(ids)
    return len(ids)


def _close(
    row: BreakGlass,
    case: Case,
    code: str,
    still: QuerySet[BreakGlass],
    *,
    actor: Actor,
    at: datetime,
    ended_at: datetime | None = None,
    reason: Columns = MappingProxyType({}),
) -> None:
    record = Record(actor=actor, at=at)
    with changing(case):
        append(case)
        if not still.filter(pk=row.pk).update(ended_at=ended_at or at, **reason):
            raise Changed
        record.event(case, code, by=None if isinstance(actor, StaffActor) else "system", params=_params(row))
        record.store()
        transaction.on_commit(lambda: _destroy_keys(row.id))


def _destroy_keys(request_id: UUID) -> None:
    destroy_glass_wraps([request_id])
    destroy_spent_wraps([request_id])


def reasons_of(rows: Iterable[BreakGlass], actor: StaffActor) -> dict[UUID, str]:
    """`reason_of` for many, by request: of those that open. One statement where none is sealed."""
    subject = {row: row.case_id if row.reason is not None else row.id for row in rows}
    keys = keys_that_open((one for one in subject.values() if one), actor)
    told = {row: keys[one] for row, one in subject.items() if one in keys}
    return {
        row.id: read_reason(row, key) if row.reason is not None else read_waiting_reason(row, key)
        for row, key in told.items()
    }


def reason_of(row: BreakGlass, actor: StaffActor) -> str:
    """Why somebody asks, for whoever may approve it. Raises KeyClosed and KeyMissing where it does not open to them."""
    if row.reason is not None and row.case_id is not None:
        return read_reason(row, key_for(row.case_id, actor))
    return read_waiting_reason(row, key_for(row.id, actor)) if row.asked_reason is not None else ""
