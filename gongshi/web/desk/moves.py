"""Making a move, or writing a note. Two officers at once: one wins; the other is told, and keeps what they wrote."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.actors import StaffActor
from gongshi.cases import engine
from gongshi.cases.actions.companions import make_move_for_all
from gongshi.cases.actions.conversation import TextRefused, ask_resident, write_note
from gongshi.cases.actions.hearings import call_hearing, check_day, end_hearing
from gongshi.cases.actions.moves import Changed, letter_before
from gongshi.cases.engine import ANSWER_EFFECTS
from gongshi.cases.hearings import ends_hearing
from gongshi.cases.letters import Draft, LetterIncomplete, told_lacking
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, cases_visible_to
from gongshi.rules.procedure import Move, RefusedError
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.case import Sent, head, page
from gongshi.web.desk.contents import Opened, case_for, opened
from gongshi.web.desk.draft_parts import MOVE, NOTE, part, was_sent
from gongshi.web.desk.forms import MoveForm, NoteForm, SeenForm
from gongshi.web.desk.hearing_parts import call_of
from gongshi.web.desk.twins import tell_kept_from
from gongshi.web.desk.undoing import remember
from gongshi.words import in_language, say

CONFLICT = 409
UNTAKEN = 422


@staff_page("POST")
def make(request: DeskRequest, reference: str, number: int, code: str) -> HttpResponse:
    """One of the procedure's moves, except answers: those have a page of their own."""
    case = case_for(request, reference, number)
    move = engine.procedure_of(case).moves.get(code)
    if move is None or move.effect in ANSWER_EFFECTS:
        raise NotFound
    form = MoveForm(move, case, request.POST)
    complete, seen = form.is_valid(), form.last_seen()
    if seen != case.seq:
        return page(request, case, Sent(code, form, changed_since=seen, status=CONFLICT))
    if not complete:
        return page(request, case, Sent(code, form, status=UNTAKEN))
    if request.POST.get("act") == "edit":
        return page(request, case, Sent(code, form))
    return _tried(request, case, move, form) or away(request, case)


def _tried(request: DeskRequest, case: Case, move: Move, form: MoveForm) -> HttpResponse | None:
    """Make the move, or show its letter first; None once it is made, else a page."""
    code, seen, content = move.code, form.last_seen(), None
    try:
        if request.POST.get("act") != "send" and engine.procedure_of(case).letter_of(code):
            if move.effect == "hear":
                check_day(case, form.cleaned_data["date"], at=timezone.now())
            content = opened(request, case, with_looks=True)
            given = {"params": form.params(), "written": form.written()}
            sheet = complete_letter(case, code, **given, content=content, actor=request.actor)
            return preview(request, case, form, sheet, content, code=f"{MOVE}{code}")
        _perform(case, move, form, request)
    except Changed:
        fresh = case_for(request, case.filing.reference, case.number)
        return page(request, fresh, Sent(code, form, changed_since=seen, status=CONFLICT))
    except TextRefused as refused:
        form.add_error(text_part(form), words.TEXT_FAULTS[refused.code])
        return page(request, case, Sent(code, form, status=UNTAKEN))
    except LetterIncomplete as refused:
        tell_lacking(form, refused)
        return page(request, case, Sent(code, form, status=UNTAKEN), content)
    except RefusedError as refused:
        return page(request, case, refusal(code, form, refused), content)
    was_sent(request, case, f"{MOVE}{code}")
    done = say("“{move}”已经记下。", "“{move}” is done.")
    messages.success(request, str(done).format(move=in_language(move.name)))
    return None


def complete_letter(
    case: Case,
    move: str,
    *,
    params: Mapping[str, Any],
    written: Mapping[str, Any],
    content: Opened,
    actor: StaffActor,
) -> Draft:
    """The letter that a move would send, of a case that was opened. Raises LetterIncomplete, RefusedError, NotFound."""
    found, at = content.content, timezone.now()
    sheet = letter_before(case, move, params, written, content=found, actor=actor, at=at)
    if sheet is None:
        raise NotFound
    if sheet.lacking:
        raise LetterIncomplete(sheet.lacking)
    return sheet


def preview(
    request: DeskRequest, case: Case, form: SeenForm, sheet: Draft, content: Opened, *, code: str
) -> HttpResponse:
    """The whole letter as it will be read and printed, before it goes; every word of the form goes along."""
    context = {
        **head(request, case),
        **desk(request),
        "form": form,
        "sheet": sheet,
        "draft": part(request, case, code, content.content, form, sent=True),
    }
    return render(request, "desk/letter_preview.html", context)


def tell_lacking(form: SeenForm, refused: LetterIncomplete) -> None:
    """Each part that the letter lacks, with its article: beside its field, or above the form."""
    for one in refused.lacking:
        text = words.LACKING.format(part=in_language(told_lacking(one)))
        form.add_error(one.part if one.part in form.fields else None, text)


def _perform(case: Case, move: Move, form: MoveForm, request: DeskRequest) -> None:
    params, at, seen = form.params(), timezone.now(), form.last_seen()
    if move.effect == "ask":
        ask_resident(case, move.code, params["question"], actor=request.actor, at=at, seen=seen)
    elif move.effect == "hear":
        call_hearing(case, move.code, call_of(form.cleaned_data), actor=request.actor, at=at, seen=seen)
    elif ends_hearing(move):
        minutes, outcome = params["minutes"], params["outcome"]
        end_hearing(case, move.code, minutes, outcome, actor=request.actor, at=at, seen=seen)
    else:
        made = make_move_for_all(
            case, move.code, actor=request.actor, at=at, params=params, seen=seen, written=form.written()
        )
        tell_kept_from(request, made)


def text_part(form: MoveForm) -> str | None:
    """The field that holds the move's words."""
    written = ("question", "reason", "instruction", "about", "minutes")
    return next((name for name in written if name in form.fields), None)


def refusal(code: str, form: MoveForm, refused: RefusedError) -> Sent:
    """What the rules said no to, beside the field that it is about or above the form."""
    text = words.REFUSALS[refused.code]
    about = {"date": "date", "office": "office"}.get(refused.code.partition("_")[0], "")
    if about in form.fields:
        form.add_error(about, text)
        return Sent(code, form, status=UNTAKEN)
    return Sent(code, form, problems=[text], status=CONFLICT)


def away(request: DeskRequest, case: Case) -> HttpResponse:
    """Back to the case, or to the queue where the move took the case out of this person's sight."""
    if cases_visible_to(request.actor).filter(pk=case.pk).exists():
        return redirect(shown.address(case))
    remember(request, case)
    return redirect("desk:queue")


@staff_page("POST")
def note(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """A note inside the office. It disturbs nobody, so it is taken in whatever happened meanwhile."""
    case = case_for(request, reference, number)
    form = NoteForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return page(request, case, Sent("note", form, status=UNTAKEN))
    try:
        write_note(case, form.cleaned_data["text"], actor=request.actor, at=timezone.now())
    except Changed:
        return page(
            request,
            case_for(request, reference, number),
            Sent("note", form, changed_since=form.last_seen(), status=CONFLICT),
        )
    was_sent(request, case, NOTE)
    messages.success(request, say("记录已写下。", "The note is kept."))
    return redirect(shown.address(case))
