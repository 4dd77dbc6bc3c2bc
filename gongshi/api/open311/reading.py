"""Published requests: `PublicCase` and no other table of cases, each with its day and its snapped point."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from gongshi.accounts.queries import offices
from gongshi.api.open311.doors import Asked, check_together, refused
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
_COLUMNS = (
    *("id", "title", "text", "answer", "state", "category_id", "area_id", "office_id"),
    *("latitude", "longitude", "filed_on", "published_on", "changed_on"),
)
STATUSES = {"open": ("open",), "closed": CLOSED}


def request_list(asked: Asked) -> bytes:
    """GET requests: those with these ids, or else those of at most 90 days, the newest first, 1,000 at most."""
    found = PublicCase.objects.order_by("-filed_on", "id")
    ids = asked.several("service_request_id")
    if ids:
        return _told(_rows(_those(found, ids)), asked)
    check_together(
        lambda: _days(asked),
        lambda: _states(asked),
        lambda: _whole(asked, "page", 1),
        lambda: _whole(asked, "page_size", MOST),
    )
    found = _chosen(found, asked)
    number, size = _whole(asked, "page", 1), _whole(asked, "page_size", MOST)
    start = (number - 1) * min(size, MOST)
    return _told(_rows(found[start : start + min(size, MOST)]), asked)


def _rows(found: "QuerySet[PublicCase]") -> Iterable[Any]:
    """What is told of each and no more: the words that it is found by are as long again."""
    return found.values_list(*_COLUMNS, named=True)


def _told(rows: Iterable[Any], asked: Asked) -> bytes:
    one = _Telling(asked)
    return open311.requests(map(one.request, rows), asked.extension)


def _those(found: "QuerySet[PublicCase]", ids: list[str]) -> "QuerySet[PublicCase]":
    return found.filter(pk__in=[one for one in map(_public_id, ids[:MOST]) if one])


def _chosen(found: "QuerySet[PublicCase]", asked: Asked) -> "QuerySet[PublicCase]":
    first, last = _days(asked)
    found = found.filter(filed_on__gte=first, filed_on__lte=last)
    codes = asked.several("service_code")
    if codes:
        wanted = [node.id for node in categories().everything.values() if node.code in codes]
        found = found.filter(category__in=wanted)
    states = _states(asked)
    return found.filter(state__in=states) if states else found


def _states(asked: Asked) -> list[str]:
    statuses = asked.several("status")
    if not STATUSES.keys() >= {*statuses}:
        raise refused(400, "status 只能是 open 或 closed。", "status is open or closed.")
    return [state for status in statuses for state in STATUSES[status]]


def _days(asked: Asked) -> tuple[date, date]:
    """The first and the last day. One alone reaches 90 days; two reach no farther than that."""
    check_together(lambda: _day(asked, "start_date"), lambda: _day(asked, "end_date"))
    first, last = _day(asked, "start_date"), _day(asked, "end_date")
    today = local_day(asked.at)
    if first is None and last is None:
        return today - SPAN, today
    if first is None:
        assert last is not None
        return max(last, date.min + SPAN) - SPAN, last
    if last is None:
        return first, min(min(first, date.max - SPAN) + SPAN, max(today, first))
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
    rows = list(_rows(PublicCase.objects.filter(pk=key))) if key else []
    if not rows:
        raise refused(404, "没有公开这个 service_request_id。", "No such service_request_id is public.")
    return _told(rows, asked)


def _public_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class _Telling:
    """Rows of `_COLUMNS` as requests of the standard; what many rows share is put into words once."""

    def __init__(self, asked: Asked) -> None:
        self._language, self._zone = asked.language, the_place().zone
        self._categories, self._areas = categories().everything, areas().everything
        self._offices = offices().everything
        self._moments: dict[date, datetime] = {}
        self._addresses: dict[UUID, str] = {}

    def request(self, row: Any) -> Request:
        """One published case."""
        category, area = self._categories[row.category_id], row.area_id and self._areas[row.area_id]
        return Request(
            service_request_id=str(row.id),
            status="closed" if row.state in CLOSED else "open",
            status_notes=row.answer or None,
            service_name=in_language(category.name, self._language),
            service_code=category.code,
            description=row.text
            if row.text.startswith(row.title.rstrip("…"))
            else f"{row.title}\n\n{row.text}",
            agency_responsible=in_language(self._offices[row.office_id].name, self._language),
            service_notice=None,
            requested_datetime=self._moment(row.filed_on),
            updated_datetime=self._moment(row.changed_on or row.published_on),
            expected_datetime=None,
            address=self._address(row.area_id) if area else None,
            address_id=area.code if area else None,
            zipcode=None,
            lat=row.latitude,
            long=row.longitude,
            media_url=None,
        )

    def _moment(self, day: date) -> datetime:
        found = self._moments.get(day)
        if found is None:
            found = self._moments[day] = datetime.combine(day, time(), tzinfo=self._zone)
        return found

    def _address(self, area: UUID) -> str:
        """From the most particular to the most general area."""
        found = self._addresses.get(area)
        if found is None:
            path = (self._areas[each].name for each in self._areas[area].path)
            found = self._addresses[area] = ", ".join(in_language(name, self._language) for name in path)
        return found
