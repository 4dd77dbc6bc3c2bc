"""Answering: one form with every part, a preview as the resident will read it, and only then it goes out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.queries import offices
from gongshi.bulletin.prepared import offered
from gongshi.cases import engine, labels, worklists
from gongshi.cases.actions.answers import (
    NewAnswer,
    decisions,
    move_for,
    params_of,
    written_of,
)
from gongshi.cases.actions.companions import answer_for_all
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.moves import Changed
from gongshi.cases.engine import ANSWER_EFFECTS
from gongshi.cases.letters import LetterIncomplete, asks_for, open_routes
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.rules.procedure import Move, RefusedError
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.case import head, told
from gongshi.web.desk.contents import Opened, case_for, opened
from gongshi.web.desk.draft_parts import ANSWER, BACK, part, texts_of, was_sent, without_form
from gongshi.web.desk.filling import begun_with, choices_for
from gongshi.web.desk.forms import AnswerForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN, away, complete_letter, preview, tell_lacking
from gongshi.web.desk.twins import tell_kept_from
from gongshi.words import in_language, say


@staff_page("GET", "POST")
def write(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Write (GET, or ``act`` "edit"), put a template in ("template"), look once more ("preview"), send ("send")."""
    case = case_for(request, reference, number)
    moves = {move.effect: move for move in _answering(request, case)}
    if request.method != "POST":
        if not moves:
            raise NotFound
        return _page(request, case, None)
    form = AnswerForm(decisions(moves) or labels.DECISIONS, request.POST, law=asks_law(case))
    complete = form.find_faults(on=engine.today(timezone.now()), opened_on=case.opened_on)
    act = request.POST.get("act", "")
    if act == "template" and moves:
        return _page(request, case, None, typed=form, template=request.POST.get("template", ""))
    if form.last_seen() != case.seq or not moves:
        return _changed(request, case, form)
    if act == "edit" or not complete:
        return _page(request, case, form, status=200 if complete else UNTAKEN)
    if act == "send":
        return _send(request, case, form, moves)
    return _preview(request, case, form, moves)


def again(
    request: DeskRequest, case: Case, texts: dict[str, str], problems: list[Any], *, status: int
) -> HttpResponse:
    """The page with what was typed, for whoever another page's draft or too long a text came in between."""
    moves = {move.effect: move for move in _answering(request, case)}
    begun = {"seen": case.seq, **start(request), **texts}
    form = AnswerForm(decisions(moves) or labels.DECISIONS, initial=begun, law=asks_law(case))
    return _page(request, case, form, status=status, problems=problems)


def asks_law(case: Case) -> bool:
    """Whether an answer on this case has to say on which law it rests, for its letter."""
    procedure = engine.procedure_of(case)
    answering = [move.code for move in procedure.moves.values() if move.effect in ANSWER_EFFECTS]
    return any("law" in asks_for(procedure, code) for code in answering)


def _preview(request: DeskRequest, case: Case, form: AnswerForm, moves: dict[str, Move]) -> HttpResponse:
    """The answer as it will be read; where the procedure has a letter for it, the whole letter."""
    answer = form.answer()
    code = move_for(answer.decision, moves).code
    if engine.procedure_of(case).letter_of(code) is None:
        return _page(request, case, form, preview=_letter(case, answer, moves))
    content = opened(request, case)
    try:
        given = {"params": params_of(answer), "written": written_of(answer)}
        sheet = complete_letter(case, code, **given, content=content, actor=request.actor)
    except LetterIncomplete as refused:
        tell_lacking(form, refused)
        return _page(request, case, form, status=UNTAKEN, content=content)
    except RefusedError as refused:
        return _refused(request, case, form, refused, content)
    return preview(request, case, form, sheet, content, code=ANSWER)


def _answering(request: DeskRequest, case: Case) -> list[Move]:
    now = engine.moves_for(case, request.actor, timezone.now(), case.clocks.all())
    return [move for move in now if move.effect in ANSWER_EFFECTS]


def start(request: DeskRequest) -> dict[str, Any]:
    """What is filled in already: today, and whom to call."""
    node = offices()[request.actor.office_id]
    parts = [in_language(node.name), in_language(request.user.name), node.phone]
    return {"found_on": engine.today(timezone.now()), "call": " ".join(part for part in parts if part)}


def _letter(case: Case, answer: NewAnswer, moves: dict[str, Move]) -> dict[str, Any]:
    """The answer as it will go out, with the routes that stay open after it and their last days."""
    stage = move_for(answer.decision, moves).target(case.stage)
    return {
        "answer": answer,
        "decision": labels.DECISIONS[answer.decision],
        "routes": open_routes(case, engine.today(timezone.now()), stage=stage),
    }


def _send(request: DeskRequest, case: Case, form: AnswerForm, moves: dict[str, Move]) -> HttpResponse:
    answer = form.answer()
    move = move_for(answer.decision, moves)
    try:
        sent = answer_for_all(
            case, move.code, answer, actor=request.actor, at=timezone.now(), seen=form.last_seen()
        )
    except Changed:
        return _changed(request, case_for(request, case.filing.reference, case.number), form)
    except TextRefused as refused:
        form.add_error(None, words.TEXT_FAULTS[refused.code])
        return _page(request, case, form, status=UNTAKEN)
    except LetterIncomplete as refused:
        tell_lacking(form, refused)
        return _page(request, case, form, status=UNTAKEN)
    except RefusedError as refused:
        return _refused(request, case, form, refused)
    was_sent(request, case, ANSWER)
    messages.success(
        request, say("答复已经送出，居民会看到。", "The answer is out; the resident can read it.")
    )
    tell_kept_from(request, sent)
    return away(request, case)


def _refused(
    request: DeskRequest,
    case: Case,
    form: AnswerForm,
    refused: RefusedError,
    content: Opened | None = None,
) -> HttpResponse:
    """What the rules said no to, beside its part or above the form."""
    place = "by_on" if refused.code.startswith("date") and "by_on" in form.fields else None
    form.add_error(place, words.REFUSALS[refused.code])
    return _page(request, case, form, status=UNTAKEN, content=content)


def _changed(request: DeskRequest, case: Case, form: AnswerForm) -> HttpResponse:
    """Somebody was faster: say what happened, keep every word."""
    seen = form.last_seen()
    form.seen_now(case)
    entries = shown.meanwhile(case, worklists.entries_since(case, seen))
    return _page(request, case, form, status=CONFLICT, meanwhile=entries, changed=True)


def _page(
    request: DeskRequest,
    case: Case,
    form: AnswerForm | None,
    *,
    status: int = 200,
    typed: AnswerForm | None = None,
    template: str = "",
    content: Opened | None = None,
    **more: Any,
) -> HttpResponse:
    content = content or opened(request, case)
    place = content.content.place if content.content else ""
    ready = offered(request.actor)
    context = {**head(request, case), **desk(request), **more}
    answering = {move.effect: move for move in context["now"] if move.effect in ANSWER_EFFECTS}
    if form is None:
        begun = {"seen": case.seq, **start(request), **texts_of(content.content, ANSWER)}
        if typed is not None:
            begun |= {name: typed.data.get(name) for name in typed.fields}
        if chosen := next((row for row in ready if template == row.prepared.code), None):
            begun |= begun_with(begun, chosen, case, place)
        form = AnswerForm(decisions(answering), initial=begun, law=asks_law(case))
    context.update(choices_for(ready, case, place), template=template)
    context["form"], context["can_answer"] = form, bool(answering)
    sent = request.method == "POST"
    context["draft"] = part(request, case, ANSWER, content.content, form, sent=sent)
    known = content.content.drafts if content.content else {}
    others = [code for code in known if code != BACK + ANSWER]
    context["drafts_left"] = without_form(case, content.content, others)
    if content.content is not None:
        context.update(told(case, content.content))
    return render(request, "desk/answer.html", context, status=status)
