"""Who has broken glass, who may let them, and what they see then. Nothing here writes.

What is open by break-glass is in no list, count or figure and can be worked on by nobody for it: it is read, on a page
of its own, until its time is over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices_held
from gongshi.accounts.rights import may
from gongshi.cases.models import BreakGlass, Case
from gongshi.cases.queries import NotFound, cases_visible_to, visible
from gongshi.cases.sight import Eyes, eyes_of, is_hidden_from, not_hidden_from
from gongshi.rules.references import normalise

OPEN_FOR = timedelta(minutes=60)
# A request that nobody approved lapses: whoever asks anew has to say anew why.
WAITS_FOR = timedelta(hours=24)
OFFERED = 200


def asked_by(actor: StaffActor, at: datetime) -> QuerySet[BreakGlass]:
    """What this member of staff asked for within the last day, newest first: alike, whether there is such a case."""
    theirs = BreakGlass.objects.filter(staff=actor.staff_id, office=actor.office_id)
    return theirs.filter(asked_at__gt=at - WAITS_FOR).order_by("-asked_at", "-id")


def waiting(at: datetime) -> QuerySet[BreakGlass]:
    """Requests that can still be approved."""
    return _waiting_since(at - WAITS_FOR)


def _waiting_since(since: datetime) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(case__isnull=False, approved_at=None, ended_at=None, asked_at__gt=since)


def waiting_for(actor: StaffActor, at: datetime) -> list[BreakGlass]:
    """Requests that this member of staff may approve: for cases that they see, by somebody of another office."""
    if not may(actor, "glass.approve"):
        return []
    rows = approvable_by(actor, at).select_related("case__filing").order_by("asked_at", "id")[:OFFERED]
    return [row for row in rows if row.case and is_for(actor, row, row.case)]


def approvable_by(actor: StaffActor, at: datetime) -> QuerySet[BreakGlass]:
    """Requests for cases that the actor sees, by somebody of another office; `is_for` says which are for them."""
    return approvable(eyes_of(actor), at - WAITS_FOR)


def approvable(eyes: Eyes, since: datetime) -> QuerySet[BreakGlass]:
    """The same of requests asked after ``since``, by what decides what somebody sees."""
    # Of each request its case is looked at: of a list of all that the actor sees SQLite would make one first.
    seen = Exists(visible(eyes).filter(pk=OuterRef("case")))
    return _waiting_since(since).filter(seen).exclude(office=eyes.office)


def is_for(actor: StaffActor, row: BreakGlass, case: Case) -> bool:
    """Whether the actor and whoever asks are apart, and the case is not hidden from whoever asks."""
    return are_apart(row, actor) and not is_hidden_from_asker(row, case)


def is_hidden_from_asker(row: BreakGlass, case: Case) -> bool:
    """Whether the case was hidden from whoever asked, by a recusal since then."""
    return is_hidden_from(case, StaffActor(row.staff_id, row.office_id, frozenset()))


def asked_meanwhile(row: BreakGlass, case: Case) -> bool:
    """Whether it was asked while another request of the same person for the same case was waiting or open."""
    asked = row.asked_at
    others = BreakGlass.objects.filter(
        case=case, staff=row.staff_id, office=row.office_id, asked_at__lte=asked
    )
    lasted = Q(approved_at=None, asked_at__gt=asked - WAITS_FOR) | Q(until__gt=asked)
    return others.filter(lasted, Q(ended_at=None) | Q(ended_at__gt=asked)).exists()


def with_waiting_words(case: Case) -> list[UUID]:
    """Requests for a sealed case whose reason is sealed with a key of their own: nobody decided them yet."""
    return list(BreakGlass.objects.filter(case=case).exclude(asked_reason=None).values_list("id", flat=True))


def are_apart(row: BreakGlass, actor: StaffActor) -> bool:
    """Whether asker and approver are two people of two offices, whatever other roles either holds."""
    asker_in = offices_held(row.staff_id, row.office_id)
    return (
        row.staff_id != actor.staff_id
        and actor.office_id not in asker_in
        and row.office_id not in offices_held(actor.staff_id, actor.office_id)
    )


def opened_for(actor: StaffActor, at: datetime) -> QuerySet[BreakGlass]:
    """What is open to this member of staff now. A recusal ends it at once; so do its time and the loss of the right."""
    if not may(actor, "glass.ask"):
        return BreakGlass.objects.none()
    known = not_hidden_from(actor, "case__")
    mine = BreakGlass.objects.filter(known, staff=actor.staff_id, office=actor.office_id)
    return mine.filter(approved_at__isnull=False, until__gt=at, ended_at=None).order_by("until", "id")


def open_through(actor: StaffActor, at: datetime) -> QuerySet[BreakGlass]:
    """What this member of staff's office approved and that is still open, of cases that they see."""
    if not may(actor, "glass.approve"):
        return BreakGlass.objects.none()
    ours = BreakGlass.objects.filter(approver_office=actor.office_id, case__in=cases_visible_to(actor))
    return ours.filter(until__gt=at, ended_at=None).order_by("until", "id")


def case_through_glass(
    actor: StaffActor, reference: str, number: int, at: datetime
) -> tuple[Case, BreakGlass]:
    """A case that is open by break-glass, with what opened it. Raises NotFound for every other."""
    try:
        wanted = normalise(reference)
    except ValueError:
        wanted = ""
    found = opened_for(actor, at).filter(case__filing__reference=wanted, case__number=number)
    row = found.select_related("case__filing", "case__promise", "case__supervision").first()
    if row is None or row.case is None:
        raise NotFound
    return row.case, row


def glass_of(case: Case) -> list[BreakGlass]:
    """Every request for the case, newest first, for whoever filed it."""
    return list(BreakGlass.objects.filter(case=case).order_by("-asked_at", "-id"))
