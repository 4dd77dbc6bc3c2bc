"""What other filings brought of the same matter: who goes with a case, and what is probably the same."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest

from gongshi.accounts.actors import StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.companions import may_go_with
from gongshi.cases.companions import companions_of, may_lead
from gongshi.cases.likeness import Told, twins_of
from gongshi.cases.models import Case, Companion
from gongshi.cases.queries import cases_visible_to
from gongshi.cases.reading import CaseFile
from gongshi.rules.similarity import Reason
from gongshi.web.desk import shown
from gongshi.words import language, say

KEPT_FROM = say(
    "一起办的有{n}件没有做成，各自回到了待办里。",
    "It could not be done for {n} of those that go with it; each stands in the queue by itself again.",
)
REASONS: dict[str, Callable[[Reason], Any]] = {
    "same_category": lambda _: say("同一类", "the same category"),
    "same_group": lambda _: say("同一大类", "the same kind of matter"),
    "same_area": lambda _: say("同一片", "the same area"),
    "metres": lambda one: say("相距约{n}米", "about {n} metres apart").format(n=one.number),
    "days": lambda one: say("相隔{n}天", "{n} days apart").format(n=one.number),
    "words": lambda one: say("都写了：{words}", "both say: {words}").format(
        words=("、" if language() == "zh" else ", ").join(one.words)
    ),
}


def in_words(reasons: tuple[Reason, ...]) -> list[Any]:
    """Why two reports are probably one matter, as it is read."""
    return [REASONS[one.code](one) for one in reasons]


def ties(case: Case, actor: StaffActor) -> dict[str, Any]:
    """Whom a case goes with, and how many go with it: what every page about it says. A statement for a lead only.

    A lead that went to another office, or that somebody is kept from, is not named.
    """
    bond: Companion | None = getattr(case, "bond", None)
    if bond is None:
        return {"led": len(companions_of(case)) if getattr(case, "gathers", False) else 0}
    known = bond.lead.office_id == actor.office_id and not bond.lead.recused and bond.lead.erased_at is None
    named = {"url": shown.address(bond.lead), "reference": shown.reference_of(bond.lead)}
    return {"bond": named if known else {"reference": ""}}


def tell_kept_from(request: HttpRequest, said: Mapping[UUID, str]) -> None:
    """Say for how many companions a step could not be made. They stand in the queue by themselves."""
    number = sum(1 for code in said.values() if code)
    if number:
        messages.warning(request, str(KEPT_FROM).format(n=number))


def together(case: Case, content: CaseFile | None, *, actor: StaffActor, at: datetime) -> dict[str, Any]:
    """Who goes with a case that goes with none, and, where it was opened, likely twins of this office."""
    if getattr(case, "bond", None) is not None:
        return {}
    found = cases_visible_to(actor).filter(bond__lead=case).select_related("filing", "procedure")
    with_it = list(found.order_by("opened_at", "id"))
    rows = [
        {"url": shown.address(one), "reference": shown.reference_of(one), "stage": shown.stage_name(one)}
        for one in with_it
    ]
    later = not _waits(case) and any(map(_waits, with_it))
    return {"with_it": rows, "to_take_on": later, "twins": _twins(case, content, actor, at)}


def _waits(case: Case) -> bool:
    """Whether a case waits to be taken on."""
    return any(move.effect == "accept" for move in engine.procedure_of(case).moves_from(case.stage))


def _twins(case: Case, content: CaseFile | None, actor: StaffActor, at: datetime) -> list[dict[str, Any]]:
    if content is None or not may_lead(case):
        return []
    told = Told(case.category_id, "", content.text, case.area_id, content.point, on=engine.today(at))
    found = [(row, twin) for row, twin in twins_of(told) if row.case_id != case.id]
    wanted = Case.objects.select_related("filing", "procedure")
    visible = cases_visible_to(actor).filter(public__in=[row.id for row, _ in found])
    cases = {one.id: one for one in wanted.filter(pk__in=visible.values("pk"))} if found else {}
    return [
        {
            "case": cases[row.case_id],
            "url": shown.address(cases[row.case_id]),
            "reference": shown.reference_of(cases[row.case_id]),
            "title": row.title,
            "text": row.text,
            "stage": shown.stage_name(cases[row.case_id]),
            "reasons": in_words(twin.reasons),
        }
        for row, twin in found
        if row.case_id in cases and may_go_with(case, cases[row.case_id])
    ]
