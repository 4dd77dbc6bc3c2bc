"""How matters are dealt with, for programs: procedures, what can be filed under them, and when an answer is due.

A procedure and a day in, every deadline with its article out: what the page /when/ says, and as there nothing of it is
kept or stands in an address. See docs/guides/api.md.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import P, PathEx, Router, Schema
from pydantic import Field

from gongshi.api.caching import keep
from gongshi.api.lists import CODE
from gongshi.api.problems import Problem, Refusal
from gongshi.api.published import Words
from gongshi.bulletin.queries import pages_shown
from gongshi.cases.engine import promise_of
from gongshi.cases.reckoning import differing, is_reckonable, procedures_in_use
from gongshi.places.queries import calendar, local_day, the_place
from gongshi.routing.queries import CategoryNode, categories, leaves
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.rules.procedure import Procedure
from gongshi.rules.timeline import timeline
from gongshi.rules.timeline.data import as_data
from gongshi.safekeeping.limits import attempt_at

router = Router(tags=["procedures"])
LISTED = dict.fromkeys((400, 422, 429), Problem)
ONE = {**LISTED, 404: Problem}
Code = PathEx[str, P(pattern=CODE)]


class Promised(Schema):
    """Days that the place promised, "working" or "calendar"."""

    days: int
    counting: str


class ServiceOut(Schema):
    """Something that can be filed. ``sealed``: opened by the receipt and the offices on its ladder alone.

    ``about_office``: the matter has to say which. ``may_be_public``: its filer may agree to a public copy. ``page``:
    where people file it.
    """

    code: str
    name: Words
    group: str
    kind: str
    procedure: str
    door: str
    sealed: bool
    about_office: bool
    may_be_public: bool
    promise: Promised | None
    page: str


class ServicesOut(Schema):
    """Everything that can be filed here, in the place's order."""

    items: list[ServiceOut]
    next: None


class WholeServiceOut(ServiceOut):
    """One of them: the law behind it, what is asked, and the answer pages that may save filing it (codes)."""

    basis: Words | None
    questions: list[dict[str, Any]]
    answers: list[str]


class StageOut(Schema):
    """Where a matter can be. ``holder``: who must act there. ``outcome``: "" unless it ends here."""

    code: str
    name: Words
    says: Words
    holder: str
    outcome: str
    basis: Words | None
    routes: list[str]


class StepOut(Schema):
    """A step: from which stages, to which ("" : it stays), by whom."""

    code: str
    name: Words
    sources: list[str]
    to: str
    by: list[str]
    basis: Words | None


class ProcedureOut(Schema):
    """A procedure in force. ``path``: the main way through it."""

    code: str
    version: int
    kind: str
    name: Words
    says: Words
    basis: Words | None
    path: list[str]
    categories_differ: bool


class ProceduresOut(Schema):
    """The procedures in force that something can be filed under; requests first."""

    items: list[ProcedureOut]
    next: None


class WholeProcedureOut(ProcedureOut):
    """One of them, with all its stages and moves."""

    stages: list[StageOut]
    moves: list[StepOut]


class DeadlinesIn(Schema):
    """``category``: where ``categories_differ``. ``filed_on``: from 2000 on, at most two years ahead."""

    procedure: str = Field(pattern=CODE)
    category: str | None = Field(None, pattern=CODE)
    filed_on: date


class Starting(Schema):
    """A step that starts a time."""

    move: str
    name: Words
    by: list[str]


class Limit(Schema):
    """A time limit. ``binds``: whose it is; ``own_time``: a resident's right, no duty. ``basis``: the article."""

    clock: str
    name: Words
    binds: str
    own_time: bool
    days: int
    counting: str
    promised: bool
    pause_limit_days: int
    then: Words
    basis: Words | None


class Deadline(Limit):
    """One with days. ``due_on`` counts in full; ``due_at`` is its end, exclusive. ``provisional``: it may change."""

    stage: str
    run: int
    starts_on: date
    counted_from: date
    due_on: date
    due_at: datetime
    due_on_if_extended: date | None
    provisional: bool


class PassedDeadline(Deadline):
    """One that only starts when the one called ``after`` was let pass."""

    after: str


class Possible(Limit):
    """One that only starts if something happens."""

    starts_with: list[Starting]


class DeadlinesOut(Schema):
    """Every deadline of a matter filed on that day. ``provisional``: an unpublished year could change a day."""

    procedure: str
    version: int
    name: Words
    filed_on: date
    promise: Promised | None
    provisional: bool
    deadlines: list[Deadline]
    if_they_let_it_pass: list[PassedDeadline]
    only_if_it_comes_to_it: list[Possible]
    routes_open_after: list[str]


@router.get("/services", response={200: ServicesOut, **LISTED}, url_name="services")
def services(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """Everything that can be filed here."""
    keep(response, forever=False)
    return {"items": [_service(node) for node in leaves()], "next": None}


@router.get("/services/{code}", response={200: WholeServiceOut, **ONE}, url_name="service")
def service(request: HttpRequest, response: HttpResponse, code: Code) -> dict[str, Any]:  # noqa: ARG001
    """One of them."""
    keep(response, forever=False)
    node = next((one for one in leaves() if one.code == code), None)
    if node is None:
        raise Http404
    found = {one.code: one for one in procedures_in_use()}[node.procedure]
    pages = pages_shown().filter(page__category=node.id).values_list("page__code", flat=True)
    return {
        **_service(node),
        "basis": _words(found.basis),
        "questions": node.questions,
        "answers": list(pages),
    }


def _top(node: CategoryNode) -> str:
    """The code of the topmost group that it is in."""
    return categories()[node.path[-1]].code


def _service(node: CategoryNode) -> dict[str, Any]:
    return {
        "code": node.code,
        "name": node.name,
        "group": _top(node),
        "kind": node.kind,
        "procedure": node.procedure,
        "door": node.door,
        "sealed": is_sealed(node.kind),
        "about_office": is_about_an_office(node),
        "may_be_public": node.public,
        "promise": {"days": node.promise.days, "counting": node.promise.counting} if node.promise else None,
        "page": f"{reverse('public:file')}?door={node.door}",
    }


@router.get("/procedures", response={200: ProceduresOut, **LISTED}, url_name="procedures")
def procedures(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """How matters are dealt with."""
    keep(response, forever=False)
    return {"items": [_procedure(one) for one in procedures_in_use()], "next": None}


@router.get("/procedures/{code}", response={200: WholeProcedureOut, **ONE}, url_name="procedure")
def procedure(request: HttpRequest, response: HttpResponse, code: Code) -> dict[str, Any]:  # noqa: ARG001
    """One procedure: stages, who must act in each, and the steps between them."""
    keep(response, forever=False)
    found = _called(code)
    if found is None:
        raise Http404
    stages = ("code", "name", "says", "holder", "outcome", "basis")
    moves = ("code", "name", "to", "basis")
    return {
        **_procedure(found),
        "stages": [
            {**{name: getattr(one, name) for name in stages}, "routes": list(one.routes)}
            for one in found.stages.values()
        ],
        "moves": [
            {
                **{name: getattr(one, name) for name in moves},
                "sources": [code for code in found.stages if code in one.sources],
                "by": list(one.by),
            }
            for one in found.moves.values()
        ],
    }


def _called(code: str) -> Procedure | None:
    return next((one for one in procedures_in_use() if one.code == code), None)


def _procedure(one: Procedure) -> dict[str, Any]:
    names = ("code", "version", "kind", "name", "says", "basis")
    return {
        **{name: getattr(one, name) for name in names},
        "path": list(one.path),
        "categories_differ": bool(differing(one)),
    }


def _words(words: Mapping[str, str] | None) -> dict[str, str] | None:
    return dict(words) if words else None


@router.post(
    "/deadlines", response={200: DeadlinesOut, 413: Problem, 415: Problem, **LISTED}, url_name="deadlines"
)
def deadlines(request: HttpRequest, asked: DeadlinesIn) -> dict[str, Any]:
    """When must they answer? Sent as a body, so that what somebody asks about stands in no address and no log."""
    today = local_day(timezone.now())
    found = _called(asked.procedure)
    node = next((one for one in differing(found) if one.code == asked.category), None) if found else None
    errors = []
    if found is None:
        errors.append(_fault("procedure", "没有这个程序。", "There is no such procedure."))
    elif node is None and (asked.category or differing(found)):
        errors.append(_fault("category", "请选这个程序的一类。", "Choose a category of this procedure."))
    if not is_reckonable(asked.filed_on, today):
        words = ("请填2000年以后、最晚两年以后的日期。", "Give a day from 2000 on, at most two years ahead.")
        errors.append(_fault("filed_on", *words))
    if found is None or errors:
        raise Refusal("请改好再送", "put this right and send it again", 422, errors=errors)
    if wait := attempt_at("reckoning", request.META).wait:
        raise Refusal("送得太快，请稍等", "too fast: please wait", 429, wait=wait)
    told = timeline(
        found, filed_on=asked.filed_on, calendar=calendar(), promise=promise_of(node) if node else None
    )
    return as_data(told, the_place().zone)


def _fault(where: str, zh: str, en: str) -> dict[str, str]:
    return {"where": where, "code": "unknown", "zh": zh, "en": en}
