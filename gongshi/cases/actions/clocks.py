"""What time does to cases: warnings, expiries and the supervision that begins by itself. Safe to run twice."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongshi.accounts.actors import System
from gongshi.cases import engine
from gongshi.cases.actions.moves import Changed, take
from gongshi.cases.models import Case, Clock
from gongshi.cases.reading import Erased, key_of
from gongshi.places.queries import calendar
from gongshi.rules.procedure import Procedure, expire, expiries, warn, warnings_due

BATCH = 500


def run_clocks(at: datetime) -> int:
    """Warn about and expire every clock that is due at ``at``; returns how many cases were touched.

    A case that somebody moves at the same moment is left for the next run.
    """
    touched = 0
    done: set[UUID] = set()
    while True:
        cases = [case for case in _due_cases(at) if case.id not in done]
        if not cases:
            return touched
        clocks = _clocks_of(cases)
        for case in cases:
            done.add(case.id)
            try:
                touched += run_clocks_of(case, clocks[case.id], at)
            except (Changed, Erased):
                continue


def _due_cases(at: datetime) -> list[Case]:
    today = engine.today(at)
    running = Clock.objects.filter(stopped_on=None, paused_on=None)
    due = Q(due_at__lte=at, expired_on=None) | Q(warn_on__lte=today, warned_on=None, expired_on=None)
    ids = running.filter(due).order_by("due_at").values_list("case_id", flat=True)[:BATCH]
    return list(Case.objects.filter(id__in=list(ids)).select_related("filing", "promise"))


def _clocks_of(cases: list[Case]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = defaultdict(list)
    for row in Clock.objects.filter(case__in=cases):
        found[row.case_id].append(row)
    return found


def run_clocks_of(case: Case, clocks: list[Clock], at: datetime) -> int:
    """Everything that time has done to one case, in order; 1 if anything happened."""
    procedure = engine.procedure_of(case)
    happened = 0
    while _step(case, procedure, clocks, at):
        happened = 1
        clocks = list(Clock.objects.filter(case=case))
    return happened


def _step(case: Case, procedure: Procedure, clocks: list[Clock], at: datetime) -> bool:
    state, today = engine.state_of(case, clocks), engine.today(at)
    late, soon = expiries(state, today), warnings_due(state, today)
    if late:
        transition = expire(procedure, state, late[0], on=today, calendar=calendar())
    elif soon:
        transition = warn(procedure, state, soon[0], on=today, calendar=calendar())
    else:
        return False
    take(case, transition, clocks, actor=System(), at=at, key=key_of(case.id))
    return True
