"""A caller who asks how it stands: with reference and six digits they are told stage and next date, nothing else."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.cases import engine
from gongshi.cases.by_phone import AskedTooOften, Standing, status_by_phone
from gongshi.cases.queries import NotFound
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.shown import office_name
from gongshi.web.limits import later, within
from gongshi.web.public.boxes import secret_box
from gongshi.web.public.opening import reference_box
from gongshi.words import say

REFUSED = 403
LONGEST_CODE = 12


@staff_page("GET", "POST")
def ask(request: DeskRequest) -> HttpResponse:
    """The two boxes, and what may be said. Whatever is wrong with them, the refusal is one and the same."""
    require(request.actor, "call.take")
    if request.method != "POST":
        return _page(request)
    reference = (request.POST.get("reference") or "")[: REFERENCE_LENGTH + 1]
    code = (request.POST.get("code") or "")[:LONGEST_CODE]
    try:
        found = status_by_phone(request.actor, reference, code)
    except NotFound:
        return _page(request, reference=reference, refused=True, status=REFUSED)
    except AskedTooOften as often:
        return later(_page(request, reference=reference, wait=within(often.wait)), often.wait)
    at = timezone.now()
    return _page(request, told=[_told(one, at) for one in found], reference=reference)


def _told(standing: Standing, at: datetime) -> dict[str, Any]:
    """Stage, who has the word, and the next date, as the resident's own page says them."""
    case = standing.case
    procedure = engine.procedure_of(case)
    rules = procedure.clocks
    waiting = [
        clock.due_on
        for clock in standing.clocks
        if clock.stopped_on is None and clock.expired_on is None and rules[clock.code].waits_for == "resident"
    ]
    return {
        "number": case.number,
        "stage": procedure.stages[case.stage].name,
        "office": office_name(case.office_id),
        "closed": case.closed_at is not None,
        "due_on": None if case.closed_at else case.due_on,
        "late": case.closed_at is None and case.due_at is not None and case.due_at <= at,
        "answer_by": min(waiting, default=None),
    }


def _page(
    request: DeskRequest,
    *,
    reference: str = "",
    refused: bool = False,
    told: list[dict[str, Any]] | None = None,
    wait: Any = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "reference_box": reference_box(reference),
        "code_box": secret_box(
            "code",
            say("电话查询码（六位数）", "Code for asking by telephone (six digits)"),
            limit=LONGEST_CODE,
        ),
        "refused": refused,
        "told": told,
        "reference": reference,
        "wait": wait,
        **desk(request),
    }
    return render(request, "desk/call_status.html", context, status=status)
