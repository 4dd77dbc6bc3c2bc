"""Published requests: `PublicCase` and no other table of cases, each with its day and its snapped point."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from gongshi.api.open311.doors import Asked, refused
from gongshi.cases.models import PublicCase
from gongshi.formats import open311
from gongshi.formats.open311 import Request
from gongshi.places.queries import areas, local_day, the_place
from gongshi.routing.queries import categories
from gongshi.words import in_language

MOST = 1_000
SPAN = timedelta(days=90)
# What the standard calls closed: nothing more is to come of the office's own accord.
CLOSED = ("answered", "closed")
STATUSES = {"open": ("open",), "closed": CLOSED}


def request_list(asked: Asked) -> bytes:
    """GET requests: those with these ids, or else those of at most 90 days, the newest first, 1,000 at most."""
    found = PublicCase.objects.select_related("category", "area", "office").order_by("-filed_on", "id")
    ids = asked.several("service_request_id")
    found = _those(found, ids) if ids else _chosen(found, asked)
    number, size = _whole(asked, "page", 1), _whole(asked, "page_size", MOST)
    start = (number - 1) * min(size, MOST)
    rows = found[start : start + min(size, MOST)]
    return open311.requests([_request(row, asked) for row in rows], asked.extension)


def _those(found: "QuerySet[PublicCase]", ids: list[str]) -> "QuerySet[PublicCase]":
    return found.filter(pk__in=[one for one in map(_public_id, ids[:MOST]) if one])


def _chosen(found: "QuerySet[PublicCase]", asked: Asked) -> "QuerySet[PublicCase]":
    first, last = _days(asked)
    found = found.filter(filed_on__gte=first, filed_on__lte=last)
    codes = asked.several("service_code")
    if codes:
        wanted = [node.id for node in categories().everything.values() if node.code in codes]
        found = found.filter(category__in=wanted)
    statuses = asked.several("status")
    for status in statuses:
        if status not in STATUSES:
            raise refused(400, "status 只能是 open 或 closed。", "status is open or closed.")
    if statuses:
        found = found.filter(state__in=[state for status in statuses for state in STATUSES[status]])
    return found


def _days(asked: Asked) -> tuple[date, date]:
    """The first and the last day. One alone reaches 90 days; two reach no farther than that."""
    first, last = _day(asked, "start_date"), _day(asked, "end_date")
    today = local_day(asked.at)
    if first is None and last is None:
        return today - SPAN, today
    if first is None:
        assert last is not None
        return last - SPAN, last
    if last is None:
        return first, min(first + SPAN, max(today, first))
    if last < first:
        raise refused(400, "end_date 早于 start_date。", "end_date is before start_date.")
    if last - first > SPAN:
        raise refused(400, "最多问90天。", "A range spans at most 90 days.")
    return first, last


def _day(asked: Asked, name: str) -> date | None:
    """The place's own day of a moment with its zone; of a date alone, that date."""
    text = asked.get(name)
    if not text:
        return None
    try:
        alone = parse_date(text)
        if alone:
            return alone
        moment = parse_datetime(text.replace(" ", "+"))
        if moment and moment.tzinfo:
            return local_day(moment)
    except (ValueError, OverflowError):
        pass
    raise refused(
        400,
        f"{name} 要像 2026-03-02T00:00:00+08:00 这样写，带时区。",
        f"{name} is written with its zone, as in 2026-03-02T00:00:00Z.",
    )


def _whole(asked: Asked, name: str, otherwise: int) -> int:
    text = asked.get(name)
    if not text:
        return otherwise
    if text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text):
        return int(text)
    raise refused(400, f"{name} 要是1以上的整数。", f"{name} is a whole number from 1.")


def one_request(asked: Asked, public_id: str) -> bytes:
    """GET request."""
    key = _public_id(public_id)
    found = (
        PublicCase.objects.select_related("category", "area", "office").filter(pk=key).first()
        if key
        else None
    )
    if found is None:
        raise refused(404, "没有公开这个 service_request_id。", "No such service_request_id is public.")
    return open311.requests([_request(found, asked)], asked.extension)


def _public_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=the_place().zone) if day else None


def _request(row: PublicCase, asked: Asked) -> Request:
    filed = _moment(row.filed_on)
    assert filed
    return Request(
        service_request_id=str(row.pk),
        status="closed" if row.state in CLOSED else "open",
        status_notes=row.answer or None,
        service_name=in_language(row.category.name, asked.language),
        service_code=row.category.code,
        description=f"{row.title}\n\n{row.text}"
        if not row.text.startswith(row.title.rstrip("…"))
        else row.text,
        agency_responsible=in_language(row.office.name, asked.language),
        service_notice=None,
        requested_datetime=filed,
        updated_datetime=_moment(row.answered_on or row.published_on),
        expected_datetime=None,
        address=_address(row, asked),
        address_id=str(row.area.code) if row.area else None,
        zipcode=None,
        lat=row.latitude,
        long=row.longitude,
        media_url=None,
    )


def _address(row: PublicCase, asked: Asked) -> str | None:
    """From the most particular to the most general area."""
    node = areas().everything.get(row.area_id) if row.area_id else None
    if node is None:
        return None
    names = [in_language(areas().everything[area].name, asked.language) for area in node.path]
    return ", ".join(names)
