"""Keeping what is typed: with every pause while scripts run, by a button without them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.cases import engine, labels
from gongshi.cases.actions.desk_drafts import DraftChanged, discard_draft, keep_draft
from gongshi.cases.engine import ANSWER_EFFECTS
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.texts import TextRefused
from gongshi.web.desk import answers, words
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.case import Sent, page
from gongshi.web.desk.contents import case_for
from gongshi.web.desk.draft_parts import ANSWER, MOVE, NOTE, Mark, Part, line, mark_of, page_of
from gongshi.web.desk.forms import AnswerForm, MoveForm, NoteForm, SeenForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import say


@staff_page("POST")
def keep(request: DeskRequest, reference: str, number: int, form: str) -> HttpResponse:
    """Keep what was typed so far. For htmx the answer is the line under the form."""
    case = case_for(request, reference, number)
    typed = _typed(request, case, form)
    mark, at = mark_of(request), timezone.now()
    quiet = bool(request.headers.get("HX-Request"))
    try:
        revision = keep_draft(
            case, form, _texts(typed), page=mark.page, seen=mark.revision, actor=request.actor, at=at
        )
    except DraftChanged as changed:
        if quiet:
            return _line(request, line(case, form, mark, state="changed", saved_at=changed.saved_at))
        return _both(request, case, form, typed)
    except TextRefused as refused:
        if quiet:
            return HttpResponse(status=UNTAKEN)
        problem = words.TEXT_FAULTS[refused.code]
        return _both(request, case, form, typed, problem=problem, status=UNTAKEN)
    if quiet:
        state = "kept" if revision else ""
        return _line(request, line(case, form, Mark(mark.page, revision), state=state, saved_at=at))
    messages.success(request, say("草稿已存，只有您看得到。", "The draft is kept; only you can see it."))
    return redirect(page_of(case, form))


@staff_page("POST")
def discard(request: DeskRequest, reference: str, number: int, form: str) -> HttpResponse:
    """Throw a draft away; for a day it can be taken back."""
    return _discard(request, case_for(request, reference, number), form, back=False)


@staff_page("POST")
def undo(request: DeskRequest, reference: str, number: int, form: str) -> HttpResponse:
    """Take back a draft that was thrown away."""
    return _discard(request, case_for(request, reference, number), form, back=True)


def _discard(request: DeskRequest, case: Case, form: str, *, back: bool) -> HttpResponse:
    mark, at = mark_of(request), timezone.now()
    try:
        discard_draft(case, form, page=mark.page, seen=mark.revision, actor=request.actor, at=at, back=back)
    except DraftChanged:
        return _both(request, case, form, _typed(request, case, form))
    return redirect(page_of(case, form))


def _line(request: DeskRequest, part: Part) -> HttpResponse:
    return render(request, "desk/draft_line.html", {"draft": part})


def _typed(request: DeskRequest, case: Case, code: str) -> SeenForm:
    """The form of a code, beginning with what was typed. Raises NotFound for a form that this case does not have."""
    start: dict[str, Any] = {name: request.POST[name] for name in request.POST if name != "seen"}
    start["seen"] = case.seq
    if code == ANSWER:
        return AnswerForm(labels.DECISIONS, initial=start, law=answers.asks_law(case))
    if code == NOTE:
        return NoteForm(initial=start, auto_id="note-%s")
    move = engine.procedure_of(case).moves.get(code.removeprefix(MOVE)) if code.startswith(MOVE) else None
    if move is None or move.effect in ANSWER_EFFECTS:
        raise NotFound
    return MoveForm(move, case, start=start)


def _texts(form: SeenForm) -> dict[str, str]:
    """What was typed, by the form's own fields; what else came along is not kept."""
    return {name: form.initial[name] for name in form.fields if name != "seen" and name in form.initial}


def _both(
    request: DeskRequest,
    case: Case,
    code: str,
    form: SeenForm,
    *,
    problem: Any = None,
    status: int = CONFLICT,
) -> HttpResponse:
    """The page with what was typed here in the form, and what another page saved beside it."""
    problems = [problem] if problem else []
    if code == ANSWER:
        return answers.again(request, case, _texts(form), problems, status=status)
    return page(request, case, Sent(code.removeprefix(MOVE), form, problems=problems, status=status))
