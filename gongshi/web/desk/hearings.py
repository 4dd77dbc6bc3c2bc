"""Moving a hearing to another day, and its record where its time ran out first. Calling and ending one are moves."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.hearings import move_hearing, record_hearing
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.rules.procedure import RefusedError
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.case import Sent, page
from gongshi.web.desk.contents import case_for
from gongshi.web.desk.forms import SeenForm
from gongshi.web.desk.hearing_parts import FORMS, MOVE_DAY, RECORD, call_of
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import say

SAID = {
    MOVE_DAY: say("听证已经改期，居民看得到。", "The hearing is moved; the resident reads it."),
    RECORD: say("听证记录已写下，居民看得到。", "The record is kept; the resident reads it."),
}


@staff_page("POST")
def change(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Either of the two; ``form`` says which."""
    case = case_for(request, reference, number)
    code = request.POST.get("form") or ""
    if code not in FORMS:
        raise NotFound
    form: SeenForm = FORMS[code](request.POST)
    complete, seen = form.is_valid(), form.last_seen()
    if seen != case.seq:
        return page(request, case, Sent(code, form, changed_since=seen, status=CONFLICT))
    if not complete:
        return page(request, case, Sent(code, form, status=UNTAKEN))
    try:
        _perform(case, code, form, request, seen)
    except Changed:
        fresh = case_for(request, reference, number)
        return page(request, fresh, Sent(code, form, changed_since=seen, status=CONFLICT))
    except (RefusedError, TextRefused) as refused:
        return page(request, case, _refused(code, form, refused))
    messages.success(request, SAID[code])
    return redirect(shown.address(case))


def _perform(case: Case, code: str, form: SeenForm, request: DeskRequest, seen: int) -> None:
    typed: dict[str, Any] = form.cleaned_data
    actor, at = request.actor, timezone.now()
    if code == MOVE_DAY:
        move_hearing(case, call_of(typed), actor=actor, at=at, seen=seen)
    else:
        record_hearing(case, typed["minutes"], typed["outcome"], actor=actor, at=at, seen=seen)


def _refused(code: str, form: SeenForm, refused: RefusedError | TextRefused) -> Sent:
    if isinstance(refused, TextRefused):
        form.add_error(None, words.TEXT_FAULTS[refused.code])
    elif refused.code.startswith("date_") and "date" in form.fields:
        form.add_error("date", words.REFUSALS[refused.code])
    else:
        return Sent(code, form, problems=[words.REFUSALS[refused.code]], status=CONFLICT)
    return Sent(code, form, status=UNTAKEN)
