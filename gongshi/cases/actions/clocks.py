"""What time does to cases: warnings, expiries and the supervision that begins by itself. Safe to run twice."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongshi.accounts.actors import System
from gongshi.cases import engine
from gongshi.cases.actions.moves import take
from gongshi.cases.changing import Changed
from gongshi.cases.models import Case, Clock
from gongshi.places.queries import calendar
from gongshi.rules.procedure import Procedure, RefusedError, expire, expiries, warn, warnings_due

logger = logging.getLogger(__name__)
BATCH = 500


def run_clocks(at: datetime) -> int:
    """Warn about and expire every clock that is due at ``at``; returns how many cases were touched.

    A case that somebody moves at the same moment is left for the next run. Nothing is unsealed, so that clocks run on
    cases that only their resident can open. One case that cannot go on holds up no other.
    """
    touched = 0
    for cases in _due_cases(at):
        clocks = _clocks_of(cases)
        for case in cases:
            try:
                touched += run_clocks_of(case, clocks[case.id], at)
            except Changed:
                continue
            except RefusedError as refused:
                logger.error("clock of case %s cannot expire: %s", case.id, refused.code)
    return touched


def _due_cases(at: datetime) -> Iterator[Sequence[Case]]:
    today = engine.today(at)
    running = Clock.objects.filter(stopped_on=None, paused_on=None)
    due = Q(due_at__lte=at, expired_on=None) | Q(warn_on__lte=today, warned_on=None, expired_on=None)
    ids = list(dict.fromkeys(running.filter(due).order_by("due_at", "id").values_list("case_id", flat=True)))
    for start in range(0, len(ids), BATCH):
        found = Case.objects.filter(id__in=ids[start : start + BATCH])
        yield list(found.select_related("filing", "promise", "supervision").order_by("due_at", "id"))


def _clocks_of(cases: Sequence[Case]) -> dict[UUID, list[Clock]]:
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
        above = engine.above_of(case)
        transition = expire(procedure, state, late[0], on=today, calendar=calendar(), above=above)
    elif soon:
        transition = warn(procedure, state, soon[0], on=today, calendar=calendar())
    else:
        return False
    take(case, transition, clocks, actor=System(), at=at)
    return True
