"""Every read of figures: few statements for any number of cases. What each number means: docs/figures.md."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncMonth

from gongshi.accounts.models import Office
from gongshi.accounts.queries import offices
from gongshi.cases import models as cases
from gongshi.figures.metrics import APART, REOPENED_WITHIN, AnswerTally, Tally
from gongshi.figures.periods import Month
from gongshi.places.queries import calendar, the_place
from gongshi.routing.queries import categories, procedure_versions
from gongshi.rules.deadlines import Counting, due_on

KINDS = ("question", "request")
"""Whatever is about an office's conduct, and every grievance, is never a figure (promise 6)."""


@dataclass(frozen=True)
class OfficeTally:
    """One office's cases of a period. ``name`` is {zh, en}; an office that was retired keeps its figures."""

    code: str
    name: dict[str, str]
    tally: Tally


def tallies(since: date | None, until: date | None, *, on: date) -> dict[UUID, Tally]:
    """The cases filed on local days from ``since`` up to before ``until`` (None: no limit), by office, as of ``on``.

    A case counts for the office that has it on that day. Offices without cases are left out.
    """
    return {office: tally for (office,), tally in tallies_by(("office_id",), since, until, on=on).items()}


def tallies_by(
    by: tuple[str, ...], since: date | None, until: date | None, *, on: date, only: Q | None = None
) -> dict[tuple[Any, ...], Tally]:
    """The same by the values of other columns of a case, ``only`` of some cases."""
    found: dict[tuple[Any, ...], Tally] = defaultdict(Tally)
    these = filed(since, until).filter(only or Q())
    for key, alike, n in _groups(these, on, by):
        _count(found[key], alike, n)
    for key, late in _late_imports(these, on, by).items():
        found[key].due += late
    return dict(found)


def office_tallies(since: date | None, until: date | None, *, on: date) -> list[OfficeTally]:
    """`tallies` with the offices' codes and names, in the order of codes."""
    found = tallies(since, until, on=on)
    names = office_names(found)
    rows = [OfficeTally(*names[office], tally) for office, tally in found.items()]
    return sorted(rows, key=lambda row: row.code)


def office_names(wanted: Iterable[UUID]) -> dict[UUID, tuple[str, dict[str, str]]]:
    """Code and name of every office, of retired ones where they are wanted."""
    names = {node.id: (node.code, dict(node.name)) for node in offices().values()}
    retired = set(wanted) - names.keys()
    if retired:
        for row in Office.objects.filter(id__in=retired):
            names[row.id] = (row.code, row.name)
    return names


def category_names() -> dict[UUID, tuple[str, dict[str, str]]]:
    """Code and name of every category, retired ones too."""
    return {node.id: (node.code, dict(node.name)) for node in categories().everything.values()}


class Answered(NamedTuple):
    """Whose first answers are counted together: by ids, the month of filing, and whether it was agreed to show them.

    A matter counts for the office that answered it first.
    """

    office: UUID
    category: UUID
    filed: Month
    agreed: bool


def answer_tallies(since: date, until: date, *, on: date) -> dict[Answered, AnswerTally]:
    """The matters first answered on local days from ``since`` up to before ``until``.

    Imported answers are left out, and what staff logged.
    """
    found: dict[Answered, AnswerTally] = defaultdict(AnswerTally)
    for office, category, month, agreed, points, promised, kept, reopened, n in _first_answers(
        since, until, on
    ):
        found[Answered(office, category, Month.of(month), agreed)] += AnswerTally(
            cases=n,
            all_parts=n * (points is True),
            some_parts=n * (points is False),
            promised=n * promised,
            kept=n * (promised and kept is True),
            not_kept=n * (promised and kept is False),
            reopened=n * reopened,
        )
    return dict(found)


def _first_answers(since: date, until: date, on: date) -> Iterable[Any]:
    """As `Answered`; then last said of points, whether promised, last said of it, whether reopened, how many."""
    first = first_answers(since, until)
    of_case = cases.Answer.objects.filter(case=OuterRef("case"), undone_at=None)
    reopened = cases.History.objects.filter(
        case=OuterRef("case"), code="case.reopened", at__lte=OuterRef("sent_at") + Value(REOPENED_WITHIN)
    )
    facts = {
        "month": TruncMonth("case__opened_on"),
        "agreed": agreed_to(OuterRef("case")),
        "points": last_said(of_case, "points_answered"),
        "promised": Exists(of_case.filter(by_on__lt=on)),
        "kept": last_said(of_case, "promise_kept"),
        "reopened": Exists(reopened),
    }
    grouped = first.annotate(**facts).values_list("office_id", "case__category_id", *facts)
    return grouped.annotate(n=Count("pk")).order_by()


def agreed_to(case: OuterRef) -> Q:
    """Whether its resident agreed to show a copy, or one was shown before they took it back: then it is known."""
    agreed = cases.Consent.objects.filter(case=case, revoked_at=None)
    shown = cases.History.objects.filter(case=case, code="case.published")
    return Q(Exists(agreed)) | Q(Exists(shown))


def first_answers(since: date, until: date) -> "QuerySet[cases.Answer]":
    """The first answers of matters that figures are about, sent on local days from ``since`` up to before ``until``.

    Without imported answers, and without those on what staff logged.
    """
    zone = the_place().zone
    begin, end = (datetime.combine(day, time(), zone) for day in (since, until))
    return cases.Answer.objects.filter(
        ~Q(case__outcome__in=("forwarded", "imported")),
        number=1,
        undone_at=None,
        staff_id__isnull=False,
        sent_at__gte=begin,
        sent_at__lt=end,
        case__kind__in=KINDS,
        case__filing__staff_logged=False,
        case__answered_on__gte=since,
        case__opened_on__lt=until,
    )


def last_said(answers: "QuerySet[cases.Answer]", what: str) -> Subquery:
    """What the resident said last; None for nothing. A later answer on which nothing was said takes nothing back."""
    said = answers.filter(**{f"{what}__isnull": False}).order_by("-number")
    return Subquery(said.values(what)[:1])


def first_and_last_filed() -> tuple[date, date] | None:
    """The first and last days on which anything that figures are about was filed."""
    ends = cases.Case.objects.filter(kind__in=KINDS).aggregate(first=Min("opened_on"), last=Max("opened_on"))
    return (ends["first"], ends["last"]) if ends["first"] else None


def filed(since: date | None, until: date | None) -> "QuerySet[cases.Case]":
    """What figures are about; what was merged into another matter counts there, once."""
    found = cases.Case.objects.filter(kind__in=KINDS, merged_into=None)
    if since is not None:
        found = found.filter(opened_on__gte=since)
    if until is not None:
        found = found.filter(opened_on__lt=until)
    return found


def _count(tally: Tally, alike: "_Alike", n: int) -> None:
    """Add ``n`` cases that are alike."""
    if alike.apart:
        name = APART[alike.apart - 1]
        setattr(tally, name, getattr(tally, name) + n)
        return
    tally.cases += n
    tally.waits[max(alike.days, 0), bool(alike.ended)] += n
    if alike.verdict:
        tally.due += n
        tally.on_time += n * (alike.verdict == _ON_TIME)
    outcome = _OUTCOMES[alike.outcome]
    tally.withdrawn += n * (outcome == "withdrawn")
    if alike.answered:
        tally.answered += n
        if outcome != "imported":
            tally.asked += n
            tally.confirmed += n * (outcome == "confirmed")
            tally.not_confirmed += n * (outcome == "unconfirmed")
            tally.reopened += n * alike.reopened


class _DaysBetween(Func):
    """Whole days from the second local date to the first."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **extra)


class _Alike(NamedTuple):
    """What cases of one group have in common. As one number it is sorted three times faster than as columns.

    apart: 0, or the place in `APART` plus 1; verdict: 0 for none yet; outcome: the place in `_OUTCOMES`.
    """

    days: int
    apart: int
    verdict: int
    outcome: int
    answered: int
    ended: int
    reopened: int

    @classmethod
    def decoded(cls, number: int) -> "_Alike":
        parts = []
        for size in reversed(_SIZES):
            number, part = divmod(number, size)
            parts.append(part)
        return cls(number, *reversed(parts))


# How many values each part after the days may have.
_SIZES = (4, 3, 5, 2, 2, 2)
_LATE, _ON_TIME = 1, 2
_OUTCOMES = ("", "confirmed", "unconfirmed", "withdrawn", "imported")


def counted() -> Q:
    """Of what was filed, the cases that the figures are about; the rest are counted apart."""
    return ~Q(outcome="forwarded") & ~_by_staff() & _promised()


def _groups(
    filed: "QuerySet[cases.Case]", on: date, by: tuple[str, ...]
) -> Iterable[tuple[tuple[Any, ...], "_Alike", int]]:
    """How many cases of an office (or whatever else) are alike in everything that a figure asks for."""
    answered = Q(answered_on__isnull=False)
    ended: Any = answered & ~(_may_owe() & Q(closed_on=None) & Exists(_owed_answers()))
    last_seen = Coalesce(F("closed_on"), Value(on, output_field=DateField()))
    parts: tuple[Any, ...] = (
        _first_of(Q(outcome="forwarded"), _by_staff(), ~_promised(), values=(3, 1, 2)),
        _first_of(_late(on), Q(on_time=True), values=(_LATE, _ON_TIME)),
        _first_of(*(Q(outcome=code) for code in _OUTCOMES[1:])),
        _first_of(answered),
        _first_of(ended),
        _first_of(Q(reopenings__gt=0)),
    )
    number: Any = Case(
        When(ended, then=_DaysBetween(F("answered_on"), F("opened_on"))),
        default=_DaysBetween(last_seen, F("opened_on")),
        output_field=IntegerField(),
    )
    for size, part in zip(_SIZES, parts, strict=True):
        number = number * Value(size) + part
    grouped = filed.annotate(alike=number).values_list(*by, "alike").annotate(n=Count("pk"))
    for *key, alike, n in grouped.order_by():
        yield tuple(key), _Alike.decoded(alike), n


def _first_of(*conditions: Q, values: Sequence[int] | None = None) -> Case:
    """The value (1, 2, ... if not given) of the first condition that holds, else 0."""
    whens = [
        When(condition, then=Value(value))
        for condition, value in zip(conditions, values or range(1, len(conditions) + 1), strict=True)
    ]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _by_staff() -> Q:
    """What staff wrote down and whoever filed has not taken over: nobody but staff has spoken for it yet."""
    return Q(filing__staff_logged=True, filing__claimed=False)


def _promised() -> Q:
    """Whether anything was promised: by the category, by the procedure's own law, or by the older system."""
    by_category, by_law = [], []
    for version in procedure_versions().values():
        clocks = [clock for clock in version.procedure.clocks.values() if clock.owes_answer]
        if any(clock.days != "promise" for clock in clocks):
            by_law.append(version.id)
        elif clocks:
            by_category.append(version.id)
    older = Q(filing__source__isnull=False)
    return (
        Q(on_time__isnull=False)
        | Q(procedure__in=by_law)
        | Q(promise__isnull=False, procedure__in=by_category)
        | (older & (Q(promise__isnull=False) | Q(due_on__isnull=False)))
    )


def _answer_clocks() -> "QuerySet[cases.Clock]":
    """The runs of the outer case's clock for an answer; procedures may call it differently."""
    named: dict[str, list[UUID]] = defaultdict(list)
    for version in procedure_versions().values():
        for clock in version.procedure.clocks.values():
            if clock.owes_answer:
                named[clock.code].append(version.id)
    fits = Q(pk__in=[])
    if len(named) == 1:
        fits = Q(code__in=named)
    else:
        for code, versions in named.items():
            fits |= Q(code=code, case__procedure__in=versions)
    return cases.Clock.objects.filter(fits, case=OuterRef("pk"))


def _owed_answers() -> "QuerySet[cases.Clock]":
    """A clock for an answer that has not been stopped: the case waits for one."""
    return _answer_clocks().filter(stopped_on=None)


def _may_owe() -> Q:
    """Cases whose clocks must be looked at, because ``on_time`` does not tell the whole story."""
    return Q(answered_on=None) | Q(closed_on=None) | Q(reopenings__gt=0) | Q(outcome="withdrawn")


def _late(on: date) -> Q:
    """An answer that came late, or that the promise's last day passed without: by its clock, or by an older target."""
    ran_out = _answer_clocks().filter(
        Q(stopped_on__gt=F("due_on"))
        | Q(stopped_on=None, paused_on=None, due_on__lt=on)
        | Q(stopped_on=None, paused_on__gt=F("due_on"))
    )
    older = Q(filing__source__isnull=False, answered_on=None, due_on__isnull=False)
    passed = Q(due_on__lt=Coalesce(F("closed_on"), Value(on, output_field=DateField())))
    any_clock = cases.Clock.objects.filter(case=OuterRef("pk"))
    return Q(on_time=False) | (_may_owe() & Exists(ran_out)) | (older & passed & ~Exists(any_clock))


def _late_imports(filed: "QuerySet[cases.Case]", on: date, by: tuple[str, ...]) -> dict[tuple[Any, ...], int]:
    """Unanswered imported cases that came without a target of their own: their category's promise, counted out.

    Imports start no clocks, so that these would never fall due.
    """
    waiting = filed.filter(
        ~Q(outcome="forwarded"),
        filing__source__isnull=False,
        filing__staff_logged=False,
        answered_on=None,
        due_on=None,
        promise__isnull=False,
    ).filter(~Exists(cases.Clock.objects.filter(case=OuterRef("pk"))))
    groups = waiting.values_list(*by, "opened_on", "closed_on", "promise__days", "promise__counting")
    late: dict[tuple[Any, ...], int] = defaultdict(int)
    for *key, opened_on, closed_on, days, named, n in groups.annotate(n=Count("pk")).order_by():
        counting: Counting = "working" if named == "working" else "calendar"
        due = due_on(start_on=opened_on, days=days, counting=counting, calendar=calendar())
        if due < (closed_on or on):
            late[tuple(key)] += n
    return late
