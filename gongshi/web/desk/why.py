"""What may I do, and why: on a case that somebody may see each of its moves, and in general each right of their roles.

Nothing here speaks of a case that somebody may not see: such a case has no page, and the general page knows no cases.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongshi.accounts.queries import offices
from gongshi.accounts.rights import ROLES, TABLE, Right, may
from gongshi.cases import engine
from gongshi.cases.models import Case
from gongshi.rules.procedure import Move, Procedure
from gongshi.web.desk import shown, words
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.contents import case_for
from gongshi.words import in_language, say

YES, NO = say("可以", "Yes"), say("不可以", "No")
# What the rights say of a case beside its procedure's moves.
BESIDE_MOVES = ("case.read", "case.work")


@staff_page("GET")
def rights(request: DeskRequest) -> HttpResponse:
    """Every right there is, whether this person holds it in each of their offices, and by which role."""
    held = [
        {
            "office": offices()[actor.office_id].name,
            "roles": [name for role, name in ROLES.items() if role in actor.roles],
            "here": actor.office_id == request.actor.office_id,
        }
        for actor in request.actors
    ]
    columns = [{"name": say("权利", "Right")}, {"name": say("您", "You")}, {"name": say("哪些角色", "Roles")}]
    columns.append({"name": say("用来做什么", "What it is for")})
    rows = [
        [right.name, YES if may(request.actor, right.code) else NO, _roles(right), right.purpose]
        for right in TABLE
    ]
    context = {"held": held, "columns": columns, "rows": rows, **desk(request)}
    return render(request, "desk/rights.html", context)


def _roles(right: Right) -> str:
    return str(say("、", ", ")).join(in_language(name) for role, name in ROLES.items() if role in right.roles)


@staff_page("GET")
def case(request: DeskRequest, reference: str, number: int) -> HttpResponse:
    """Each move of the case's procedure: it may be made now, or everything that keeps this person from it."""
    found = case_for(request, reference, number)
    at, clocks = timezone.now(), list(found.clocks.all())
    procedure = engine.procedure_of(found)
    moves = [
        _move(procedure, move, codes)
        for move, codes in engine.moves_explained(found, request.actor, at, clocks)
    ]
    context = {
        "reference": shown.reference_of(found),
        "case_url": shown.address(found),
        "category": shown.category_name(found),
        "stage": shown.stage_name(found),
        "place": _place(found, request),
        "roles": [name for role, name in ROLES.items() if role in request.actor.roles],
        "can": [one for one in moves if not one["why"]],
        "cannot": [one for one in moves if one["why"]],
        "beside": [
            {"name": right.name, "yes": may(request.actor, right.code), "roles": _roles(right)}
            for right in TABLE
            if right.code in BESIDE_MOVES
        ],
        **desk(request),
    }
    return render(request, "desk/why.html", context)


def _place(found: Case, request: DeskRequest) -> Any:
    """How the office that somebody acts for stands to the case."""
    own = request.actor.office_id
    if found.office_id == own:
        return say("这件事在您的单位。", "The case is with your office.")
    if own in offices()[found.office_id].supervisors:
        return say("这件事在您的下级单位。", "The case is with an office below yours.")
    return say("您的单位受邀一起办这件事。", "Your office was asked to join in this case.")


def _move(procedure: Procedure, move: Move, codes: tuple[str, ...]) -> dict[str, Any]:
    return {"name": move.name, "basis": move.basis, "why": [_why(procedure, move, code) for code in codes]}


def _why(procedure: Procedure, move: Move, code: str) -> str:
    """One obstacle in words: whose move it is, in which stages, or what the rules say."""
    comma = str(say("、", ", "))
    if code == "not_allowed":
        whose = comma.join(in_language(words.MOVERS[role]) for role in move.by if role in words.MOVERS)
        return str(say("这一步由{whose}做。", "This step is made by {whose}.")).format(whose=whose)
    if code == "not_here":
        stages = [in_language(s.for_staff) for s in procedure.stages.values() if s.code in move.sources]
        text = say("只在这些环节能做：{stages}。", "It can be made only in: {stages}.")
        return str(text).format(stages=comma.join(stages))
    return str(words.REFUSALS[code])
