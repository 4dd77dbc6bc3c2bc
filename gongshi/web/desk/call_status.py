"""A caller who asks how it stands: with reference and six digits they are told stage and next date, nothing else."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.rights import require
from gongshi.cases import engine
from gongshi.cases.actions.conversation import TextRefused, add_for_caller
from gongshi.cases.by_phone import AskedTooOften, Standing, status_by_phone
from gongshi.cases.drafts import MAX_TEXT
from gongshi.cases.queries import NotFound
from gongshi.rules.references import MAX_TYPED as REFERENCE_LENGTH
from gongshi.web.desk import words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import text_field
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
    told = [_told(one, at) for one in found]
    form = AddForm(request.POST if "text" in request.POST else None, told)
    if form.is_bound and form.is_valid():
        number = int(form.cleaned_data["matter"])
        case = next(one.case for one in found if one.case.number == number)
        try:
            add_for_caller(case, form.cleaned_data["text"], actor=request.actor, at=at)
        except TextRefused as refused:
            form.add_error("text", words.TEXT_FAULTS[refused.code])
        else:
            messages.success(
                request,
                say("已经补上，对方自己认领以后看得到。", "It is added; they see it once they claim."),
            )
            return redirect("desk:call_status")
    may_add = bool(found) and not found[0].case.filing.claimed
    return _page(request, told=told, reference=reference, code=code, form=form if may_add else None)


class AddForm(forms.Form):
    """What a caller adds to one of the matters that were told."""

    matter = forms.ChoiceField(label=say("补充哪一件", "To which matter"))
    text = text_field(
        say("对方要补充的", "What they add"),
        say("照他说的写，读给他听再存。", "In their own words; read it back before you save it."),
        MAX_TEXT,
    )

    def __init__(self, data: Any, told: list[dict[str, Any]]) -> None:
        super().__init__(data, label_suffix="", auto_id="add-%s")
        open_ones = [one for one in told if not one["closed"]]
        field = self.fields["matter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one["number"]), f"{one['number']} · {one['office']}") for one in open_ones]


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
    code: str = "",
    form: forms.Form | None = None,
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
        "code": code,
        "form": form,
        "wait": wait,
        **desk(request),
    }
    return render(request, "desk/call_status.html", context, status=status)
