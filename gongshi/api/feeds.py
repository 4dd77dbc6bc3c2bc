"""Atom feeds of what is published: of each category at once, of each area by the week.

An area's feed has no entry for a single case: whoever lives there reads how much there was, and follows the link.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone

from gongshi.api.caching import keep
from gongshi.api.problems import LANGUAGES, READING, not_found, not_so, too_many
from gongshi.cases.labels import PUBLIC_STATES
from gongshi.cases.models import PublicCase
from gongshi.formats.atom import MEDIA_TYPE, Entry, Feed, atom
from gongshi.places.queries import AreaNode, areas, areas_in_public, local_day, the_place
from gongshi.routing.queries import CategoryNode, categories, category_by_code
from gongshi.safekeeping.limits import attempt_at
from gongshi.words import in_language, pair

MOST = 50
WEEKS = 12
View = Callable[..., bytes]


@dataclass(frozen=True)
class Subject:
    """What a feed is of: its path below /feeds/, what it is called, and the page that says the same."""

    path: str
    title: str
    page: str


def _feed(view: View) -> Callable[..., HttpResponse]:
    """A feed as it is reached. ``?locale=`` takes "zh" or "en", else the place's own language."""

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponse:
        if request.method not in READING:
            return not_so(READING)
        if wait := attempt_at("reads", request.META).wait:
            return too_many(wait)
        given = request.GET.get("locale", "")
        language = given if given in LANGUAGES else the_place().language
        try:
            content = view(language, local_day(timezone.now()), **named)
        except Http404:
            return not_found(request)
        response = HttpResponse(content, content_type=MEDIA_TYPE)
        response.headers["Content-Language"] = LANGUAGES[language]
        keep(response, forever=False)
        return response

    return answer


@_feed
def newest(language: str, today: date) -> bytes:
    """Everything that was published, the newest first."""
    title = in_language(pair("公开事项", "Published cases"), language)
    return _cases(PublicCase.objects.all(), Subject("published", title, "/published/"), language, today)


@_feed
def of_category(language: str, today: date, code: str) -> bytes:
    """What was published of a category with all beneath it."""
    node = category_by_code(code)
    if node is None or not node.public:
        raise Http404
    rows = PublicCase.objects.filter(category__in=_under(node, categories().everything.values()))
    page = f"/published/?group={node.code}" if node.parent is None else "/published/"
    return _cases(
        rows, Subject(f"categories/{code}", in_language(node.name, language), page), language, today
    )


def _under(node: CategoryNode | AreaNode, nodes: Iterable[Any]) -> list[Any]:
    return [one.id for one in nodes if node.id in one.path]


def _cases(rows: "QuerySet[PublicCase]", subject: Subject, language: str, today: date) -> bytes:
    found = list(rows.order_by("-published_on", "id")[:MOST])
    changed = max((_changed(row) for row in found), default=today)
    return atom(_head(subject, language, changed), [_entry(row, language) for row in found])


def _changed(row: PublicCase) -> date:
    return row.changed_on or row.published_on


def _entry(row: PublicCase, language: str) -> Entry:
    state = in_language(PUBLIC_STATES[row.state], language)
    return Entry(
        f"urn:uuid:{row.pk}",
        row.title,
        _moment(_changed(row)),
        _site(f"/published/{row.pk}/"),
        f"{state} · {row.text}",
    )


@_feed
def of_area(language: str, today: date, code: str) -> bytes:
    """How much was published of an area with all its parts, an entry for each whole week."""
    node = next((one for one in areas_in_public() if one.code == code), None)
    if node is None:
        raise Http404
    monday = today - timedelta(days=today.weekday())
    since = monday - timedelta(weeks=WEEKS)
    rows = PublicCase.objects.filter(
        area__in=_under(node, areas().everything.values()), published_on__gte=since, published_on__lt=monday
    )
    counted = rows.order_by().values_list("published_on").annotate(n=Count("pk"))
    weeks: dict[date, int] = {}
    for day, n in counted:
        begins = day - timedelta(days=day.weekday())
        weeks[begins] = weeks.get(begins, 0) + n
    name = in_language(node.name, language)
    entries = [_week(node, name, begins, weeks[begins], language) for begins in sorted(weeks, reverse=True)]
    changed = max(weeks, default=since) + timedelta(weeks=1)
    return atom(_head(Subject(f"areas/{code}", name, f"/published/?area={code}"), language, changed), entries)


def _week(node: AreaNode, name: str, begins: date, n: int, language: str) -> Entry:
    ends = begins + timedelta(days=6)
    title = in_language(
        pair(f"{name}：{begins}至{ends}公开{n}件", f"{name}: {n} published from {begins} to {ends}"), language
    )
    year, week, _ = begins.isocalendar()
    key = f"tag:{_host()},{begins}:areas/{node.code}/{year}-W{week:02}"
    return Entry(key, title, _moment(ends + timedelta(days=1)), _site(f"/published/?area={node.code}"), title)


def _head(subject: Subject, language: str, changed: date) -> Feed:
    place = in_language(the_place().name, language)
    address = _site(f"/feeds/{subject.path}.atom?locale={language}")
    title = f"{place} · {subject.title}"
    return Feed(address, title, place, address, _site(subject.page), language, _moment(changed))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=the_place().zone)


def _site(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _host() -> str:
    return settings.BASE_URL.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]


_CODE = r"(?P<code>[A-Za-z0-9_-]{1,60})\.atom\Z"
urlpatterns = [
    re_path(r"^published\.atom\Z", newest, name="feed"),
    re_path(rf"^categories/{_CODE}", of_category, name="feed_of_category"),
    re_path(rf"^areas/{_CODE}", of_area, name="feed_of_area"),
    re_path(r"^[\s\S]*\Z", not_found, name="feed_nowhere"),
]
