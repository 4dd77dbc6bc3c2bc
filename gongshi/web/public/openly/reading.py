"""Every read of published cases. It reads `PublicCase`, and how many of them there are, and no other table of cases."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from django.db.models import Aggregate, Model, QuerySet

from gongshi.cases import narrowing
from gongshi.cases.clustered import ROWS, TALLIED, in_box, newest_in_box
from gongshi.cases.models import PublicCase, PublicTally
from gongshi.places.queries import areas
from gongshi.routing.queries import CategoryNode, categories
from gongshi.rules.clusters import Box

M = TypeVar("M", bound=Model)
NO_PLACE = "none"
# What a list shows of a case: without texts and tokens, which are most of the row.
LISTED = ("case", "title", "language", "filed_on", "state", "category__name", "area__name")
groups, public_areas = narrowing.groups, narrowing.public_areas


@dataclass(frozen=True)
class Filters(narrowing.Filters):
    """What somebody wants to see in the list or on the map. Empty: everything.

    ``no_place``: only what has no point, and so is on no map. ``box``: only what lies in a part of the map.
    """

    no_place: bool = False
    box: Box | None = None

    def __bool__(self) -> bool:
        return super().__bool__() or bool(self.no_place or self.box)


def filters(group: str, area: str, state: str, box: str = "") -> Filters:
    """The filters that these codes name; "" for none, `NO_PLACE` for what has no point.

    Raises LookupError for a code that there is not, and ValueError for what is no box.
    """
    no_place = area == NO_PLACE
    named = narrowing.filters(group, "" if no_place else area, state)
    return Filters(named.group, named.area, named.state, 0, no_place, Box.parse(box) if box else None)


def newest(wanted: Filters, cases: int) -> "QuerySet[PublicCase]":
    """Published cases with what a list shows of them, the newest filing first. ``cases``: how many there are."""
    shown = everywhere(wanted).select_related("category", "area").only(*LISTED)
    return newest_in_box(shown, wanted.box, cases)


def everywhere(wanted: Filters) -> "QuerySet[PublicCase]":
    """Published cases by all filters but the part of the map, in no order."""
    return _in_area(_filtered(PublicCase.objects.order_by(), wanted), wanted)


@dataclass(frozen=True)
class Counted:
    """What counts the cases that some filters let through: ``rows``, of which each stands for ``each``."""

    rows: "QuerySet[PublicCase] | QuerySet[PublicTally]"
    each: Aggregate

    def number(self, box: Box | None = None) -> int:
        """How many there are, or how many in a box. One statement."""
        return in_box(self.rows, box).aggregate(n=self.each)["n"] or 0

    def without_a_point(self) -> int:
        """How many are on no map. One statement."""
        return self.rows.filter(latitude=None).aggregate(n=self.each)["n"] or 0


def counted(wanted: Filters) -> Counted:
    """The tally, or the cases themselves where a group of categories is wanted, which it does not tell apart."""
    if wanted.group:
        return Counted(everywhere(wanted), ROWS)
    tally = PublicTally.objects.order_by()
    tally = tally.filter(state=wanted.state) if wanted.state else tally
    return Counted(_in_area(tally, wanted), TALLIED)


def published_case(public_id: UUID) -> PublicCase | None:
    """One published case, or None: taken back, or never there."""
    return PublicCase.objects.select_related("category", "area", "office").filter(pk=public_id).first()


def group_of(found: PublicCase) -> CategoryNode | None:
    """The topmost group of its category; None when the category was retired."""
    node = categories().get(found.category_id)
    return categories().get(node.path[-1]) if node else None


def cases_by_area(wanted: Filters) -> Counter[UUID]:
    """Published cases of each area with all its parts, whatever area was chosen. One statement."""
    known = counted(replace(wanted, area=None, no_place=False))
    rows = known.rows.values_list("area").annotate(n=known.each)
    found: Counter[UUID] = Counter()
    for area, n in rows:
        node = areas().get(area) if area else None
        for upper in node.path if node else ():
            found[upper] += n
    return found


def _filtered(found: "QuerySet[PublicCase]", wanted: Filters) -> "QuerySet[PublicCase]":
    if wanted.group:
        found = found.filter(category__in=wanted.categories)
    return found.filter(state=wanted.state) if wanted.state else found


def _in_area(found: "QuerySet[M]", wanted: Filters) -> "QuerySet[M]":
    if wanted.no_place:
        return found.filter(latitude=None)
    if wanted.area is None:
        return found
    return found.filter(area__in=wanted.areas)
