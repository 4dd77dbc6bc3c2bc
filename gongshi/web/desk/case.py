"""One case: what it is on the left, what this person may do with it now on the right."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.rights import may
from gongshi.bulletin.queries import may_become_page
from gongshi.cases import engine, labels, worklists
from gongshi.cases.actions.looks import may_reach
from gongshi.cases.actions.splitting import may_split
from gongshi.cases.engine import ANSWER_EFFECTS
from gongshi.cases.models import Case
from gongshi.cases.queries import looks_of
from gongshi.cases.reading import CaseFile, ReadAnswer, ReadFile, require_unwithdrawn
from gongshi.cases.turns import clocks_of_turns
from gongshi.cases.worklists import soon_until
from gongshi.grievances.labels import band_words
from gongshi.grievances.queries import known_to_office
from gongshi.places.queries import calendar
from gongshi.routing.queries import categories
from gongshi.rules.calendar import is_provisional
from gongshi.rules.procedure import CaseState, Move, Procedure, still_standing
from gongshi.rules.questions import in_words
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.contents import Opened, case_for, is_picture, opened, reasons
from gongshi.web.desk.draft_parts import ANSWER, MOVE, NOTE, part, texts_of, without_form
from gongshi.web.desk.forms import MoveForm, NoteForm, SeenForm
from gongshi.web.desk.hearing_parts import hearing_part
from gongshi.web.desk.keeping import CODES as KEEPING
from gongshi.web.desk.keeping import keeping
from gongshi.web.desk.twins import ties
from gongshi.web.desk.undoing import offer


@dataclass
class Sent:
    """A form that came back: shown again with everything that was typed, and with what happened meanwhile."""

    code: str = ""
    form: SeenForm | None = None
    problems: list[Any] = field(default_factory=list)
    changed_since: int | None = None
    status: int = 200


@staff_page("GET")
def show(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """The case's page. For whoever works on it, opening it is a look that the resident reads."""
    return page(request, case_for(request, reference, number), Sent())


def page(request: DeskRequest, case: Case, sent: Sent, content: Opened | None = None) -> HttpResponse:
    """The page of a case, with a form that was sent and cannot be taken in, if there is one.

    ``content``: where the request has opened the case already, and so has its look.
    """
    require_unwithdrawn(case)
    content = content or opened(request, case, with_looks=True)
    context = {**head(request, case), **_body(request, case, content), **_sent(case, sent), **desk(request)}
    answering = next((move for move in context["now"] if move.effect in ANSWER_EFFECTS), None)
    if answering:
        context["answer"] = {"name": answering.name, "url": shown.address(case, "answer")}
    context["moves"] = _moves(request, context["now"], case, sent, content.content)
    context["note_form"] = note = _note(request, case, sent, content.content)
    if note is not None:
        back = sent.code == NOTE
        context["note_draft"] = part(request, case, NOTE, content.content, note, sent=back)
    offered = [f"{MOVE}{one['code']}" for one in context["moves"]]
    offered += [ANSWER] * bool(answering) + [NOTE] * bool(note)
    context["answer_draft"] = content.content and content.content.drafts.get(ANSWER)
    context["drafts_left"] = without_form(case, content.content, offered)
    context.update(hearing_part(request, case, content.content, sent.code, sent.form))
    context.update(keeping(request, case, sent.code, sent.form))
    forms = [context.get("hearing_code", ""), *(one["code"] for one in context["moves"])]
    context["left_over"] = _left_over(sent, forms)
    return render(request, "desk/case.html", context, status=sent.status)


def head(request: DeskRequest, case: Case) -> dict[str, Any]:
    """What every page about a case shows of it: metadata, the clocks, the moves that may be made now."""
    at = timezone.now()
    clocks = list(case.clocks.all())
    procedure, state = engine.procedure_of(case), engine.state_of(case, clocks)
    soon = soon_until(at)
    binding = clocks_of_turns(request.actor, [case]).get(case.id)
    clock, due_on, days = shown.clock_of(case, at, soon, binding)
    node = categories().get(case.category_id)
    return {
        "case": case,
        "reference": shown.reference_of(case),
        "case_url": shown.address(case),
        "supervising": case.office_id != request.actor.office_id and may(request.actor, "board.read"),
        "category": shown.category_name(case),
        "kind": labels.KINDS[case.kind],
        "stage": shown.stage_name(case),
        "outcome": words.OUTCOMES.get(case.outcome),
        "clock": clock,
        "due_on": due_on,
        "days": days,
        "provisional": bool(due_on and is_provisional(calendar(), due_on)),
        "soon": clock == "soon" or bool(case.due_at and case.due_at <= soon),
        "steps": shown.steps(case, state, engine.today(at)),
        "clocks": _clocks(procedure, state, at),
        "merged_into": _merged_into(case),
        "may_part": may(request.actor, "case.work") and may_split(case, request.actor),
        "now": engine.moves_for(case, request.actor, at, clocks),
        "flags": shown.flags_of(case),
        "many": _many(case),
        **ties(case, request.actor),
        "area": shown.area_words(case.area_id, steps=9),
        "office": shown.office_name(case.office_id),
        "turn": shown.office_name(engine.whose_turn(case)),
        "subject": shown.office_name(case.subject_id),
        "lead": shown.person_now(case, case.lead_id, engine.today(at)),
        "handler": shown.person_now(case, case.handler_id, engine.today(at)),
        "channel": labels.CHANNELS[case.filing.channel],
        "questions": {question["code"]: question for question in node.questions} if node else {},
    }


def _many(case: Case) -> dict[str, Any] | None:
    """Of a joint matter: about how many bring it, and how many speak for them. Never who."""
    known = known_to_office(case)
    return {"band": band_words(known.band), "speakers": known.speakers} if known else None


def _merged_into(case: Case) -> dict[str, str] | None:
    """The matter that goes on in the place of this one."""
    if case.merged_into is None:
        return None
    number = case.merged_into
    name = case.filing.reference if number == 1 else f"{case.filing.reference}/{number}"
    return {"reference": name, "url": reverse("desk:case", args=[case.filing.reference, number])}


def _clocks(procedure: Procedure, state: CaseState, at: datetime) -> list[dict[str, Any]]:
    """The clocks under way, each by name, day and shape."""
    today = engine.today(at)
    found = []
    for code, clock in state.clocks.items():
        if not clock.active:
            continue
        shape = "paused" if clock.paused_on else "late" if today > clock.due_on else "in_time"
        if shape == "in_time" and clock.warn_on and today >= clock.warn_on:
            shape = "soon"
        rule = procedure.clocks[code]
        found.append(
            {
                "name": rule.for_staff,
                "clock": shape,
                "due_on": clock.due_on,
                "days": abs((clock.due_on - today).days) if shape != "paused" else None,
                "provisional": is_provisional(calendar(), clock.due_on),
                "resident": rule.waits_for == "resident",
                "extended": clock.extended,
                "announced": bool(rule.announces) and today <= clock.due_on,
            }
        )
    return found


def _body(request: DeskRequest, case: Case, content: Opened) -> dict[str, Any]:
    """The content where it may be shown; else how to ask for it. Routing, joint offices and looks in any case."""
    looks = shown.looks(content.content.looks if content.content else looks_of(case))
    context: dict[str, Any] = {
        "content": content.content,
        "look_why": words.LOOK_REASONS.get(content.why),
        "look_reasons": [(code, words.LOOK_REASONS[code]) for code in reasons(request)],
        "looks": looks,
        "looks_in_all": sum(look["times"] for look in looks),
        "joint": [shown.office_name(office) for office in worklists.joint_offices_of(case)],
        "route": case.route,
        "near": [shown.office_name(UUID(office)) for office in case.route.get("near", [])],
        "has_contact": may_reach(case),
        "page_url": shown.address(case),
    }
    if may_become_page(case, request.actor):
        context["page_of_answer"] = shown.address(case, "page_of_answer")
    if content.content is not None:
        context.update(told(case, content.content))
        events: list[Any] = content.content.events
        context["came"] = shown.came(
            (one.code, one.office, one.at, one.reason) for one in still_standing(events)
        )
    else:
        events = entries = worklists.entries_since(case, 0)
        context["history"] = shown.meanwhile(case, entries)[::-1]
        context["came"] = shown.came((one.code, one.office_id, one.at, "") for one in still_standing(entries))
    context["undo"] = offer(request, case, events)
    return context


def told(case: Case, content: CaseFile) -> dict[str, Any]:
    """What was written on a case, ready to be shown."""
    node = categories().get(case.category_id)
    asked = {question["code"]: question for question in node.questions} if node else {}
    extra = [
        {"name": asked[code]["name"], "text": in_words(asked[code], value)}
        for code, value in content.answers_to_questions.items()
        if code in asked and value not in (None, "")
    ]
    return {
        "content": content,
        "extra": extra,
        "photos": [_photo(case, one) for one in content.files],
        "messages_told": [
            {
                "at": m.at,
                "kind": m.kind,
                "name": words.MESSAGES[m.kind],
                "office": shown.office_name(m.office),
                "text": m.text,
            }
            for m in content.messages
        ],
        "answers": [answer_shown(one) for one in content.answers],
        "letters": content.letters[::-1],
        "history": shown.history(case, content.events),
        "earlier": content.earlier,
    }


def _photo(case: Case, one: ReadFile) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": shown.address(case, "file", one.id),
        "picture_url": shown.address(case, "picture", one.id) if is_picture(one) else "",
        "name": one.name,
        "size": f"{one.size / 1e6:.1f} MB" if one.size >= 100_000 else f"{max(1, one.size // 1000)} kB",
        "original": one.original,
    }


def answer_shown(answer: ReadAnswer) -> dict[str, Any]:
    """A sent answer with its letter's routes, and what the resident said of it."""
    return {
        "answer": answer,
        "decision": labels.DECISIONS[answer.decision],
        "office": shown.office_name(answer.office),
        "routes": [
            {**route, "until_on": date.fromisoformat(route["until_on"]) if route.get("until_on") else None}
            for route in answer.letter.get("routes", [])
        ],
    }


def _sent(case: Case, sent: Sent) -> dict[str, Any]:
    """A form that came back, and what happened since the page that it was sent from."""
    if sent.form is not None:
        sent.form.seen_now(case)
    changed = sent.changed_since is not None
    entries = worklists.entries_since(case, sent.changed_since or 0) if changed else []
    return {
        "sent": sent,
        "changed": changed,
        "meanwhile": shown.meanwhile(case, entries),
        "problems": sent.problems,
    }


def _moves(
    request: DeskRequest, now: list[Move], case: Case, sent: Sent, content: CaseFile | None
) -> list[dict[str, Any]]:
    """The moves that may be made now, each with its form; answers have a page of their own."""
    found: list[dict[str, Any]] = []
    for move in now:
        if move.effect in ANSWER_EFFECTS:
            continue
        mine = sent.code == move.code and sent.form is not None
        code = f"{MOVE}{move.code}"
        texts = texts_of(content, code)
        form = sent.form if mine and sent.form else MoveForm(move, case, start=texts)
        found.append(
            {
                "name": move.name,
                "code": move.code,
                "url": shown.address(case, "move", move.code),
                "form": form,
                "draft": part(request, case, code, content, form, sent=mine),
                "open": mine or bool(texts),
                "left": move.limit - case.counts.get(move.code, 0) if move.limit else None,
                "pressed": _pressed(case, move),
                "sends": engine.procedure_of(case).letter_of(move.code) is not None,
                "basis": move.basis,
                "effect": move.effect,
            }
        )
    return found


def _pressed(case: Case, move: Move) -> dict[str, Any] | None:
    """Of a move that leads on by itself once its limit is reached: how often it was made, where the last one leads."""
    procedure = engine.procedure_of(case)
    if not move.then:
        return None
    done, follows = case.counts.get(move.code, 0), procedure.moves[move.then]
    stage = procedure.stages[follows.target(case.stage)]
    return {"done": done, "limit": move.limit, "last": done + 1 >= move.limit, "stage": stage.for_staff}


def _left_over(sent: Sent, offered: list[str]) -> list[str]:
    """What was typed for a move that can no longer be made, so that it can be copied."""
    if sent.form is None or sent.code in (*offered, NOTE) or sent.code.startswith(KEEPING):
        return []
    given = sent.form.data if sent.form.is_bound else sent.form.initial
    typed = [str(given.get(name) or "") for name in sent.form.fields if name not in ("seen", "office")]
    return [text for text in typed if text.strip()]


def _note(request: DeskRequest, case: Case, sent: Sent, content: CaseFile | None) -> SeenForm | None:
    if not may(request.actor, "case.work"):
        return None
    if sent.code == NOTE and sent.form is not None:
        return sent.form
    return NoteForm(initial={**texts_of(content, NOTE), "seen": case.seq}, auto_id="note-%s")
