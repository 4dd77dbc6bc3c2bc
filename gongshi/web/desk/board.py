"""A supervisor's board: causes that wait for one decision each, and the lists behind them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.queries import office_by_code, offices
from gongshi.accounts.rights import require
from gongshi.bulletin.reviews import late_below
from gongshi.cases import worklists
from gongshi.cases.actions import supervision as actions
from gongshi.cases.actions.conversation import TextRefused
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Supervision
from gongshi.cases.queries import NotFound
from gongshi.cases.turns import supervisors_clocks
from gongshi.cases.worklists import BOARD_LISTS, BOARD_ROWS, COUNTED, TURN_LISTS, Cause
from gongshi.routing.queries import categories
from gongshi.rules.procedure import RefusedError
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import DecisionForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import in_language, say

FIRST_CAUSES = 12


@dataclass(frozen=True)
class SentDecision:
    """A decision's form that came back."""

    supervision: UUID
    form: DecisionForm
    status: int
    problem: Any = None


@staff_page("GET")
def show(request: DeskRequest) -> HttpResponse:
    """The board: everything, or with ``office`` and ``list`` in the address a part of it."""
    return _page(request, None)


@staff_page("POST")
def decide(request: DeskRequest, supervision: UUID) -> HttpResponse:
    """Press the office on every case of one cause, with one instruction."""
    require(request.actor, "case.supervise")
    found = Supervision.objects.filter(pk=supervision, supervisor=request.actor.office_id).first()
    if found is None:
        raise NotFound
    form = DecisionForm(request.POST, auto_id=f"c{supervision.hex}-%s")
    if not form.is_valid():
        return _page(request, SentDecision(supervision, form, UNTAKEN))
    given = form.cleaned_data
    try:
        done = actions.decide(
            found, given["words"], answer_by=given["answer_by"], actor=request.actor, at=timezone.now()
        )
    except Changed:
        already = say(
            "这一批已经有人决定了。您写的还在。",
            "Somebody decided this already. What you wrote is still here.",
        )
        return _page(request, SentDecision(supervision, form, CONFLICT, already))
    except (RefusedError, TextRefused) as refused:
        known = words.REFUSALS if isinstance(refused, RefusedError) else words.TEXT_FAULTS
        form.add_error("answer_by" if isinstance(refused, RefusedError) else "words", known[refused.code])
        return _page(request, SentDecision(supervision, form, UNTAKEN))
    text = say("督办要求已发到{n}件事项。", "The instruction went to {n} cases.")
    messages.success(request, str(text).format(n=done.pressed))
    if done.passed_over:
        left = say("有{n}件刚刚有了变化，没有发。", "{n} changed just now and were left out.")
        messages.warning(request, str(left).format(n=done.passed_over))
    return redirect("desk:board")


def _page(request: DeskRequest, sent: SentDecision | None) -> HttpResponse:
    require(request.actor, "board.read")
    at, office = timezone.now(), _office(request)
    name = request.GET.get("list", "")
    context = {
        "tabs": _tabs(worklists.board_counts(request.actor, at=at, office=office), name, office),
        "chosen": offices()[office] if office else None,
        "list": name if name in BOARD_LISTS else "",
        "sent": sent,
        "problems": [sent.problem] if sent and sent.problem else [],
        "page_url": reverse("desk:board") if sent else "",
        **desk(request),
    }
    if context["list"]:
        found = worklists.board_list(request.actor, name, at=at, office=office)
        binding = supervisors_clocks(found) if name in TURN_LISTS else {}
        context["rows"] = shown.rows(found[:BOARD_ROWS], at, binding)
        context["listed"] = shown.table(context["rows"], with_office=True)
        context["more"] = len(found) > BOARD_ROWS
    elif not office:
        causes = _causes(request, sent)
        loads, capped = worklists.loads(request.actor, at=at)
        context["causes"], context["more_causes"] = causes[:FIRST_CAUSES], causes[FIRST_CAUSES:]
        context["loads"] = [
            {"node": offices()[load.office], "late": load.late, "soon": load.soon} for load in loads
        ]
        context["capped"] = COUNTED if capped else None
        context["late_pages"] = [
            {"node": offices()[load.office], "load": load} for load in late_below(request.actor, at=at)
        ]
    return render(request, "desk/board.html", context, status=sent.status if sent else 200)


def _tabs(counts: dict[str, int], here: str, office: UUID | None) -> list[dict[str, Any]]:
    of = {"office": offices()[office].code} if office else {}
    return [
        {
            "name": words.BOARD[code],
            "url": f"?{urlencode({'list': code, **of})}",
            "here": code == here,
            "number": number if number <= COUNTED else f"{COUNTED}+",
        }
        for code, number in counts.items()
    ]


def _office(request: DeskRequest) -> UUID | None:
    code = request.GET.get("office", "")
    if not code:
        return None
    node = office_by_code(code)
    if node is None or request.actor.office_id not in node.supervisors:
        raise Http404
    return node.id


def _causes(request: DeskRequest, sent: SentDecision | None) -> list[dict[str, Any]]:
    found = []
    for cause in worklists.causes(request.actor):
        row = cause.supervision
        mine = sent if sent and sent.supervision == row.id else None
        found.append({**_cause(cause), "form": mine.form if mine else _form(row), "open": bool(mine)})
    if sent and sent.status == CONFLICT and not any(one["open"] for one in found):
        found.insert(0, {"gone": True, "form": sent.form, "open": True})
    return found


def _form(row: Supervision) -> DecisionForm:
    return DecisionForm(auto_id=f"c{row.id.hex}-%s")


def _cause(cause: Cause) -> dict[str, Any]:
    row = cause.supervision
    node = categories().get(row.category_id)
    return {
        "id": row.id,
        "office": shown.office_name(row.office_id),
        "category": in_language(node.name) if node else "",
        "area": shown.area_words(row.area_id),
        "week": cause.oldest.isocalendar().week if cause.oldest else "",
        "cases": cause.cases,
        "oldest_due": cause.oldest_due,
        "opened_on": cause.oldest,
    }
