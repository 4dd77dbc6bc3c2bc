"""A hearing at the residents' door: "I cannot come on that day", a remark on its record, and both on paper."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.accounts.queries import offices
from gongshi.cases import labels
from gongshi.cases.actions.hearings import cannot_come, remark_on_record
from gongshi.cases.hearings import KINDS
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.visiting import Visitor, own_case, resident
from gongshi.web.public.own import change, typed_words
from gongshi.web.public.visits import with_visit


@with_visit
def hearing(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Either of the two; ``form`` says which."""
    form = request.POST.get("form") or ""
    if request.method != "POST" or form not in ("away", "remark"):
        raise Http404

    def action(found: Case) -> None:
        act = cannot_come if form == "away" else remark_on_record
        act(found, typed_words(request), actor=resident(visitor), at=at)

    return change(request, visitor, at, number, form=form, action=action)


@with_visit
def paper(
    request: HttpRequest,
    visitor: Visitor,
    at: datetime,  # noqa: ARG001
    number: int,
) -> HttpResponse:
    """Notice, record and what was said of them, to be printed."""
    try:
        own = own_case(visitor, number)
    except (NotFound, Erased):
        raise Http404 from None
    told = [
        {"message": one, "name": labels.MESSAGES[one.kind]} for one in own.file.messages if one.kind in KINDS
    ]
    if not told:
        raise Http404
    context = {
        "filing": visitor.filing,
        "case": own.case,
        "office": offices().get(own.case.office_id),
        "told": told,
    }
    return render(request, "public/filing/hearing_paper.html", context)
