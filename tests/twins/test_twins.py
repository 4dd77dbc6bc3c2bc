"""Two worlds, alike but for one sealed matter about Roads: to whoever works there, and to the public, they are one.

Byte for byte, headers and cookies too. Of the ledger the sizes, times and shapes are compared: its hashes are random by
design, in any two runs.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from gongshi.cases import queries, worklists
from gongshi.cases.actions import filing
from gongshi.cases.models import Case, Filing
from gongshi.figures import queries as figures
from gongshi.rules.references import new_reference
from gongshi.safekeeping import sequencing
from gongshi.web.desk import contents
from gongshi.web.monitoring import metrics
from tests.twins.walk import Answers, Known, differences, routes, walk
from tests.twins.world import (
    Thing,
    World,
    a_complaint,
    a_month,
    a_pothole_alone,
    beside_a_pothole,
    secret_ids,
    shown_of,
    undone,
)

pytestmark = pytest.mark.django_db(databases="__all__")
# Whether the walk would notice has nothing to do with the database, and takes a minute.
planted = pytest.mark.skipif(connection.vendor != "sqlite", reason="leaks are planted once, on SQLite")
Leak = Callable[[pytest.MonkeyPatch], None]
# Who asks has nothing to do with the database either: on the second one a few do, of each kind.
SOME = ("he", "zhou", "ma", "chen", "the public") if connection.vendor != "sqlite" else ()
# Enough of a walk for a leak that is planted in every page of its kind: who asks, and for which routes.
FEW = ("he", "the public")
THERE = ("desk:queue", "desk:case", "metrics", "api:heads", "api:head", "public:published")
SOON, BEFORE_LONG = "2026-03-04 09:00", "2026-03-12 00:00"


def worlds(
    world: World, thing: Thing, other: Thing | None, look: Callable[[dict[str, Any]], Any], **more: Any
) -> Any:
    """What ``look`` finds in the world with ``thing``, and in the one with ``other`` or nothing in its place."""
    found = []
    secret: dict[str, Any] = {}
    for each in (thing, other):
        with undone():
            a_month(world, each, **more)
            secret = secret or (shown_of(world) if other else secret_ids(world))
            found.append(look(secret))
    return found


def test_a_sealed_matter_about_roads_is_nowhere(world: World) -> None:
    told, untold = worlds(world, a_complaint, None, lambda secret: walk(world, secret, SOME))
    assert len(told) > (1_000 if SOME else 2_500)
    assert differences(told, untold) == []


def test_nor_does_the_matter_that_came_with_it_tell(world: World) -> None:
    """Whoever names the complaint first and a pothole second has a pothole that Roads reads like one filed alone."""
    told, untold = worlds(
        world, beside_a_pothole, a_pothole_alone, lambda secret: walk(world, secret, FEW), until=SOON
    )
    assert differences(told, untold) == []


# The walk would notice


def a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    real = worklists.counts
    monkeypatch.setattr(
        worklists,
        "counts",
        lambda *a, **k: replace(real(*a, **k), total=Case.objects.filter(closed_at=None).count()),
    )


def a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Case.objects.filter(closed_at=None).order_by(*queries.MOST_URGENT)
    monkeypatch.setattr(queries, "queue_of", lambda *_: everything)
    # Put together each time: what was put together before does not know of the leak.
    monkeypatch.setattr(worklists, "_listed", lambda *given: list(worklists._list(*given)))


def a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "KINDS", (*figures.KINDS, "conduct"))


def an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hidden answers otherwise than what is not there."""
    real = queries.case_by_reference

    def telling(actor: Any, reference: str, number: int) -> Case:
        try:
            return real(actor, reference, number)
        except queries.NotFound:
            if Case.objects.filter(filing__reference=reference, number=number).exists():
                raise PermissionDenied from None
            raise

    monkeypatch.setattr(contents, "case_by_reference", telling)


def a_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metrics.text
    monkeypatch.setattr(metrics, "text", lambda at: real(at) + f"gongshi_cases {Case.objects.count()}\n")


# Each with the answers in which it shows; planted together where no one hides another.
TOGETHER: tuple[dict[Leak, str], ...] = (
    {a_count: r"^he GET /desk/[:?]", a_metric: r"^the public GET /metrics", an_address: r": 403 \| 404"},
    {a_list: r"^he GET /desk/[:?]", a_figure: r"^the public RUN gongshi figures"},
)


@planted
def test_the_walk_notices_each_leak(world: World) -> None:
    """All of them planted in the same two worlds."""

    def look(secret: dict[str, Any]) -> list[Answers]:
        found = []
        for leaks in TOGETHER:
            with pytest.MonkeyPatch.context() as planted:
                for plant in leaks:
                    plant(planted)
                found.append(walk(world, secret, FEW, THERE))
        return found

    told, untold = worlds(world, a_complaint, None, look, until=BEFORE_LONG)
    for number, leaks in enumerate(TOGETHER):
        seen = differences(told[number], untold[number])
        for plant, place in leaks.items():
            assert any(re.search(place, each) for each in seen), (plant.__name__, seen)


def unpadded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "padded_size", lambda leaves: leaves)


def numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        filing, "_reference", lambda: new_reference("TT", Filing.objects.count().to_bytes(5, "big"))
    )


@planted
@pytest.mark.parametrize("plant", [unpadded, numbered], ids=lambda plant: plant.__name__)
def test_the_walk_notices_leaks_that_grow_with_time(
    world: World, monkeypatch: pytest.MonkeyPatch, plant: Leak
) -> None:
    """A ledger that is as long as what happened; references that count filings."""
    plant(monkeypatch)
    told, untold = worlds(
        world, a_complaint, None, lambda secret: walk(world, secret, FEW, THERE), until=SOON
    )
    assert differences(told, untold)


def test_no_route_is_forgotten() -> None:
    """The list comes from the resolver; a part of an address that the walk has no values for is an error."""
    names = [name for name, _ in routes()]
    assert len(names) == len(set(names)) > 90
    assert {"desk:case", "public:published", "api:heads", "metrics", "account_login"} <= set(names)
    with pytest.raises(LookupError, match="unheard_of"):
        list(Known({}).of("fresh", ["unheard_of"]))
