"""Open cases of one cause, which one officer answers together: thirty people about one outage.

Cases of one cause share category, neighbourhood and the week in which they were filed (`supervising.cause_of`). Sealed
ones, those about an office, and those that somebody was recused from are answered one by one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.cases import queries
from gongshi.cases.engine import ANSWER_EFFECTS
from gongshi.cases.models import Attachment, Case, History
from gongshi.cases.queries import QueueFilter
from gongshi.cases.supervising import neighbourhood
from gongshi.cases.worklists import COUNTED, REPLIES, Wanted, narrowed
from gongshi.places.queries import areas
from gongshi.routing.queries import procedure_versions
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.rules.procedure import Move

# So many are opened and answered at once; the rest is there again afterwards.
MOST = 100
_NAME = re.compile(r"([A-Z0-9-]{1,40})/([1-9][0-9]?)(?:/[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Cause:
    """What cases of one cause share. ``week`` is the Monday of the week in which they were filed."""

    category: UUID
    area: UUID | None
    week: date


@dataclass(frozen=True)
class Group:
    """How many open cases of one cause an office has, and the first day on which one of them is due."""

    cause: Cause
    cases: int
    oldest_due: date | None


def groups(actor: StaffActor, *, at: datetime) -> tuple[list[Group], bool]:
    """Causes with two or more cases that wait for the actor's office, most cases first; and whether not all were looked
    at (`COUNTED`). One statement.
    """
    rows = _open(actor, at).values_list(
        "category_id", "area_id", "opened_on", "due_on", "procedure_id", "stage"
    )
    found: dict[Cause, list[date | None]] = {}
    read = list(rows[: COUNTED + 1])
    for category, area, opened_on, due_on, procedure, stage in read[:COUNTED]:
        if answering(procedure, stage):
            cause = Cause(category, neighbourhood(area), monday(opened_on))
            found.setdefault(cause, []).append(due_on)
    listed = [
        Group(cause, len(days), min((one for one in days if one), default=None))
        for cause, days in found.items()
        if len(days) > 1
    ]
    listed.sort(key=lambda group: (-group.cases, group.oldest_due or date.max, group.cause.week))
    return listed, len(read) > COUNTED


def cases_of(actor: StaffActor, cause: Cause, *, at: datetime) -> tuple[list[Case], bool]:
    """The cause's cases that can be answered, most urgent first, `MOST` at most; and whether there are more.

    Each carries ``more``: whether there is more to read than what was filed (`has_more`). One statement.
    """
    inside = [node.id for node in areas().everything.values() if neighbourhood(node.id) == cause.area]
    found = _open(actor, at).filter(
        category=cause.category,
        opened_on__gte=cause.week,
        opened_on__lt=cause.week + timedelta(days=7),
        **({"area__in": inside} if cause.area else {"area": None}),
    )
    rows = [case for case in _whole(found)[: COUNTED + 1] if answering(case.procedure_id, case.stage)]
    return rows[:MOST], len(rows) > MOST


def place_of(name: str) -> tuple[str, int] | None:
    """Reference and number of the case that a form names ("REF/2", or "REF/2/7" with how far its history went).

    None for anything else, which no database is then asked for: PostgreSQL takes no text with a NUL in it.
    """
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def cases_named(
    actor: StaffActor, names: Iterable[tuple[str, int]], *, at: datetime
) -> dict[tuple[str, int], Case]:
    """Those of these cases (reference and number) that wait for the actor's office and are ordinary ones: neither
    sealed, nor about an office, nor with anybody recused. One statement.
    """
    wanted = set(names)
    found = _whole(_open(actor, at).filter(filing__reference__in={reference for reference, _ in wanted}))
    named = {(case.filing.reference, case.number): case for case in found}
    return {place: case for place, case in named.items() if place in wanted}


def ordinary_cases(actor: StaffActor, wanted: Wanted, *, at: datetime) -> tuple[list[Case], bool]:
    """The same kind of cases as the queue's filters ask for, most urgent first, `MOST` at most; and whether there are
    more. One statement.
    """
    rows = list(_whole(narrowed(_open(actor, at), wanted, at))[: MOST + 1])
    return rows[:MOST], len(rows) > MOST


def _open(actor: StaffActor, at: datetime) -> QuerySet[Case]:
    if not may(actor, "case.work"):
        return Case.objects.none()
    found = queries.queue(actor, QueueFilter(turn="office"), at=at)
    return found.filter(office=actor.office_id, subject=None, recused=False).exclude(kind__in=SEALED_KINDS)


def _whole(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.annotate(more=_has_more()).select_related("filing", "supervision", "promise")


def _has_more() -> Exists:
    """The resident added files or words, or said something of an earlier answer: that wants to be read alone."""
    said = History.objects.filter(case=OuterRef("pk"), code__in=(*REPLIES, "case.reopened"))
    return Exists(said) | Exists(Attachment.objects.filter(case=OuterRef("pk")))  # type: ignore[return-value]


def monday(day: date) -> date:
    """The first day of the week (ISO 8601) that holds ``day``."""
    return day - timedelta(days=day.weekday())


def accepting(procedure: UUID, stage: str) -> Move | None:
    """The move by which the office takes a case in this stage on, if it has to before it can answer."""
    moves = procedure_versions()[procedure].procedure.moves.values()
    return next(
        (one for one in moves if one.effect == "accept" and stage in one.sources and "office" in one.by), None
    )


def answering(procedure: UUID, stage: str) -> dict[str, Move]:
    """The procedure's answering moves of the office by effect, from this stage or once the case is accepted."""
    accept = accepting(procedure, stage)
    after = accept.target(stage) if accept else stage
    moves = procedure_versions()[procedure].procedure.moves.values()
    return {
        one.effect: one
        for one in moves
        if one.effect in ANSWER_EFFECTS and after in one.sources and "office" in one.by
    }
