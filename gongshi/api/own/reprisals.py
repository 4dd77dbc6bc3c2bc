"""Reporting by program, in one step, that one is punished or pressed because of one's own matter."""

from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from gongshi.accounts.queries import offices
from gongshi.api.filing import AGAIN, FiledOut, already_filed, filed_out, receipt_of
from gongshi.api.form.choosing import Coded
from gongshi.api.own.doing import CHANGES, REFUSALS, Number, by_visit, counted, opened, visitor_of, words_of
from gongshi.api.problems import Refusal
from gongshi.cases.actions.filing import AlreadyFiled
from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact
from gongshi.cases.intake.kept_off import server_among
from gongshi.cases.models import Case
from gongshi.cases.queries import case_of
from gongshi.cases.reprisals import reprisal_category
from gongshi.cases.routes import NobodyAbove
from gongshi.grievances.reprisals import FORM, contact_left, dealt_with, destination
from gongshi.places.queries import the_place

router = Router(tags=["own filing"])


class ReprisalOut(Schema):
    """Where a report would go. ``office``: null where nobody here may have it, so ``elsewhere`` is the way.

    ``server``: who runs this server, where the matter is theirs: whoever controls it can read what is typed.
    """

    office: Coded | None
    server: Coded | None
    has_contact: bool
    elsewhere: list[dict[str, Any]]


class ReprisalIn(Schema):
    """``draft``: of ``/drafts`` with ``form`` "reprisal". ``contact``: what was left with the first goes along."""

    draft: str = Field(max_length=400)
    language: Literal["zh", "en"]
    words: str = ""
    contact: bool = False


@router.get(
    "/filing/matters/{number}/reprisal",
    response={200: ReprisalOut, **REFUSALS},
    auth=by_visit,
    url_name="own_reprisal",
)
def own_reprisal(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Who would get the report, and that those it is about would not. Nothing is written down by asking."""
    visitor = visitor_of(request)
    case, own = opened(lambda: _dealt_with(visitor, number))
    _, route = destination(case, own, timezone.now())
    return {
        "office": offices().get(route.office) if route else None,
        "server": server_among({case.office_id}) if own is None else None,
        "has_contact": bool(visitor.filing.contact),
        "elsewhere": the_place().routes,
    }


@router.post(
    "/filing/matters/{number}/reprisal/report",
    response={200: FiledOut, 201: FiledOut, **CHANGES, **AGAIN},
    auth=by_visit,
    url_name="own_reprisal_report",
)
def own_reprisal_report(request: HttpRequest, number: Number, said: ReprisalIn) -> Status[dict[str, Any]]:
    """File the report: a filing of its own, sealed, with a receipt of its own. Nothing is written to the first one."""
    at, visitor, words = timezone.now(), visitor_of(request), words_of(said.words)
    case, own = opened(lambda: _dealt_with(visitor, number))
    receipt = receipt_of(said.draft, at, form=FORM)
    counted(request, "filing")
    contact = contact_left(visitor) if said.contact else Contact()
    try:
        filed = report_reprisal(case, words, contact, receipt=receipt, language=said.language, at=at, own=own)
    except AlreadyFiled as earlier:
        raise already_filed(earlier, receipt) from None
    except NobodyAbove:
        told = ("这里没有单位可以受理", "no office here may take it")
        raise Refusal(*told, 422, elsewhere=the_place().routes) from None
    return Status(201 if filed.created else 200, filed_out(filed, receipt, at))


def _dealt_with(visitor: Any, number: int) -> tuple[Case, Case | None]:
    if reprisal_category() is None:
        raise Http404
    return dealt_with(case_of(visitor.filing, number))
