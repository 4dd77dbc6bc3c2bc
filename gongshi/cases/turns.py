"""A supervisor's own turns: cases that wait for their decision, and the time that binds them rather than the office.

A case's ``due_at`` is the first end of all times that run for staff. While a supervisor has to decide, theirs counts.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices, offices_below
from gongshi.accounts.rights import may
from gongshi.cases.leads import LED_KINDS, has_lead
from gongshi.cases.models import Case, Clock
from gongshi.cases.sight import decider_of
from gongshi.routing.queries import procedure_versions
from gongshi.rules.ladder import SEALED_KINDS

HOLDER = "supervisor"


def offices_decided_for(actor: StaffActor) -> list[UUID]:
    """The offices for whose cases this supervisor decides (`engine.whose_turn`): those just below, and the topmost."""
    if not may(actor, "case.supervise"):
        return []
    own = actor.office_id
    return [node.id for node in offices().values() if (node.above or node.id) == own]


@dataclass(frozen=True)
class Turns:
    """What decides which cases wait for a supervisor: the offices they decide for, and what was passed on to them."""

    supervisor: UUID
    decided_for: tuple[UUID, ...]
    passed_on: tuple[UUID, ...]


def turns_known(actor: StaffActor) -> Turns | None:
    """The actor's; None for who is no supervisor. At most one statement."""
    if not may(actor, "case.supervise"):
        return None
    decided_for = offices_decided_for(actor)
    return Turns(actor.office_id, tuple(decided_for), tuple(_passed_on(actor, decided_for)))


def turns_of(actor: StaffActor) -> Q:
    """Cases that wait for this supervisor; an empty Q when there can be none.

    Where the level between was recused, the next one over it decides. Those few are looked up one by one. Sealed kinds
    stand on no board, so what of them is late and was not decided is here, and so are those that nobody answers for.
    """
    known = turns_known(actor)
    return turns_by(known) if known else Q()


def turns_by(known: Turns) -> Q:
    """The same by what decides it."""
    late = Q(kind__in=SEALED_KINDS, supervision__supervisor=known.supervisor, supervision__decided_at=None)
    mine = Q(_waiting(), office__in=known.decided_for) | late if known.decided_for else late
    return mine | Q(id__in=known.passed_on) if known.passed_on else mine


def _waiting() -> Q:
    """Cases in which a supervisor has to decide, or to name who answers for them."""
    return Q(holder=HOLDER) | (Q(kind__in=LED_KINDS) & ~Q(has_lead()))


def _passed_on(actor: StaffActor, decided_for: Collection[UUID]) -> list[UUID]:
    """Cases of offices farther below, for which every level between was recused."""
    farther = [office for office in offices_below(actor.office_id) if office not in decided_for]
    if not farther:
        return []
    waiting = Case.objects.filter(_waiting(), recused=True, closed_at=None, office__in=farther)
    return [
        case.id
        for case in waiting.only("office", "subject", "recused")
        if decider_of(case) == actor.office_id
    ]


def with_turns(cases: QuerySet[Case], turns: Q) -> QuerySet[Case]:
    """The cases with ``counts_at``: when the supervisor's time ends for ``turns``, the first time for all others."""
    running = _of_supervisors(Clock.objects.filter(case=OuterRef("pk")))
    theirs = Subquery(running.order_by("due_at").values("due_at")[:1], output_field=DateTimeField())
    chosen = Choice(When(turns, then=Coalesce(theirs, F("due_at"))), default=F("due_at"))
    return cases.annotate(counts_at=chosen)


def clocks_of_turns(actor: StaffActor, cases: Iterable[Case]) -> dict[UUID, Clock]:
    """The clocks of those cases whose turn is the actor's as a supervisor. One statement, or none.

    Of cases that somebody was recused from those of every office below: a level between may have been passed over.
    """
    if not may(actor, "case.supervise"):
        return {}
    decided_for, below = offices_decided_for(actor), offices_below(actor.office_id)
    theirs = (c for c in cases if c.office_id in decided_for or (c.recused and c.office_id in below))
    return supervisors_clocks(theirs)


def supervisors_clocks(cases: Iterable[Case]) -> dict[UUID, Clock]:
    """The clock that binds the supervisor, by case, for those cases that wait for one. One statement, or none."""
    waiting = [case.id for case in cases if case.holder == HOLDER]
    if not waiting:
        return {}
    rows = _of_supervisors(Clock.objects.filter(case__in=waiting)).order_by("-due_at")
    return {row.case_id: row for row in rows}


def _of_supervisors(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Of these clocks the ones that run for a supervisor, as each case's own procedure says."""
    versions: dict[str, list[UUID]] = {}
    for loaded in procedure_versions().values():
        for rule in loaded.procedure.clocks.values():
            if rule.waits_for == HOLDER:
                versions.setdefault(rule.code, []).append(loaded.id)
    theirs = Q(pk=None)
    for code, known in versions.items():
        theirs |= Q(code=code, case__procedure__in=known)
    return clocks.filter(theirs, stopped_on=None, paused_on=None)
