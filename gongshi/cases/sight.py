"""From whom a case is hidden, whatever their role and office: the one place that every read and every move asks.

Hidden is a case about an office of theirs or about one above those (信访工作条例 Art. 30 ¶3), and one from which they
were recused, or an office of theirs, or one above with all beneath it. For them it does not exist: no list, count,
figure or notice tells of it. A case that follows a joint one is hidden from all staff, until whoever filed it goes on
alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.cover import substitute_of
from gongshi.accounts.queries import (
    acting_in,
    leads_of,
    offices,
    offices_below,
    offices_held,
    subjects_barred,
)
from gongshi.accounts.rights import may
from gongshi.cases.models import Case, Recusal
from gongshi.rules.procedure import COLLECTIVE

# What it takes to go on with a case, and to decide about one as a supervisor.
WORKING = ("case.work", "case.supervise")
DECIDING = ("case.supervise",)


@dataclass(frozen=True)
class Kept:
    """Who is kept from one case by a recusal that stands."""

    offices: frozenset[UUID] = frozenset()
    staff: frozenset[UUID] = frozenset()


NOBODY = Kept()


@dataclass(frozen=True)
class Eyes:
    """All that decides which cases a member of staff may know of, as plain values: for queries that are put together
    once for everybody (`places.prepared`).

    ``held``: offices they hold a role in; ``barred``: those whose matters they must never learn of; ``below``: those
    whose cases they oversee, None for who oversees none.
    """

    staff: UUID
    office: UUID
    held: tuple[UUID, ...]
    barred: tuple[UUID, ...]
    may_list: bool
    below: tuple[UUID, ...] | None


def eyes_of(actor: StaffActor) -> Eyes:
    """The actor's own. No statement."""
    return Eyes(
        actor.staff_id,
        actor.office_id,
        tuple(offices_held(actor.staff_id, actor.office_id)),
        tuple(subjects_barred(actor.staff_id, actor.office_id)),
        may(actor, "case.list"),
        tuple(offices_below(actor.office_id)) if may(actor, "case.oversee") else None,
    )


def not_hidden_from(actor: StaffActor, case: str = "") -> Q:
    """Cases whose existence is not kept from this member of staff. It opens nothing to them either.

    ``case``: the way from the rows that are asked for to their case, as in "case__". (As a list of cases within the
    question, SQLite would go through all cases for each single row.)
    """
    return not_hidden(eyes_of(actor), case)


def not_hidden(eyes: Eyes, case: str = "") -> Q:
    """The same by what decides it."""
    theirs = Q(staff=eyes.staff) | Q(office__in=eyes.held) | Q(office__in=eyes.barred, beneath=True)
    recused = Recusal.objects.filter(theirs, case=OuterRef(f"{case}pk"), undone_at=None)
    free = Q((f"{case}recused", False)) | ~Q(Exists(recused))
    alone = Q((f"{case}merged_into", None)) | ~Q((f"{case}merged_into", COLLECTIVE))
    return (Q((f"{case}subject", None)) | ~Q((f"{case}subject__in", eyes.barred))) & free & alone


def kept_from(case: Case) -> Kept:
    """Who is kept from the case by recusals. No statement where nobody is, nor where they came with the case."""
    if not case.recused:
        return NOBODY
    return kept_by(row for row in case.recusals.all() if row.undone_at is None)


def kept_by(recusals: Iterable[Recusal]) -> Kept:
    """Who is kept from a case by these recusals, each office with those beneath it where it was named with them."""
    found = list(recusals)
    named = {row.office_id for row in found if row.office_id}
    under = {
        below for row in found if row.office_id and row.beneath for below in offices_below(row.office_id)
    }
    return Kept(frozenset(named | under), frozenset(row.staff_id for row in found if row.staff_id))


def is_hidden_from(case: Case, actor: StaffActor, kept: Kept | None = None) -> bool:
    """Whether the case is hidden from this member of staff, whichever office they act for."""
    if case.merged_into == COLLECTIVE:
        return True
    if case.subject_id is not None and case.subject_id in subjects_barred(actor.staff_id, actor.office_id):
        return True
    found = kept_from(case) if kept is None else kept
    held = offices_held(actor.staff_id, actor.office_id)
    return actor.staff_id in found.staff or not found.offices.isdisjoint(held)


def somebody_in(case: Case, office: UUID, rights: Collection[str], kept: Kept | None = None) -> bool:
    """Whether anybody in the office who may know of the case holds one of ``rights``."""
    found = kept_from(case) if kept is None else kept
    if office in found.offices:
        return False
    return any(
        any(may(one, right) for right in rights) and not is_hidden_from(case, one, found)
        for one in acting_in(office)
    )


def able_lead(
    case: Case, office: UUID, *, first: UUID | None = None, kept: Kept | None = None
) -> UUID | None:
    """The first lead of the office from whom the case is not hidden; ``first`` comes before the others."""
    found = kept_from(case) if kept is None else kept
    wanted = (*((first,) if first else ()), *leads_of(office))
    able = (one for one in wanted if not is_hidden_from(case, StaffActor(one, office, frozenset()), found))
    return next(able, None)


def stand_in_for(case: Case, staff: UUID | None, *, on: date, kept: Kept | None = None) -> UUID | None:
    """Who stands in for somebody on a case on a day. None too where it is hidden from whoever would: nobody does.

    No statement unless somebody was recused.
    """
    other = substitute_of(staff, case.office_id, on=on)
    if other is None or is_hidden_from(case, StaffActor(other, case.office_id, frozenset()), kept):
        return None
    return other


def counted_from(case: Case) -> UUID:
    """The office from which the levels above are counted: the one it is about, else that of the first answer."""
    return case.subject_id or case.first_instance_id or case.office_id


def levels_over(
    case: Case, base: UUID, *, rights: Collection[str] = WORKING, kept: Kept | None = None
) -> tuple[UUID, ...]:
    """The offices over ``base`` that can do something about the case, nearest first.

    Where somebody was recused, a level that was recused or has nobody left with ``rights`` is passed over.
    """
    found = kept_from(case) if kept is None else kept
    over = offices()[base].supervisors
    if found is NOBODY:
        return over
    return tuple(office for office in over if somebody_in(case, office, rights, found))


def deciders_over(case: Case) -> tuple[UUID, ...]:
    """The levels over the office that has the case whose supervisors can decide about it, nearest first."""
    return levels_over(case, case.office_id, rights=DECIDING)


def decider_of(case: Case) -> UUID:
    """The office whose supervisor decides: the nearest level over the case's office that may know of it."""
    return next(iter(deciders_over(case)), case.office_id)


def pressing_over(case: Case, kept: Kept | None = None) -> tuple[UUID, ...]:
    """The levels whose supervisors can press whoever has to act, nearest first: over the office that has the case, and
    where the nearest of them has to decide something itself, over that one.
    """
    over = levels_over(case, case.office_id, rights=DECIDING, kept=kept)
    return over[1:] if case.holder == "supervisor" else over


def barred_offices(case: Case) -> frozenset[UUID]:
    """Offices that the case must never be given to: one that it is about, those beneath that, and recused ones."""
    subject = case.subject_id
    about = (subject, *offices_below(subject)) if subject else ()
    return kept_from(case).offices.union(about)
