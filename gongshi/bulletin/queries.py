"""Every read of answer pages: what the public finds, and what an office sees of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.rights import may
from gongshi.bulletin.models import Page, PageRevision, PageToken
from gongshi.cases import models as cases
from gongshi.cases.queries import NotFound
from gongshi.places.queries import local_day
from gongshi.places.snapshots import Snapshot
from gongshi.rules import retrieval
from gongshi.rules.ladder import is_sealed

CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
MOST_FOUND = 20
MOST_OFFERED = 3


class PageNotFound(NotFound):
    """There is no such page, or it is not the asker's."""


def pages_shown() -> QuerySet[PageRevision]:
    """What the public reads: the shown revision of each page, with its page. Pages of retired offices are gone."""
    rows = PageRevision.objects.filter(number=F("page__shown"), page__office__valid_to=None)
    return rows.select_related("page").order_by("page__code")


def pages_by_kind() -> QuerySet[PageRevision]:
    """What the public reads in the order of the categories, those of none last."""
    return pages_shown().order_by(F("page__category__position").asc(nulls_last=True), "page__code")


def are_pages_shown() -> bool:
    """Whether there is any page for the public."""
    return pages_shown().exists()


def owners() -> set[tuple[UUID, UUID | None]]:
    """(office, category) of the pages that the public reads, each pair once. One statement."""
    return set(pages_shown().order_by().values_list("page__office", "page__category").distinct())


def page_shown(code: str) -> PageRevision:
    """What the public reads of one page. Raises PageNotFound."""
    found = pages_shown().filter(page__code=code).prefetch_related("page__areas").first()
    if found is None:
        raise PageNotFound
    return found


def pages_called(codes: Iterable[str]) -> list[PageRevision]:
    """Those of these pages that are shown, in the order of the codes, each once. What is no code is passed over."""
    wanted = [code for code in dict.fromkeys(codes) if CODE.fullmatch(code)]
    found = {row.page.code: row for row in pages_shown().filter(page__code__in=wanted)} if wanted else {}
    return [found[code] for code in wanted if code in found]


@dataclass(frozen=True)
class Found:
    """A page that a search found, with its score."""

    shown: PageRevision
    score: int


def pages_found(question: str, *, limit: int = MOST_FOUND) -> list[Found]:
    """The pages that hold words of the question, the best first. Four statements, however many pages there are."""
    return _found(question, limit, offered=False)


def pages_offered(question: str) -> list[PageRevision]:
    """At most three pages that may answer a question which somebody is about to send; none rather than a poor one."""
    found = _found(question, MOST_OFFERED, offered=True)
    best = found[0].score if found else 0
    return [one.shown for one in found if retrieval.is_close(one.score, best)]


def _found(question: str, limit: int, *, offered: bool) -> list[Found]:
    asked = retrieval.asked_tokens(question)
    pages = Page.objects.filter(shown__isnull=False).count() if asked else 0
    if not pages:
        return []
    rows = PageToken.objects.filter(language=retrieval.language_of(question))
    # Pages are counted, not rows: their keys stand in the index.
    holding = dict(rows.filter(token__in=asked).values_list("token").annotate(Count("page")).order_by())
    sought = retrieval.looked_up(asked, holding, pages)
    if not sought.rarities or (offered and not sought.telling):
        return []
    # Asked for anew: narrowed twice, PostgreSQL takes what is left for a handful, and goes the long way.
    ranked = rows.filter(token__in=sought.rarities).values("page_id").annotate(score=_score(sought))
    if offered:
        telling = Count("page", filter=Q(token__in=sought.telling))
        ranked = ranked.annotate(telling=telling).filter(telling__gte=sought.least)
    scores = {row["page_id"]: row["score"] for row in ranked.order_by("-score", "page_id")[:limit]}
    shown = {row.page_id: row for row in pages_shown().filter(page__in=scores)}
    return [Found(shown[page], score) for page, score in scores.items() if page in shown]


def _score(sought: retrieval.Sought) -> Sum:
    """Weight times rarity over the tokens that a page holds, in whole numbers."""
    rarity = Case(
        *(When(token=token, then=Value(worth)) for token, worth in sought.rarities.items()),
        output_field=IntegerField(),
    )
    return Sum(F("weight") * rarity, output_field=IntegerField())


def may_see_pages(actor: StaffActor) -> bool:
    """Whether a member of staff has to do with the answer pages of the office they act for."""
    return may(actor, "page.write")


def may_become_page(case: cases.Case, actor: StaffActor) -> bool:
    """Whether the actor can make a page of a case's answer: their own office gave it, and it is of no sealed kind."""
    own = case.office_id == actor.office_id and case.answered_at is not None
    return own and not is_sealed(case.kind) and may_see_pages(actor)


def pages_of(actor: StaffActor, *, at: datetime) -> QuerySet[Page]:
    """The pages of the office that the actor acts for: past their day of review first, then the next to come."""
    if not may_see_pages(actor):
        return Page.objects.none()
    late = Case(When(_late(local_day(at)), then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Page.objects.filter(office=actor.office_id).select_related("category")
    return rows.annotate(order=late).order_by("order", F("review_by").asc(nulls_last=True), "code")


def page_of(code: str, actor: StaffActor) -> Page:
    """One page of the actor's own office. Raises PageNotFound."""
    found = pages_of_office(actor).filter(code=code).first()
    if found is None:
        raise PageNotFound
    return found


def pages_of_office(actor: StaffActor) -> QuerySet[Page]:
    """The pages of the office that the actor acts for, in no order."""
    return Page.objects.filter(office=actor.office_id) if may_see_pages(actor) else Page.objects.none()


def pages_to_review(actor: StaffActor, *, at: datetime) -> int:
    """How many shown pages of the actor's office are past their day of review: said on every desk page."""
    if not may_see_pages(actor):
        return 0
    today = local_day(at)
    return sum(day < today for day in review_days().get(actor.office_id, ()))


def _read_review_days() -> dict[UUID, list[date]]:
    found: dict[UUID, list[date]] = {}
    for office, day in pages_shown().order_by().values_list("page__office", "review_by"):
        if day is not None:
            found.setdefault(office, []).append(day)
    return found


# By office. Kept until the place's revision changes, so that the head of a desk page costs no statement.
review_days = Snapshot(_read_review_days)


def _late(day: date) -> Q:
    return Q(shown__isnull=False, review_by__lt=day)


def latest(page: Page) -> PageRevision:
    """The newest words of a page, shown or not."""
    return page.revisions.get(number=page.number)


def newest_words(pages: Iterable[Page]) -> dict[Any, PageRevision]:
    """The newest words of each of these pages by its key. One statement."""
    ids = [page.id for page in pages]
    rows = PageRevision.objects.filter(page__in=ids, number=F("page__number"))
    return {row.page_id: row for row in rows}


def revisions_of(page: Page) -> QuerySet[PageRevision]:
    """Every revision of a page with who made it, the newest first."""
    return page.revisions.select_related("by").order_by("-number")


def answered_since(pages: Iterable[Page], month: date) -> dict[Any, int]:
    """How many questions each of these pages answered from this month on. One statement."""
    rows = Page.objects.filter(pk__in=[page.id for page in pages])
    total = Coalesce(Sum("months__answered", filter=Q(months__month__gte=month)), 0)
    return dict(rows.annotate(total=total).values_list("id", "total"))
