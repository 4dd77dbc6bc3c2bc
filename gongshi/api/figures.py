"""How offices answer, in numbers: what was released of months and quarters, and what is computed from it alone.

The same as on /figures/ and in the open data; nothing is counted here. What each number is: docs/figures.md.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import P, PathEx, Router, Schema

from gongshi.accounts.queries import offices
from gongshi.api.caching import keep
from gongshi.api.problems import Problem
from gongshi.api.published import Words
from gongshi.figures.definitions import definitions
from gongshi.figures.periods import Month, Quarter
from gongshi.figures.quality import Group, quality_board
from gongshi.figures.released.quarters import released_quarters
from gongshi.figures.released.queries import released, released_months
from gongshi.figures.released.tables import Line, Tables
from gongshi.figures.shown.answers import Said
from gongshi.figures.told import line_told, sample_told, share_told
from gongshi.places.queries import areas
from gongshi.routing.queries import categories
from gongshi.rules.disclosure import ALL, AREA, CATEGORY, OFFICE

router = Router(tags=["figures"])
MONTH, QUARTER = r"^\d{4}-(0[1-9]|1[0-2])$", r"^\d{4}-Q[1-4]$"
CODE = r"^([A-Za-z0-9_-]{1,60}|-)$"
NO_PLACE = "-"
"""In an address, for cases without any place."""
LISTED = dict.fromkeys((400, 429), Problem)
ONE = dict.fromkeys((400, 404, 422, 429), Problem)
Named = Mapping[str, Mapping[str, str]]


class DefinitionOut(Schema):
    """What is counted, as changed on a day. ``words``: what changed."""

    code: str
    changed_on: date
    words: Words


class DefinitionsOut(Schema):
    """All of them, the newest first."""

    items: list[DefinitionOut]
    next: None


class MonthsOut(Schema):
    """Released months, the newest first, as in 2026-10."""

    items: list[str]
    next: None


class QuartersOut(Schema):
    """Released quarters, the newest first, as in 2026-Q3."""

    items: list[str]
    next: None


class ShareOut(Schema):
    """``count`` of ``of``, from 0 to 1, with the Wilson interval of 95 %."""

    count: int
    of: int
    share: float
    low: float
    high: float


class PointOut(Schema):
    """The share that still waits after so many days, with its band of 95 %."""

    days: int
    share: float
    low: float
    high: float


class AdjustedOut(Schema):
    """On time at the same mix of categories: the ``difference`` from what the place does, with its interval.

    ``of`` due cases, which are the part ``coverage`` of all the office's. Who is in one ``group`` cannot be told apart;
    1 is the lowest.
    """

    of: int
    coverage: float
    share: float
    expected: float
    difference: float
    low: float
    high: float
    group: int


class LineOut(Schema):
    """An office, a category, an area, or all together. Counts that are null are withheld; so is an empty curve.

    ``code`` and ``name`` are null for all together, and for cases without any place. ``why``: of each share, of
    ``median_days`` and of ``adjusted`` that is null. ``adjusted`` is of offices alone.
    """

    code: str | None
    name: Words | None
    counts: dict[str, int | None]
    shares: dict[str, ShareOut | None]
    median_days: int | None
    curve: list[PointOut]
    adjusted: AdjustedOut | None
    why: dict[str, str]


class MonthOut(Schema):
    """A month as it stood on the day ``as_of``; it never changes. In the order of codes: that is no ranking."""

    month: str
    as_of: date
    threshold: int
    definition: str
    total: LineOut | None
    offices: list[LineOut]
    categories: list[LineOut]
    areas: list[LineOut]


class SaidOut(Schema):
    """``yes`` of those who said yes or no; ``silent`` of all."""

    yes: ShareOut | None
    silent: ShareOut | None


class ThreeOut(Schema):
    """What residents say of answers: three that are only told together."""

    in_all_parts: SaidOut
    promises_kept: SaidOut
    reopened_within_60_days: ShareOut | None


class GroupOut(Schema):
    """An office or a category; null where it is withheld, or where there is nothing to be a share of.

    ``withheld``: which of its three shares.
    """

    code: str
    name: Words | None
    cases: int | None
    shares: ThreeOut | None
    withheld: list[str]


class KappaOut(Schema):
    """Cohen's kappa with its interval, each from -1 to 1."""

    value: float
    low: float
    high: float


class QuestionOut(Schema):
    """One question, over answers that both readers read. Null: there is nothing to be a share of, or no kappa."""

    code: str
    yes: ShareOut | None
    cannot_tell: ShareOut | None
    alike: ShareOut | None
    kappa: KappaOut | None


class OfficeQuestionOut(Schema):
    """One question, over one office's answers."""

    code: str
    yes: ShareOut | None


class OfficeReadOut(Schema):
    """An office with enough answers in the sample."""

    office: str
    name: Words | None
    read: int
    questions: list[OfficeQuestionOut]


class SampleOut(Schema):
    """What two readers from outside said of ``size`` answers, drawn by the public ledger's ``batch``.

    ``state``: "reading" until ``closes_on`` at the latest; then "few" (fewer than ``threshold`` were read by both) or
    "read", as of the day ``as_of``. ``withheld``: whether an office with answers among them is not told alone, as it
    has too few of them, or as that would tell how many matters others had.
    """

    state: Literal["reading", "few", "read"]
    size: int
    batch: int
    closes_on: date
    as_of: date | None = None
    threshold: int | None = None
    read: int | None = None
    questions: list[QuestionOut] = []
    offices: list[OfficeReadOut] = []
    withheld: bool | None = None


class QuarterOut(Schema):
    """How good the answers of a quarter were, as it stood on the day ``as_of``; it never changes.

    ``threshold``: from so many matters a row is told; ``counts_from``: from so many on each count in it is, null for
    quarters that were released before counts were withheld one by one. ``sample``: what outside readers said of some
    of them; null where none was drawn, or where so little of the quarter is told that the sample's size would give away
    how many matters there were.
    """

    quarter: str
    as_of: date
    threshold: int
    counts_from: int | None
    offices: list[GroupOut]
    categories: list[GroupOut]
    sample: SampleOut | None


@router.get("/figures", response={200: MonthsOut, **LISTED}, url_name="figures")
def months(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The months whose figures were released."""
    keep(response, forever=False)
    return {"items": [str(month) for month in released_months()], "next": None}


@router.get("/figures/answers", response={200: QuartersOut, **LISTED}, url_name="figures_quarters")
def quarters(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The quarters of which it was released how good answers were."""
    keep(response, forever=False)
    return {"items": [str(quarter) for quarter in released_quarters()], "next": None}


@router.get("/figures/answers/{quarter}", response={200: QuarterOut, **ONE}, url_name="figures_quarter")
def one_quarter(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    quarter: PathEx[str, P(pattern=QUARTER)],
) -> dict[str, Any]:
    """How good the answers of one quarter were, as those say who got them."""
    try:
        board = quality_board(Quarter.parse(quarter))
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if board is None:
        raise Http404
    keep(response, forever=False)
    return {
        "quarter": quarter,
        "as_of": board.on,
        "threshold": board.threshold,
        "counts_from": board.counts_from,
        "offices": [_group(one) for one in board.offices],
        "categories": [_group(one) for one in board.categories],
        "sample": board.sample and sample_told(board.sample),
    }


@router.get("/figures/definitions", response={200: DefinitionsOut, **LISTED}, url_name="figures_definitions")
def definition_list(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """What is counted, dated; each month names its own."""
    keep(response, forever=False)
    rows = [
        {"code": one.code, "changed_on": one.changed_on, "words": one.words}
        for one in reversed(definitions())
    ]
    return {"items": rows, "next": None}


@router.get("/figures/{month}", response={200: MonthOut, **ONE}, url_name="figures_month")
def one_month(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    month: PathEx[str, P(pattern=MONTH)],
) -> dict[str, Any]:
    """The figures of one month, by office, by category and by area."""
    tables = _tables(month)
    keep(response, forever=False)
    total = tables.line(ALL)
    head = {name: getattr(tables, name) for name in ("as_of", "threshold", "definition")}
    return {
        **head,
        "month": month,
        "total": _line(total, tables, {}) if total else None,
        **{name: _lines(tables, table) for name, table in TABLES.items()},
    }


@router.get("/figures/{month}/{table}/{code}", response={200: LineOut, **ONE}, url_name="figures_line")
def one_line(
    request: HttpRequest,  # noqa: ARG001
    response: HttpResponse,
    month: PathEx[str, P(pattern=MONTH)],
    table: Literal["offices", "categories", "areas"],
    code: PathEx[str, P(pattern=CODE)],
) -> dict[str, Any]:
    """One office, category or area in one month; of areas, - is for cases without any place."""
    tables, by = _tables(month), TABLES[table]
    wanted = "" if by == AREA and code == NO_PLACE else code
    line = tables.line(by, **{by: wanted}) if wanted or by == AREA else None
    if line is None:
        raise Http404
    keep(response, forever=False)
    return _line(line, tables, _names(by))


TABLES = {"offices": OFFICE, "categories": CATEGORY, "areas": AREA}


def _tables(month: str) -> Tables:
    try:
        return released(Month.parse(month))
    except (LookupError, ValueError) as error:
        raise Http404 from error


def _names(table: str) -> Named:
    """Those too that are no longer: months keep them."""
    nodes: dict[str, Iterable[Any]] = {
        OFFICE: offices().everything.values(),
        CATEGORY: categories().everything.values(),
        AREA: areas().everything.values(),
    }
    return {node.code: node.name for node in nodes[table]}


def _lines(tables: Tables, table: str) -> list[dict[str, Any]]:
    names = _names(table)
    return [_line(line, tables, names) for line in tables.of(table)]


def _line(line: Line, tables: Tables, names: Named) -> dict[str, Any]:
    code = line.office or line.category or line.area or None
    return {"code": code, "name": names.get(code) if code else None, **line_told(line, tables)}


def _group(group: Group) -> dict[str, Any]:
    three = group.shares
    return {
        "code": group.code,
        "name": group.name or None,
        "cases": group.cases.value,
        "shares": three
        and {
            "in_all_parts": _said(three.in_all_parts),
            "promises_kept": _said(three.promises_kept),
            "reopened_within_60_days": share_told(three.reopened),
        },
        "withheld": three.withheld if three else (),
    }


def _said(said: Said) -> dict[str, Any]:
    return {"yes": share_told(said.yes), "silent": share_told(said.silent)}
