"""What other filings brought of the same matter: who goes with a case, and what is probably the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gongshi.accounts.actors import StaffActor
from gongshi.cases.actions.companions import may_go_with
from gongshi.cases.companions import companion_of, may_lead
from gongshi.cases.engine import today
from gongshi.cases.likeness import Told, twins_of
from gongshi.cases.models import Case
from gongshi.cases.queries import cases_visible_to
from gongshi.cases.reading import CaseFile
from gongshi.rules.similarity import Reason
from gongshi.web.desk import shown
from gongshi.words import say

REASONS: dict[str, Callable[[Reason], Any]] = {
    "same_category": lambda _: say("同一类", "the same category"),
    "same_group": lambda _: say("同一大类", "the same kind of matter"),
    "same_area": lambda _: say("同一片", "the same area"),
    "metres": lambda one: say("相距约{n}米", "about {n} metres apart").format(n=one.number),
    "days": lambda one: say("相隔{n}天", "{n} days apart").format(n=one.number),
    "words": lambda one: say("都写了：{words}", "both say: {words}").format(words="、".join(one.words)),
}


def in_words(reasons: tuple[Reason, ...]) -> list[Any]:
    """Why two reports are probably one matter, as it is read."""
    return [REASONS[one.code](one) for one in reasons]


def together(case: Case, content: CaseFile | None, *, actor: StaffActor, at: datetime) -> dict[str, Any]:
    """Whom the case goes with; or who goes with it, and, where it was opened, likely twins of this office."""
    bond = companion_of(case)
    if bond is not None:
        return {
            "bond": bond,
            "bond_url": shown.address(bond.lead),
            "bond_reference": shown.reference_of(bond.lead),
        }
    with_it = cases_visible_to(actor).filter(bond__lead=case).select_related("filing")
    rows = [
        {"url": shown.address(one), "reference": shown.reference_of(one)}
        for one in with_it.order_by("opened_at", "id")
    ]
    return {"with_it": rows, "twins": _twins(case, content, actor, at)}


def _twins(case: Case, content: CaseFile | None, actor: StaffActor, at: datetime) -> list[dict[str, Any]]:
    if content is None or not may_lead(case):
        return []
    told = Told(case.category_id, "", content.text, case.area_id, content.point, on=today(at))
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
