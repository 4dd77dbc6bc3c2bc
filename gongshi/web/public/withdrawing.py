"""Withdrawing, erasing, and changing one's mind: for one matter, and for the whole filing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongshi.cases import engine
from gongshi.cases.actions.erasure import (
    WITHDRAWN,
    erased_from,
    keep_after_all,
    keep_all,
    withdraw,
    withdraw_all,
)
from gongshi.cases.actions.moves import Changed
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, case_of, cases_of
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import Visitor, resident
from gongshi.rules.procedure import RefusedError
from gongshi.web.limits import too_many, wait_for
from gongshi.web.public.visits import with_visit

CONFLICT = 409
View = Callable[..., HttpResponse]


def counted(view: View) -> View:
    """A step in one's own filing is counted with the others that are written there, before anything is looked up."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = wait_for("writing", request) if request.method == "POST" else 0
        return too_many(request, wait) if wait else view(request, *args, **kwargs)

    return limited


def found_case(visitor: Visitor, number: int) -> Case:
    """The filing's matter. Raises Http404."""
    try:
        return case_of(visitor.filing, number)
    except NotFound:
        raise Http404 from None


def leaving(case: Case, can_return: bool) -> dict[str, Any] | None:
    """A withdrawn matter for its page: the day it goes and the last one to change one's mind; None for any other."""
    if case.outcome != WITHDRAWN:
        return None
    return {"erase_on": case.erase_on, "until": last_day(case.erase_on), "can_return": can_return}


def last_day(erase_on: date | None) -> date | None:
    """The last day on which nothing is gone yet."""
    return erase_on - timedelta(days=1) if erase_on else None


def _asking(
    request: HttpRequest, visitor: Visitor, at: datetime, cases: list[Case], **more: Any
) -> HttpResponse:
    erase_on = erased_from(at)
    context = {
        "filing": visitor.filing,
        "erase_on": erase_on,
        "until": last_day(erase_on),
        "withdrawn": all(case.outcome == WITHDRAWN for case in cases),
        "last_one": len(cases) == len(cases_of(visitor.filing)),
        **more,
    }
    return render(
        request, "public/filing/withdraw.html", context, status=CONFLICT if more.get("changed") else 200
    )


def _done(address: str, action: Callable[[], object]) -> HttpResponse | None:
    """Do it and see the page again; None when something happened in the meantime."""
    try:
        action()
    except (Changed, RefusedError, Erased):
        return None
    response = redirect(address)
    response.status_code = 303
    return response


@with_visit
@counted
def withdraw_case(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Ask once more, with the choice between withdrawing and erasing; and do it."""
    case, address = found_case(visitor, number), reverse("public:case", args=[number])
    back: HttpResponse = redirect(address)
    if case.erase_on is not None:
        return back
    who, erase = resident(visitor), request.POST.get("content") == "erase"
    changed = False
    if request.method == "POST":
        done = _done(address, lambda: withdraw(case, erase=erase, actor=who, at=at))
        if done:
            return done
        case, changed = found_case(visitor, number), True
    moves = [move for move in engine.moves_for(case, who, at) if move.effect == "withdraw"]
    if not moves and case.outcome != WITHDRAWN:
        return back
    return _asking(request, visitor, at, [case], case=case, address=address, changed=changed)


@with_visit
@counted
def keep_case(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Change one's mind. ``then``: "work" to go on with it, "keep" to keep what was written and no more."""
    if request.method != "POST":
        raise Http404
    case, address = found_case(visitor, number), reverse("public:case", args=[number])
    work = request.POST.get("then") != "keep"
    done = _done(address, lambda: keep_after_all(case, actor=resident(visitor), at=at, work=work))
    return done or redirect(address)


@with_visit
@counted
def withdraw_filing(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:
    """The same for all matters of the filing together."""
    address, changed = reverse("public:filing"), False
    if request.method == "POST":
        erase = request.POST.get("content") == "erase"
        done = _done(
            address, lambda: withdraw_all(visitor.filing, erase=erase, actor=resident(visitor), at=at)
        )
        if done:
            return done
        changed = True
    cases = cases_of(visitor.filing)
    if all(case.erase_on is not None for case in cases):
        return redirect(address)
    return _asking(request, visitor, at, cases, address=address, changed=changed)


@with_visit
@counted
def keep_filing(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:
    """Change one's mind about every withdrawn matter."""
    if request.method != "POST":
        raise Http404
    address = reverse("public:filing")
    done = _done(address, lambda: keep_all(visitor.filing, actor=resident(visitor), at=at))
    return done or redirect(address)
