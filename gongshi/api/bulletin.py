"""What offices say to many at once, for programs: answer pages, outages and works, reception days.

The same reads as the pages' (`gongshi.bulletin`). Of a reception day nothing says whether a time of it is taken: before
the day that is nobody's to know. See docs/guides/api.md.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import P, PathEx, Query, Router, Schema
from pydantic import Field

from gongshi.api.caching import keep
from gongshi.api.lists import CODE, MOST, USUAL, beneath, codes_of, cut, office_code
from gongshi.api.problems import Problem
from gongshi.api.published import Words
from gongshi.bulletin.disruptions import (
    Known,
    changes_shown,
    disruption_shown,
    is_overdue,
    shown_now,
    state_of,
    tells,
)
from gongshi.bulletin.models import DisruptionRevision, PageRevision
from gongshi.bulletin.queries import PageNotFound, page_shown, pages_shown
from gongshi.bulletin.receptions import Day, day_shown, days_ahead, hours_of, is_bookable
from gongshi.places.queries import areas, the_place
from gongshi.routing.queries import categories

router = Router(tags=["bulletin"])
LISTED = dict.fromkeys((400, 422, 429), Problem)
ONE = {**LISTED, 404: Problem}
PARTS = ("bring", "where", "hours", "fee", "basis")
STATES = ("running", "planned", "over")
Code = PathEx[str, P(pattern=CODE)]


class AnswerOut(Schema):
    """A question with its answer. Parts that the office left out are null. ``areas`` none: everywhere."""

    code: str
    question: Words
    answer: Words
    bring: Words | None
    where: Words | None
    hours: Words | None
    fee: Words | None
    basis: Words | None
    office: str | None
    category: str | None
    areas: list[str]
    review_by: date | None
    page: str


class AnswersOut(Schema):
    """Answer pages by code."""

    items: list[AnswerOut]
    next: str | None


class ChangeOut(Schema):
    """What was told at a time: "announced", "changed", "over" or "resumed", with the times as they were then."""

    change: str
    at: datetime
    begins_at: datetime
    expected_until: datetime | None
    over_at: datetime | None


class NoticeOut(Schema):
    """An outage or works. ``overdue``: it should be over as far as it says. ``areas`` none: everywhere.

    ``tells``: one can be told of its end.
    """

    code: str
    title: Words
    text: Words | None
    state: Literal["running", "planned", "over"]
    overdue: bool
    tells: bool
    begins_at: datetime
    expected_until: datetime | None
    over_at: datetime | None
    office: str | None
    categories: list[str]
    areas: list[str]
    page: str


class NoticesOut(Schema):
    """What is out now, what will be, and what is over since a few days; in this order."""

    items: list[NoticeOut]
    next: None


class NoticeWithChangesOut(NoticeOut):
    """One of them, with everything that was told of it, the oldest first."""

    changes: list[ChangeOut]


class HourOut(Schema):
    """An hour of the place's clock in which times can be asked for: all are listed, whatever is taken."""

    hour: int
    times: int


class ReceptionOut(Schema):
    """A day on which an office receives. ``receiver``: their title. ``kept``: of its ``slots``, for whoever just comes.

    ``hours``: in which a time can be booked; none where none can be any more. ``moved_from``, ``reason``: of the last
    change.
    """

    id: UUID
    office: str | None
    receiver: Words
    place: Words
    begins_at: datetime
    ends_at: datetime
    minutes: int
    slots: int
    kept: int
    bookable: bool
    hours: list[HourOut]
    called_off: bool
    moved_from: datetime | None
    reason: Words | None
    page: str


class ReceptionsOut(Schema):
    """The days ahead, the next first, also those that were called off."""

    items: list[ReceptionOut]
    next: None


class AnswersWanted(Schema):
    """Which answer pages. A code that there is not finds nothing."""

    category: str | None = Field(None, pattern=CODE, description="with all beneath it")
    office: str | None = Field(None, pattern=CODE)
    after: str | None = Field(None, pattern=CODE, description="as in next")
    limit: int = Field(USUAL, ge=1, le=MOST)


@router.get("/answers", response={200: AnswersOut, **LISTED}, url_name="answers")
def answers(request: HttpRequest, response: HttpResponse, wanted: Query[AnswersWanted]) -> dict[str, Any]:  # noqa: ARG001
    """Answer pages by code. Their words are searched at ``/api/v1/search``."""
    keep(response, forever=False)
    found = pages_shown().prefetch_related("page__areas")
    if wanted.category:
        found = found.filter(page__category__in=beneath(wanted.category, categories().values()))
    if wanted.office:
        found = found.filter(page__office__code=wanted.office)
    if wanted.after:
        found = found.filter(page__code__gt=wanted.after)
    rows = list(found[: wanted.limit + 1])
    shown, following = cut(rows, wanted.limit, "/api/v1/answers", wanted.dict(), after="page.code")
    return {"items": [_answer(row) for row in shown], "next": following}


@router.get("/answers/{code}", response={200: AnswerOut, **ONE}, url_name="answer")
def answer(request: HttpRequest, response: HttpResponse, code: Code) -> dict[str, Any]:  # noqa: ARG001
    """One answer page. What was withdrawn is not there, like what never was."""
    keep(response, forever=False)
    try:
        return _answer(page_shown(code))
    except PageNotFound as error:
        raise Http404 from error


def _answer(shown: PageRevision) -> dict[str, Any]:
    page = shown.page
    category = categories().get(page.category_id) if page.category_id else None
    return {
        "code": page.code,
        "question": shown.question,
        "answer": shown.answer,
        **{part: getattr(shown, part) or None for part in PARTS},
        "office": office_code(page.office_id),
        "category": category.code if category else None,
        "areas": codes_of((area.id for area in page.areas.all()), areas()),
        "review_by": shown.review_by,
        "page": reverse("public:answer", args=[page.code]),
    }


@router.get("/notices", response={200: NoticesOut, **LISTED}, url_name="notices")
def notices(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """Outages and works: what runs, what is planned, what is over since a few days."""
    keep(response, forever=False)
    at = timezone.now()
    return {"items": [_notice(one, at) for state in STATES for one in shown_now(at, state)], "next": None}


@router.get("/notices/{code}", response={200: NoticeWithChangesOut, **ONE}, url_name="notice")
def notice(request: HttpRequest, response: HttpResponse, code: Code) -> dict[str, Any]:  # noqa: ARG001
    """One of them, however long it is over, with every change of its times."""
    keep(response, forever=False)
    at = timezone.now()
    try:
        known = disruption_shown(code, at)
    except PageNotFound as error:
        raise Http404 from error
    return {**_notice(known, at), "changes": [_change(row) for row in changes_shown(known.row)]}


def _notice(known: Known, at: datetime) -> dict[str, Any]:
    row = known.row
    return {
        "code": row.code,
        "title": known.words.title,
        "text": known.words.text or None,
        "state": state_of(row, at),
        "overdue": is_overdue(row, at),
        "tells": tells(row, at),
        "begins_at": row.begins_at,
        "expected_until": row.expected_until,
        "over_at": row.over_at,
        "office": office_code(row.office_id),
        "categories": codes_of(known.categories, categories()),
        "areas": codes_of(known.areas, areas()),
        "page": reverse("public:disruption", args=[row.code]),
    }


def _change(row: DisruptionRevision) -> dict[str, Any]:
    names = ("change", "begins_at", "expected_until", "over_at")
    # As on the page: nobody could read of it before it was shown.
    return {**{name: getattr(row, name) for name in names}, "at": max(row.at, row.shown_from)}


@router.get("/receptions", response={200: ReceptionsOut, **LISTED}, url_name="receptions")
def receptions(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """The reception days ahead, with the hours in which a time can be asked for."""
    keep(response, forever=False)
    at = timezone.now()
    return {"items": [reception_out(day, at) for day in days_ahead(at)], "next": None}


@router.get("/receptions/{reception}", response={200: ReceptionOut, **ONE}, url_name="reception")
def reception(request: HttpRequest, response: HttpResponse, reception: PathEx[UUID, P()]) -> dict[str, Any]:  # noqa: ARG001
    """One of them; not there any more when its day is over."""
    keep(response, forever=False)
    at = timezone.now()
    try:
        return reception_out(day_shown(reception, at), at)
    except PageNotFound as error:
        raise Http404 from error


def reception_out(day: Day, at: datetime) -> dict[str, Any]:
    """A day as `ReceptionOut` has it: alike whether anything is booked or not."""
    row, zone = day.row, the_place().zone
    bookable = is_bookable(row, at)
    hours = hours_of(row) if bookable else {}
    return {
        "id": row.id,
        "office": office_code(row.office_id),
        "receiver": day.words.receiver,
        "place": day.words.place,
        "begins_at": row.begins_at.astimezone(zone),
        "ends_at": day.ends_at.astimezone(zone),
        "minutes": row.minutes,
        "slots": row.slots,
        "kept": day.kept,
        "bookable": bookable,
        "hours": [{"hour": hour, "times": len(positions)} for hour, positions in hours.items()],
        "called_off": row.called_off_at is not None,
        "moved_from": day.moved_from,
        "reason": day.words.reason or None,
        "page": reverse("public:reception", args=[row.id]),
    }
