"""What an office has to do, and what a supervisor has to decide: lists of metadata; nothing here is unsealed.

No list counts a whole table: numbers are taken from the first `COUNTED` cases and say so when there are more.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import In, IsNull

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Office
from gongshi.accounts.queries import offices_below
from gongshi.accounts.rights import require
from gongshi.cases import queries
from gongshi.cases.companions import behind_their_lead
from gongshi.cases.models import Case, Companion, History, Supervision
from gongshi.cases.queries import MOST_URGENT, QueueFilter, Seat, cases_visible_to, supervisions_of
from gongshi.cases.sight import Eyes, eyes_of, not_hidden
from gongshi.cases.turns import with_turns
from gongshi.places.prepared import Prepared
from gongshi.places.queries import areas, calendar, the_place
from gongshi.routing.queries import categories, procedure_versions
from gongshi.rules.calendar import add_working_days
from gongshi.rules.deadlines import end_of_day
from gongshi.rules.ladder import SEALED_KINDS

COUNTED = 1_000
# Finding out what the resident did last costs a look into the history of each case.
COUNTED_REPLIES = 300
# An office whose turn it is and that has done nothing for so many working days is reminded.
DORMANT_DAYS = 7
MOST_PAGES = 2_000
REPLIES = (
    *("case.replied", "case.added", "case.file_added", "case.answer_judged"),
    *("case.hearing_away", "case.hearing_remarked"),
)


# What a list shows of a case, and no more: reading 50 rows is most of a page's work.
LISTED = (
    *("filing__reference", "number", "kind", "category", "area", "office", "subject", "lead", "handler"),
    *(
        "procedure",
        "route",
        "stage",
        "due_at",
        "due_on",
        "paused",
        "closed_at",
        "on_time",
        "reopenings",
        "hand_overs",
    ),
    *("holder", "supervision", "recused", "merged_into"),
)


@dataclass(frozen=True)
class Wanted:
    """What a queue page asks for. ``area`` and ``group`` include everything below them; "" and None ask for nothing.

    ``order``: "" for the most urgent first, "newest" for the latest filed.
    """

    clock: str = ""
    stage: str = ""
    kind: str = ""
    turn: str = ""
    group: UUID | None = None
    area: UUID | None = None
    mine: bool = False
    joint: bool = False
    replied: bool = False
    dormant: bool = False
    order: str = ""


@dataclass(frozen=True)
class Counts:
    """How many open cases of an office are what; with ``more``, among the first `COUNTED` only, as there are more."""

    total: int
    late: int
    soon: int
    paused: int
    mine: int
    replied: int
    dormant: int
    joint: int
    more: bool


def soon_until(at: datetime) -> datetime:
    """The end of the next working day after ``at``: what is due by then is due soon."""
    zone = the_place().zone
    return end_of_day(add_working_days(calendar(), at.astimezone(zone).date(), 1), zone)


def _soon(at: datetime, until: datetime, due: str = "due_at") -> Q:
    return Q(**{f"{due}__gt": at, f"{due}__lte": until})


# Of each case its history is looked up, by a subquery for one value. For an EXISTS PostgreSQL may read all history
# first, as it does not know how soon a page is full.


def _replied() -> In:
    """The last thing that happened to the case is that the resident replied or added something."""
    last = History.objects.filter(case=OuterRef("pk"), seq=OuterRef("seq")).values("code")[:1]
    return In(Coalesce(Subquery(last), Value("")), REPLIES)


def _left_to_their_lead() -> Q:
    """Companions that their lead stands for, and whose own resident is not waiting to be read."""
    return behind_their_lead() & ~Q(_replied())


def dormant(at: datetime) -> Q:
    """It is the office's turn, time runs, no promised day is waited for, and nobody has done anything for a while."""
    return _dormant(_dormant_since(at))


def _dormant_since(at: datetime) -> datetime:
    zone = the_place().zone
    return end_of_day(add_working_days(calendar(), at.astimezone(zone).date(), -DORMANT_DAYS), zone)


def _dormant(since: datetime) -> Q:
    done = History.objects.filter(case=OuterRef("pk"), at__gte=since).exclude(by="system").values("seq")[:1]
    return Q(holder="office", paused=False) & Q(IsNull(Subquery(done), True)) & ~promised()


def promised() -> Q:
    """Cases in a stage in which a promised day is waited for."""
    found = Q(pk=None)
    for loaded in procedure_versions().values():
        for rule in loaded.procedure.clocks.values():
            if rule.days == "given":
                found |= Q(procedure=loaded.id, stage__in=rule.runs_in)
    return found


def queue(
    actor: StaffActor, wanted: Wanted, *, at: datetime, page: int, size: int = 50
) -> tuple[list[Case], bool]:
    """One page (from 1) of the office's open cases, most urgent first, and whether there is another."""
    seat, plain = queries.seat_of(actor, at), replace(wanted, group=None, area=None)
    rows: list[Case] = _listed(seat, plain, _bounds(wanted, at), (page - 1) * size, size + 1)
    return rows[:size], len(rows) > size


def _list(seat: Seat, wanted: Wanted, bounds: "_Bounds", start: int, size: int) -> QuerySet[Case]:
    simple = QueueFilter(
        stage=wanted.stage,
        kind=wanted.kind,
        clock="" if wanted.clock == "soon" else wanted.clock,
        mine=wanted.mine,
        turn="" if wanted.turn == "above" else wanted.turn,
    )
    listed = queries.joint_queue_of if wanted.joint else queries.queue_of
    found = _narrowed(listed(seat, simple), wanted, bounds)
    if not wanted.joint:
        found = found.exclude(_left_to_their_lead())
    gathers = Exists(Companion.objects.filter(lead=OuterRef("pk")))
    found = found.annotate(replied=_replied(), gathers=gathers).select_related("filing").only(*LISTED)
    if wanted.order == "newest":
        found = found.order_by("-opened_at", "-id")
    return found[start : start + size]


_listed = Prepared(_list)


@dataclass(frozen=True)
class _Bounds:
    """What a filter means at a moment: until when is soon, since when nothing was done, and what lies within."""

    at: datetime
    soon_until: datetime
    dormant_since: datetime
    categories: tuple[UUID, ...] | None
    areas: tuple[UUID, ...] | None


def _bounds(wanted: Wanted, at: datetime) -> _Bounds:
    groups = ((node.id, node.path) for node in categories().values())
    places = ((node.id, node.path) for node in areas().values())
    return _Bounds(
        at,
        soon_until(at),
        _dormant_since(at),
        _within(wanted.group, groups) if wanted.group else None,
        _within(wanted.area, places) if wanted.area else None,
    )


def narrowed(found: QuerySet[Case], wanted: Wanted, at: datetime) -> QuerySet[Case]:
    """What a plain filter of columns cannot say."""
    return _narrowed(found, wanted, _bounds(wanted, at))


def _narrowed(found: QuerySet[Case], wanted: Wanted, bounds: _Bounds) -> QuerySet[Case]:
    if wanted.clock == "soon":
        found = found.filter(_soon(bounds.at, bounds.soon_until, queries.due_name(found)))
    if wanted.turn == "above":
        found = found.exclude(holder__in=("office", "resident"))
    if bounds.categories is not None:
        found = found.filter(category__in=bounds.categories)
    if bounds.areas is not None:
        found = found.filter(area__in=bounds.areas)
    if wanted.dormant:
        found = found.filter(_dormant(bounds.dormant_since))
    return found.filter(_replied()) if wanted.replied else found


def _within(top: UUID, nodes: Iterable[tuple[UUID, Collection[UUID]]]) -> tuple[UUID, ...]:
    return tuple(node for node, path in nodes if top in path)


def counts(actor: StaffActor, *, at: datetime) -> Counts:
    """The numbers over an office's queue, in three statements, whatever its size."""
    seat, bounds = queries.seat_of(actor, at), _bounds(Wanted(), at)
    total, late, soon, paused, mine = _numbers(_FIRST, ("late", "soon", "paused", "mine"), seat, bounds)
    _, replied, gone_quiet = _numbers(_URGENT, ("replied", "dormant"), seat, bounds)
    (joint,) = _numbers(_JOINT, (), seat)
    return Counts(total, late, soon, paused, mine, replied, gone_quiet, joint, more=total > COUNTED)


def _numbers(marked: Prepared[Case], marks: Sequence[str], *asked: Any) -> tuple[int, ...]:
    """How many ``marked`` cases there are, and how many with each of the marks. One statement.

    Written around the list's own statement: Django's aggregates go through every condition of it once more for each
    number, which takes longer than the database does.
    """
    try:
        listed, params, using = marked.sql(*asked)
    except EmptyResultSet:
        return (0,) * (1 + len(marks))
    numbers = ", ".join(["COUNT(*)", *(f"COUNT(*) FILTER (WHERE is_{mark})" for mark in marks)])
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {numbers} FROM ({listed}) AS listed", params)  # noqa: S608 names from the code above
        found: tuple[int, ...] = cursor.fetchone()
    return found


def _marked(cases: QuerySet[Case], most: int, **what: Q) -> "QuerySet[Case, Any]":
    """The first ``most`` cases, each with what it ``is_``."""
    marks = {f"is_{name}": ExpressionWrapper(asked, BooleanField()) for name, asked in what.items()}
    found: QuerySet[Case, Any] = cases.annotate(**marks).values("pk", *marks)[:most]
    return found


def _everything(seat: Seat) -> QuerySet[Case]:
    return queries.queue_of(seat, QueueFilter()).exclude(_left_to_their_lead())


def _first(seat: Seat, bounds: _Bounds) -> "QuerySet[Case, Any]":
    listed = _everything(seat)
    due = queries.due_name(listed)
    return _marked(
        listed,
        COUNTED + 1,
        late=Q(**{f"{due}__lte": bounds.at}),
        soon=_soon(bounds.at, bounds.soon_until, due),
        paused=Q(paused=True),
        mine=queries.mine(seat),
    )


def _urgent(seat: Seat, bounds: _Bounds) -> "QuerySet[Case, Any]":
    quiet = _dormant(bounds.dormant_since)
    return _marked(_everything(seat), COUNTED_REPLIES, replied=Q(_replied()), dormant=quiet)


def _joint(seat: Seat) -> "QuerySet[Case, Any]":
    return _marked(queries.joint_queue_of(seat, QueueFilter()), COUNTED + 1)


_FIRST, _URGENT, _JOINT = Prepared(_first), Prepared(_urgent), Prepared(_joint)


@dataclass(frozen=True)
class Load:
    """How many open cases of an office somebody works on, and how many of them are late."""

    cases: int
    late: int


def loads_of(actor: StaffActor, people: Collection[UUID], *, at: datetime) -> dict[UUID, Load]:
    """What each of these people of the actor's office has to do, sealed kinds not counted. One statement.

    For whoever hands out work, at that moment: nothing is stored, and no figure is made of it.
    """
    rows = _loads(eyes_of(actor), tuple(people), at)
    return {row["handler_id"]: Load(row["n"], row["late"]) for row in rows}


def _load_rows(eyes: Eyes, people: Collection[UUID], at: datetime) -> "QuerySet[Case, Any]":
    if not eyes.may_list:
        return Case.objects.none()
    # Those of the own office are visible as far as they are not hidden.
    found = Case.objects.filter(not_hidden(eyes), office=eyes.office, closed_at=None, handler__in=people)
    rows = found.exclude(kind__in=SEALED_KINDS).values("handler_id").order_by()
    return rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=at)))


_loads = Prepared(_load_rows)


def joint_offices_of(case: Case) -> list[UUID]:
    """The offices that work on the case together with the one that owes the answer."""
    return [row.office_id for row in case.joint_offices.all() if row.until_on is None]


def entries_since(case: Case, seen: int) -> list[History]:
    """What happened to the case after ``seen``, oldest first. Codes only; reasons stay sealed."""
    return list(History.objects.filter(case=case, seq__gt=seen).order_by("seq").defer("reason")[:50])


# A supervisor's board


class CountOf(Subquery):
    """How many rows a query has, within another statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Cause:
    """Late cases of one cause that wait for one decision."""

    supervision: Supervision
    cases: int
    oldest_due: date | None
    oldest: date | None


def causes(actor: StaffActor) -> list[Cause]:
    """What this supervisor's office has to decide: the most cases first, then the longest late; at most 40."""
    require(actor, "board.read")
    # Of the cases of a cause those that the actor may know of: a number would tell of the others.
    known = _counted(cases_visible_to(actor)).filter(supervision__isnull=False).values("id")
    open_ones = Q(cases__closed_at=None, cases__in=known)
    rows = (
        supervisions_of(actor)
        .annotate(
            open_cases=Count("cases", filter=open_ones),
            oldest_due=Min("cases__due_on", filter=open_ones),
            oldest=Min("cases__opened_on", filter=open_ones),
        )
        .filter(open_cases__gt=0)
        .order_by("-open_cases", "oldest_due", "opened_at", "id")
    )
    return [Cause(row, row.open_cases, row.oldest_due, row.oldest) for row in rows[:40]]


def _counted(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of a board: what is listed by office, or beside one, can be counted by it. So no sealed kind is.

    What of them waits for a supervisor stands on that supervisor's own list of work (`turns.turns_of`).
    """
    return cases.exclude(kind__in=SEALED_KINDS)


def supervised(actor: StaffActor, office: UUID | None = None) -> QuerySet[Case]:
    """Cases of the offices that the supervisor watches over (or of one of them), none of a sealed kind."""
    require(actor, "board.read")
    below = offices_below(actor.office_id)
    wanted = [one for one in below if office is None or one == office]
    known = _counted(cases_visible_to(actor))
    return known.filter(office__in=wanted).select_related("filing").only(*LISTED)


def stages_where(effect: str) -> Q:
    """Cases in a stage from which a superior can make a move of this effect."""
    found = Q(pk=None)
    for loaded in procedure_versions().values():
        stages = {
            stage
            for move in loaded.procedure.moves.values()
            if move.effect == effect
            for stage in move.sources
        }
        if stages:
            found |= Q(procedure=loaded.id, stage__in=stages)
    return found


def _board(actor: StaffActor, name: str, at: datetime, office: UUID | None) -> QuerySet[Case]:
    narrow = {
        "late": Q(due_at__lte=at),
        "soon": _soon(at, soon_until(at)),
        "handed_about": Q(hand_overs__gte=2) | stages_where("assign"),
        "escalated": stages_where("direct") | stages_where("take_over"),
        "reopened": Q(reopenings__gt=0),
        "unconfirmed": Q(outcome="unconfirmed"),
    }[name]
    found = supervised(actor, office).filter(narrow)
    if name == "unconfirmed":
        return found.order_by("-closed_at", "-id")
    if name in TURN_LISTS:
        found = with_turns(found, Q(holder="supervisor"))
        return found.filter(closed_at=None).order_by(F("counts_at").asc(nulls_last=True), "id")
    return found.filter(closed_at=None).order_by(*MOST_URGENT)


def board_list(actor: StaffActor, name: str, *, at: datetime, office: UUID | None = None) -> list[Case]:
    """One list of the board, most urgent first, at most `BOARD_ROWS` + 1.

    Names: "late", "soon", "handed_about", "escalated", "reopened", "unconfirmed". Raises KeyError else.
    """
    return list(_board(actor, name, at, office)[: BOARD_ROWS + 1])


def board_counts(actor: StaffActor, *, at: datetime, office: UUID | None = None) -> dict[str, int]:
    """How many cases are on each list; `COUNTED` + 1 stands for more than were counted. One statement for all."""
    lists = {name: _board(actor, name, at, office) for name in BOARD_LISTS}
    numbers = {name: CountOf(found.order_by().values("pk")[: COUNTED + 1]) for name, found in lists.items()}
    row = Office.objects.values_list(*numbers.values()).get(pk=actor.office_id)
    return dict(zip(numbers, row, strict=True))


BOARD_ROWS = 50
# What waits here waits for a supervisor: their time counts, not the office's.
TURN_LISTS = ("handed_about", "escalated")
BOARD_LISTS = ("late", "soon", "handed_about", "escalated", "reopened", "unconfirmed")


@dataclass(frozen=True)
class OfficeLoad:
    """One office's cases that are late or nearly so.

    Sealed kinds are never counted: the number of complaints about an office is no figure, public or internal (DESIGN
    promise 6), and of disputes nothing is told by number either.
    """

    office: UUID
    late: int
    soon: int


def loads(actor: StaffActor, *, at: datetime) -> tuple[list[OfficeLoad], bool]:
    """Late and soon by office below, and whether there were more than were counted. One statement."""
    found = supervised(actor).filter(closed_at=None, due_at__lte=soon_until(at))
    rows = list(found.order_by("due_at", "id").values_list("office_id", "due_at")[: COUNTED + 1])
    late: dict[UUID, int] = {}
    soon: dict[UUID, int] = {}
    for office, due_at in rows[:COUNTED]:
        which = late if due_at is not None and due_at <= at else soon
        which[office] = which.get(office, 0) + 1
    below = offices_below(actor.office_id)
    return [OfficeLoad(one, late.get(one, 0), soon.get(one, 0)) for one in below], len(rows) > COUNTED
