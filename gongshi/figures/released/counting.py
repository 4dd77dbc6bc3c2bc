"""What is counted of a month, by office, category and public area: true numbers, for `making` alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from gongshi.accounts.queries import offices
from gongshi.cases import models as cases
from gongshi.cases.actions.public_state import public_area
from gongshi.figures.metrics import APART, Tally
from gongshi.figures.periods import Month
from gongshi.figures.queries import (
    agreed_to,
    category_names,
    counted,
    filed,
    last_said,
    office_names,
    tallies_by,
)
from gongshi.figures.released.columns import PUBLIC, WITHIN
from gongshi.places.queries import areas
from gongshi.routing.queries import procedure_versions
from gongshi.rules.disclosure import Cell

BY = ("office_id", "category_id", "area_id")
Counted = dict[Cell, Counter[str]]
_FROM_TALLY = (
    "cases",
    "due",
    "on_time",
    "answered",
    "asked",
    "confirmed",
    "not_confirmed",
    "reopened",
    "withdrawn",
    *APART,
)


def month_counted(month: Month, *, on: date, only: Q | None = None) -> Counted:
    """The counts of the cases filed in the month as they stand on the day ``on``: columns, and ``within_N`` days.

    ``only`` of some cases.
    """
    names = Names()
    found: Counted = defaultdict(Counter)
    for key, tally in tallies_by(BY, month.first, month.after.first, on=on, only=only).items():
        found[names.cell(key)].update(_of_tally(tally))
    answers = cases.Answer.objects.filter(case=OuterRef("pk"), undone_at=None)
    these = _of_month(month).filter(only or Q())
    all_of_them = these.annotate(said_kept=last_said(answers, "promise_kept"))
    for name, condition in _facts(on, answers).items():
        for *key, n in _numbers(all_of_them.filter(condition)):
            found[names.cell(key)][name] += n
    return dict(found)


def month_known(month: Month, *, on: date) -> Counted:
    """What everybody may know of single cases: those that their residents agreed to show, shown already or not.

    What was shown and taken back since is known as well. When a public copy changed is told, and so whether it was
    confirmed or the time to say so ran out, besides the days until the answer.
    """
    agreed = month_counted(month, on=on, only=agreed_to(OuterRef("pk")) & counted())
    return {
        cell: Counter({name: n for name in PUBLIC if (n := counts["answered" if name == "due" else name])})
        for cell, counts in agreed.items()
        if counts["cases"]
    }


def local_offices() -> dict[str, str]:
    """The offices that serve a single public area, by codes, with it: where an office is sent matters is public."""
    nodes = areas().everything
    inside: dict[UUID, set[UUID | None]] = defaultdict(set)
    for area, node in nodes.items():
        for outer in node.path[1:]:
            inside[outer].add(public_area(area))
    found = {}
    for office in offices().everything.values():
        # What lies in a whole area is told of the one above it.
        shown = {each for area in office.serves for each in inside.get(area) or {public_area(area)}}
        if len(shown) == 1 and (only := nodes.get(shown.pop())):  # type: ignore[arg-type]
            found[office.code] = only.code
    return found


def _of_month(month: Month) -> "QuerySet[cases.Case]":
    return filed(month.first, month.after.first).filter(counted())


def _numbers(found: "QuerySet[cases.Case]") -> Iterable[Any]:
    return found.values_list(*BY).annotate(n=Count("pk")).order_by()


def _of_tally(tally: Tally) -> dict[str, int]:
    return {**{name: getattr(tally, name) for name in _FROM_TALLY}, **_within(tally)}


def _within(tally: Tally) -> dict[str, int]:
    return {
        f"within_{days}": sum(
            n for (waited, answered), n in tally.waits.items() if answered and waited <= days
        )
        for days in WITHIN
    }


def _facts(on: date, answers: "QuerySet[cases.Answer]") -> dict[str, Q]:
    """What a tally does not hold."""
    first = _first_response()
    late = first.filter(Q(stopped_on__gt=F("due_on")) | Q(stopped_on=None, due_on__lt=on))
    promised = Q(Exists(answers.filter(by_on__lt=on)))
    responded = Q(Exists(first.filter(stopped_on__isnull=False)))
    owed = Q(Exists(late))
    return {
        "handed_on": Q(hand_overs__gt=0),
        "responses_due": responded | owed,
        "responses_on_time": responded & ~owed,
        "promised": promised,
        "kept": promised & Q(said_kept=True),
        "not_kept": promised & Q(said_kept=False),
    }


def _first_response() -> "QuerySet[cases.Clock]":
    """The outer case's clock for a first response: of the first stage, for the office, and not the answer's."""
    fits = Q(pk__in=[])
    for version in procedure_versions().values():
        procedure = version.procedure
        codes = [
            code
            for code, clock in procedure.clocks.items()
            if procedure.start in clock.runs_in and clock.waits_for == "office" and not clock.owes_answer
        ]
        if codes:
            fits |= Q(code__in=codes, case__procedure=version.id)
    return cases.Clock.objects.filter(fits, case=OuterRef("pk"))


class Names:
    """Codes of offices, categories and areas."""

    def __init__(self) -> None:
        self.categories = category_names()
        self.offices: dict[UUID, tuple[str, dict[str, str]]] = {}

    def cell(self, key: Iterable[Any]) -> Cell:
        office, category, area = key
        if office not in self.offices:
            self.offices.update(office_names([office]))
        shown = areas().everything.get(public_area(area)) if area else None  # type: ignore[arg-type]
        return self.offices[office][0], self.categories[category][0], shown.code if shown else ""
