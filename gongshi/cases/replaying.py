"""Every case's history folded from nothing: what stands in its columns must come of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from gongshi.cases import engine
from gongshi.cases.models import Case, Clock, History
from gongshi.rules.procedure import CaseState, Entry, replay

AT_ONCE = 500


@dataclass(frozen=True)
class Replayed:
    """What the history of a case comes to, and whether its columns and clocks say the same."""

    case: UUID
    state: CaseState
    agrees: bool


def replayed(alias: str) -> Iterator[Replayed]:
    """Every case in a database, in the order of their keys, but those that were erased: their history is gone too."""
    cases = Case.objects.using(alias).filter(erased_at=None).select_related("promise").order_by("id")
    for some in _in_batches(cases.iterator(chunk_size=AT_ONCE)):
        ids = [case.id for case in some]
        history = _grouped(History.objects.using(alias).filter(case__in=ids).order_by("case", "seq"))
        clocks = _grouped(Clock.objects.using(alias).filter(case__in=ids))
        for case in some:
            entries = [Entry(row.code, row.by, row.params) for row in history.get(case.id, [])]
            state = replay(engine.procedure_of(case), entries)
            yield Replayed(case.id, state, state == engine.state_of(case, clocks.get(case.id, [])))


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _in_batches(cases: Iterator[Case]) -> Iterator[list[Case]]:
    while some := list(islice(cases, AT_ONCE)):
        yield some
