"""Undo: offered where the step that was just made can be taken back, also to whom the case went out of sight by it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from gongshi.cases.actions.companions import undo_for_all
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Case, UndoPoint
from gongshi.cases.queries import NotFound
from gongshi.cases.undo_points import case_to_undo, may_undo, point_of
from gongshi.rules.procedure import RefusedError, is_last
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, staff_page
from gongshi.web.desk.contents import MOST_MATTERS, case_for
from gongshi.web.desk.forms import SeenForm
from gongshi.web.desk.twins import tell_kept_from
from gongshi.words import say

GONE = "desk_undo"


@staff_page("POST")
def undo(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Undo the last step on a case. What was written with it is a draft again."""
    case = _case(request, reference, number)
    form = SeenForm(request.POST)
    form.is_valid()
    request.session.pop(GONE, None)
    try:
        undone = undo_for_all(case, actor=request.actor, at=timezone.now(), seen=form.last_seen())
    except Changed:
        messages.error(request, words.REFUSALS["undo_not_last"])
    except RefusedError as refused:
        messages.error(request, words.REFUSALS[refused.code])
    else:
        messages.success(
            request, say("已撤销，和那一步之前一样。", "Undone: it is as it was before that step.")
        )
        tell_kept_from(request, undone)
    try:
        return redirect(shown.address(case_for(request, reference, number)))
    except NotFound:
        return redirect("desk:queue")


def _case(request: DeskRequest, reference: str, number: int) -> Case:
    if number > MOST_MATTERS:
        raise NotFound
    try:
        return case_to_undo(request.actor, reference, number)
    except NotFound:
        # Not undone by whoever only sees it: told so on its page.
        return case_for(request, reference, number)


def offer(request: DeskRequest, case: Case, events: list[Any]) -> dict[str, Any] | None:
    """What the case's page offers to undo; ``events``: its history, by ``seq`` and ``code``."""
    point = point_of(case)
    if point is None or not may_undo(case, point, request.actor, timezone.now()):
        return None
    last = max(point.seqs)
    if not is_last(one.code for one in events if one.seq > last):
        return None
    done = next((one for one in events if one.seq == min(point.seqs)), None)
    return {
        "url": shown.address(case, "undo"),
        "seen": case.seq,
        "what": shown.event_text(case, done.code, done.params) if done else "",
        "until": point.until,
        "notified": bool(point.notices),
    }


def remember(request: DeskRequest, case: Case) -> None:
    """A step took the case out of somebody's sight: the queue offers to undo it, with what the session keeps."""
    point = UndoPoint.objects.filter(case=case).first()
    if point is not None and case.seq in point.seqs:
        request.session[GONE] = {
            "case": [case.filing.reference, case.number],
            "name": shown.reference_of(case),
            "seen": case.seq,
            "office": str(request.actor.office_id),
            "until": point.until.timestamp(),
        }


def offer_gone(request: DeskRequest) -> dict[str, Any] | None:
    """What the queue offers to undo. No statement."""
    kept = request.session.get(GONE)
    if (
        not kept
        or kept["until"] <= timezone.now().timestamp()
        or kept["office"] != str(request.actor.office_id)
    ):
        return None
    return {"url": reverse("desk:undo", args=kept["case"]), "seen": kept["seen"], "what": kept["name"]}
