"""A supervisor's board: causes that wait for one decision each, and the lists behind them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongshi.accounts.queries import office_by_code, offices
from gongshi.accounts.rights import require
from gongshi.cases import worklists
from gongshi.cases.actions import supervision as actions
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Supervision
from gongshi.cases.queries import NotFound
from gongshi.cases.worklists import BOARD_LISTS, BOARD_ROWS, COUNTED, Cause
from gongshi.routing.queries import categories
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.forms import DecisionForm
from gongshi.web.desk.moves import CONFLICT, UNTAKEN
from gongshi.words import in_language, say


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
    names = [name] if name in BOARD_LISTS else list(BOARD_LISTS)
    lists = []
    for one in names:
        found = worklists.board_list(request.actor, one, at=at, office=office)
        lists.append(
            {
                "code": one,
                "name": words.BOARD[one],
                "rows": shown.rows(found[:BOARD_ROWS] if name == one else found[:8], at),
                "number": f"{BOARD_ROWS}+" if len(found) > BOARD_ROWS else len(found),
                "more": len(found) > (BOARD_ROWS if name == one else 8),
            }
        )
    loads, capped = worklists.loads(request.actor, at=at)
    context = {
        "causes": [] if office or name else _causes(request, sent),
        "sent": sent,
        "problems": [sent.problem] if sent and sent.problem else [],
        "lists": lists,
        "list": name,
        "chosen": offices()[office] if office else None,
        "loads": [{"node": offices()[load.office], "late": load.late, "soon": load.soon} for load in loads],
        "capped": COUNTED if capped else None,
        **desk(request),
    }
    return render(request, "desk/board.html", context, status=sent.status if sent else 200)


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
    week = row.cause.rpartition(":")[2]
    return {
        "id": row.id,
        "office": shown.office_name(row.office_id),
        "category": in_language(node.name) if node else "",
        "area": shown.area_words(row.area_id),
        "week": week.rpartition("W")[2],
        "cases": cause.cases,
        "oldest_due": cause.oldest_due,
        "opened_on": cause.oldest,
    }
