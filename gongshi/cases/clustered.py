"""The published cases of one view of the map, put together by cells.

Nothing here can single anybody out: it counts rows of `PublicCase`, each of which anybody may open, by points that were
snapped before they were published.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Aggregate, Count, F, FloatField, Func, IntegerField, Model, QuerySet, Sum, Value

from gongshi.cases.models import PublicCase, PublicTally
from gongshi.rules.clusters import Box, Cells

M = TypeVar("M", bound=Model)
ROWS, TALLIED = Count("*"), Sum("more")
"""How many cases rows stand for: those of the cases themselves, and those of their tally."""
MANY = 1_000
"""From so many on, the newest are found sooner by going through all cases from the newest than by sorting these."""


@dataclass(frozen=True)
class Cluster:
    """So many published cases about a point: the middle of their snapped points."""

    latitude: float
    longitude: float
    cases: int


def in_box(found: "QuerySet[M]", box: Box | None) -> "QuerySet[M]":
    """Those whose snapped point lies in a box; all without one."""
    if box is None:
        return found
    return found.filter(
        latitude__gte=box.south, latitude__lte=box.north, longitude__gte=box.west, longitude__lte=box.east
    )


def newest_in_box(found: "QuerySet[PublicCase]", box: Box | None, cases: int) -> "QuerySet[PublicCase]":
    """The same, the newest filing first, where it is known how many there are."""
    ordered = found.order_by("-filed_on", "id")
    if box is None or cases <= MANY:
        return in_box(ordered, box)
    # A sum is in no index: the database goes by days and stops at the end of the page.
    nothing = Value(0.0, output_field=FloatField())
    return ordered.alias(up=F("latitude") + nothing, aside=F("longitude") + nothing).filter(
        up__gte=box.south, up__lte=box.north, aside__gte=box.west, aside__lte=box.east
    )


def clusters(
    found: "QuerySet[PublicCase] | QuerySet[PublicTally]", box: Box, cells: Cells, each: Aggregate = ROWS
) -> list[Cluster]:
    """The cases of a box by cell, the fullest first. One statement, answered from an index or from the tally.

    ``each``: how many cases the rows of a point are.

    The database counts each snapped point, in the order of the index; here the points of a cell are put together.
    """
    inside = in_box(found.order_by(), box)
    if inside.model is PublicTally:
        return _fullest_first(_by_cell(inside, cells))
    rows = inside.values_list("latitude", "longitude").annotate(n=each)
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for latitude, longitude, n in rows:
        if not n:
            continue
        one = sums[int((latitude + 90) / cells.height), int((longitude + 180) / cells.width)]
        one[0] += latitude * n
        one[1] += longitude * n
        one[2] += n
    return _fullest_first((south, west, int(n)) for south, west, n in sums.values())


def _by_cell(tally: "QuerySet[Any]", cells: Cells) -> Iterable[tuple[float, float, int]]:
    """The sums of each cell, added up by the database: it holds a row for each point of thousands."""
    up, aside = ((F("latitude") + 90.0) / cells.height, (F("longitude") + 180.0) / cells.width)
    told = tally.annotate(up=Whole(up), aside=Whole(aside)).values("up", "aside")
    south, west = Sum(F("latitude") * F("more")), Sum(F("longitude") * F("more"))
    rows: Iterable[tuple[float, float, int]] = (
        told.annotate(n=Sum("more"), south=south, west=west).filter(n__gt=0).values_list("south", "west", "n")
    )
    return rows


class Whole(Func):
    """The whole part of a positive number, as an integer."""

    output_field = IntegerField()
    template = "CAST(FLOOR(%(expressions)s) AS integer)"

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Without a function, which Python would be called for."""
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS integer)")


def _fullest_first(sums: Iterable[tuple[float, float, int]]) -> list[Cluster]:
    """Sums of latitudes, longitudes and cases as clusters."""
    made = [Cluster(round(south / n, 6), round(west / n, 6), n) for south, west, n in sums]
    return sorted(made, key=lambda one: (-one.cases, one.latitude, one.longitude))
