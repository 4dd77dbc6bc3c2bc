"""The lead officer who answers for a case: who it is, since when, and where one has still to be named."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import acting_in
from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.cases.reading import ReadEvent
from gongshi.rules.procedure import still_standing

LED_KINDS = ("grievance",)
"""Kinds of which each open case must have a named lead (包案)."""
LEAD_NAMED = "case.lead_named"
# With these a case goes to an office, and so to its lead.
_GIVEN = frozenset({"case.opened", "case.handed_over", "case.assigned", "case.taken_over", "case.handed_up"})


def lead_standing(case: Case) -> UUID | None:
    """The case's lead, as long as they still work in the office that has it."""
    here = {one.staff_id for one in acting_in(case.office_id)}
    return case.lead_id if case.lead_id in here else None


def lacks_lead(case: Case) -> bool:
    """Whether somebody has to name who answers for it."""
    return case.kind in LED_KINDS and case.closed_at is None and lead_standing(case) is None


def has_lead() -> Exists:
    """The same for many cases: their lead still works in the office that has them."""
    held = Appointment.objects.filter(valid_to=None, staff__is_active=True)
    return Exists(held.filter(staff=OuterRef("lead"), office=OuterRef("office")))


def lead_since(case: Case, events: Iterable[ReadEvent]) -> datetime | None:
    """When the case came to its lead: the last time that one was named, or that it went to another office."""
    stages, since, level = engine.procedure_of(case).stages, None, ""
    for entry in still_standing(list(events)):
        stage = stages.get(str(entry.params.get("stage") or ""))
        holder = stage.holder if stage and stage.holder.startswith(("office", "above")) else level
        if entry.code in _GIVEN or entry.code == LEAD_NAMED or (level and holder != level):
            since = entry.at
        level = holder
    return since
