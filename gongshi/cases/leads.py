"""The lead officer who answers for a case: who it is, since when, and where one has still to be named."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from gongshi.accounts.models import Appointment
from gongshi.accounts.queries import acting_in, staff_names
from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.cases.reading import ReadEvent
from gongshi.rules.procedure import still_standing
from gongshi.words import Words, pair

LED_KINDS = ("grievance",)
"""Kinds of which each open case must have a named lead (包案)."""
LEAD_NAMED, LEAD_COVERED, LEAD_BACK = "case.lead_named", "case.lead_covered", "case.lead_back"
NAMING = frozenset({LEAD_NAMED, LEAD_COVERED, LEAD_BACK})
"""Entries of their own that say who answers: "staff" from then on, "from" until then."""
_TO_BE_NAMED = pair("还没有定", "still to be named")
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


def lead_change(code: str, params: Mapping[str, Any]) -> tuple[UUID | None, UUID | None] | None:
    """Who answered for a case before a history entry and who does from then on; None where it changes nothing."""
    names = ("from", "staff") if code in NAMING else ("lead_from", "lead")
    before, now = (UUID(str(params[name])) if params.get(name) else None for name in names)
    return (before, now) if before or now else None


def lead_words(case: Case, code: str, params: Mapping[str, Any]) -> Words | None:
    """The same by name, for whoever reads the history of a matter that has a lead; None for nothing new."""
    found = lead_change(code, params) if case.kind in LED_KINDS else None
    if found is None:
        return None
    before, now = (staff_names().get(one) if one else None for one in found)
    named = [one for one in (before, now or (_TO_BE_NAMED if found[1] is None else None)) if one]
    zh, en = (" → ".join(one[language] for one in named) for language in ("zh", "en"))
    return pair(zh, en) if code in NAMING else pair(f"包案责任人 {zh}", f"lead officer {en}")


def lead_since(case: Case, events: Iterable[ReadEvent]) -> datetime | None:
    """When the case came to its lead: the last time that one was named, or that it went to another office."""
    stages, since, level = engine.procedure_of(case).stages, None, ""
    for entry in still_standing(list(events)):
        stage = stages.get(str(entry.params.get("stage") or ""))
        holder = stage.holder if stage and stage.holder.startswith(("office", "above")) else level
        named = entry.code == LEAD_NAMED or (
            entry.code not in NAMING and lead_change(entry.code, entry.params)
        )
        if entry.code in _GIVEN or named or (level and holder != level):
            since = entry.at
        level = holder
    return since
