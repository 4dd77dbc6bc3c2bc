"""A supervisor's own turns: cases that wait for their decision, and the time that binds them rather than the office.

A case's ``due_at`` is the first end of all times that run for staff. While a supervisor has to decide, theirs counts.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices
from gongshi.accounts.rights import may
from gongshi.cases.models import Case, Clock
from gongshi.routing.queries import procedure_versions

HOLDER = "supervisor"


def offices_decided_for(actor: StaffActor) -> list[UUID]:
    """The offices for whose cases this supervisor decides (`engine.whose_turn`): those just below, and the topmost."""
    if not may(actor, "case.supervise"):
        return []
    own = actor.office_id
    return [node.id for node in offices().values() if (node.above or node.id) == own]


def turns_among(decided_for: Collection[UUID]) -> Q:
    """Cases of these offices that wait for a supervisor."""
    return Q(holder=HOLDER, office__in=decided_for)


def with_turns(cases: QuerySet[Case], turns: Q) -> QuerySet[Case]:
    """The cases with ``counts_at``: when the supervisor's time ends for ``turns``, the first time for all others."""
    running = _of_supervisors(Clock.objects.filter(case=OuterRef("pk")))
    theirs = Subquery(running.order_by("due_at").values("due_at")[:1], output_field=DateTimeField())
    chosen = Choice(When(turns, then=Coalesce(theirs, F("due_at"))), default=F("due_at"))
    return cases.annotate(counts_at=chosen)


def clocks_of_turns(actor: StaffActor, cases: Iterable[Case]) -> dict[UUID, Clock]:
    """The clocks of those cases whose turn is the actor's as a supervisor. One statement, or none."""
    decided_for = offices_decided_for(actor)
    return supervisors_clocks(case for case in cases if case.office_id in decided_for)


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
