"""Keeping somebody from a case, undoing that, and naming who works on it instead."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from gongshi.cases.actions import recusals as actions
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.handlers import name_handler, name_lead
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.recusing import recusals_of
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.case import Sent, page
from gongshi.web.desk.contents import case_for
from gongshi.web.desk.forms import SeenForm
from gongshi.web.desk.keeping import HandlerForm, LeadForm, RecuseForm, UndoForm, form_of
from gongshi.web.desk.moves import CONFLICT, UNTAKEN, away
from gongshi.words import say

NOBODY_LEFT = say(
    "这样就没有单位能办这件事了，所以没有记下。请先请更上一级接手。",
    "That would leave no office to deal with the case, so it was not done. Ask a higher level to take it over first.",
)


@staff_page("POST")
def step_back(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Recuse oneself: the case leaves one's lists for good."""
    case = case_for(request, reference, number)
    form = form_of(request, case, "recuse_self", request.POST)

    def act(form: SeenForm) -> None:
        reason = form.cleaned_data["reason"]
        actions.recuse_self(case, reason, actor=request.actor, at=timezone.now())
        messages.success(
            request,
            say("您已回避，这件事不再归您看。", "You stepped back; the case is no longer yours to see."),
        )

    return _done(request, case, "recuse_self", form, act) or redirect("desk:queue")


@staff_page("POST")
def recuse(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Keep an office below, or a member of staff, from the case."""
    case = case_for(request, reference, number)
    form = form_of(request, case, "recuse", request.POST)

    def act(form: SeenForm) -> None:
        assert isinstance(form, RecuseForm)
        reason = form.cleaned_data["reason"]
        actions.recuse(case, form.chosen(), reason, actor=request.actor, at=timezone.now())
        messages.success(request, say("已经记下，对方看不到这件事了。", "Done: they no longer see the case."))

    return _done(request, case, "recuse", form, act) or away(request, case)


@staff_page("POST")
def undo(request: DeskRequest, reference: str, number: int, recusal: UUID) -> HttpResponse:
    """Undo a recusal of somebody below."""
    case = case_for(request, reference, number)
    if recusal not in {row.id for row in recusals_of(case)}:
        raise NotFound
    form = UndoForm(request.POST, auto_id=f"undo-{recusal.hex}-%s")

    def act(form: SeenForm) -> None:
        reason = form.cleaned_data["reason"]
        actions.undo_recusal(recusal, reason, actor=request.actor, at=timezone.now())
        messages.success(request, say("回避已经撤销。", "The recusal is undone."))

    return _done(request, case, f"undo-{recusal}", form, act) or away(request, case)


@staff_page("POST")
def handler(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Name who works on the case from now on."""
    case = case_for(request, reference, number)
    form = form_of(request, case, "handler", request.POST)

    def act(form: SeenForm) -> None:
        assert isinstance(form, HandlerForm)
        name_handler(case, UUID(form.cleaned_data["staff"]), actor=request.actor, at=timezone.now())
        messages.success(request, say("承办人已经确定。", "The handler is named."))

    return _done(request, case, "handler", form, act) or redirect(shown.address(case))


@staff_page("POST")
def lead(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Name who answers for the case from now on."""
    case = case_for(request, reference, number)
    form = form_of(request, case, "lead", request.POST)

    def act(form: SeenForm) -> None:
        assert isinstance(form, LeadForm)
        who, why = UUID(form.cleaned_data["staff"]), form.cleaned_data["reason"]
        name_lead(case, who, why, actor=request.actor, at=timezone.now())
        messages.success(
            request,
            say("包案责任人已经确定，居民看得到。", "The lead officer is named; the resident reads it."),
        )

    return _done(request, case, "lead", form, act) or redirect(shown.address(case))


def _done(
    request: DeskRequest, case: Case, code: str, form: SeenForm | None, act: Callable[[SeenForm], None]
) -> HttpResponse | None:
    """Do it; None when it is done, else the case's page with what stands in the way and every word back."""
    if form is None:
        raise NotFound
    if not form.is_valid():
        return page(request, case, Sent(code, form, status=UNTAKEN))
    try:
        act(form)
    except TextRefused as refused:
        form.add_error("reason", words.TEXT_FAULTS[refused.code])
        return page(request, case, Sent(code, form, status=UNTAKEN))
    except actions.NobodyLeft:
        return page(request, case, Sent(code, form, problems=[NOBODY_LEFT], status=CONFLICT))
    except Changed:
        fresh = case_for(request, case.filing.reference, case.number)
        return page(request, fresh, Sent(code, form, changed_since=form.last_seen(), status=CONFLICT))
    return None
