"""Queries that are put together once: everybody gets what is theirs, whoever asked before them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Q, QuerySet

from gongshi.cases import queries, saved_views, waiting, worklists
from gongshi.cases.actions import looks
from gongshi.cases.models import Case
from gongshi.cases.queries import case_by_reference
from gongshi.cases.sight import eyes_of
from gongshi.places.prepared import Later, Prepared, _Filled
from gongshi.places.snapshots import bump_revision
from tests.casework import accepted
from tests.cast import NOW, Town, case_of, lin_files, matter
from tests.statements import captured

CAST = ("zhou", "ma", "qin", "he", "su", "zhou")
LATE = NOW + timedelta(days=40)


@pytest.mark.django_db
def test_each_reader_gets_what_a_query_of_their_own_gives(town: Town) -> None:
    _, mine = accepted(town)
    other = case_of(lin_files(town, matter(town, "leak"))[0])
    seen: dict[str, set[UUID]] = {}
    for name, at in ((name, at) for at in (NOW, LATE) for name in CAST):
        actor = town.actor(name)
        eyes, seat = eyes_of(actor), queries.seat_of(actor, at)
        for wanted in (worklists.Wanted(), worklists.Wanted(clock="late"), worklists.Wanted(mine=True)):
            _same(worklists._listed, seat, wanted, worklists._bounds(wanted, at), 0, 51)
        for counted in (worklists._FIRST, worklists._URGENT):
            _same(counted, seat, worklists._bounds(worklists.Wanted(), at))
        _same(worklists._JOINT, seat)
        _same(worklists._loads, eyes, (actor.staff_id,), at)
        _same(looks._own_drafts, eyes, mine.pk)
        _same(saved_views._tabs, actor.staff_id, actor.office_id)
        for both in ((True, True), (True, False), (False, True)):
            _same(waiting._rows, eyes, at, at - timedelta(hours=1), *both)
        rows, _ = worklists.queue(actor, worklists.Wanted(), at=at, page=1)
        seen[name] = {row.pk for row in rows}
    assert seen["zhou"] == {mine.pk}
    assert seen["ma"] == {other.pk}
    for name, case in (("zhou", other), ("ma", mine), ("su", mine)):
        with pytest.raises(queries.NotFound):
            case_by_reference(town.actor(name), case.filing.reference, 1)


def _same(prepared: "Prepared[Any]", *asked: Any) -> None:
    """The rows twice, from a statement of another reader and from one of this one alone."""
    own = list(prepared.build(*asked))
    assert [_plain(row) for row in prepared(*asked)] == [_plain(row) for row in own]


def _plain(row: Any) -> Any:
    if not isinstance(row, Case):
        return row
    return {
        name: value for name, value in vars(row).items() if not name.startswith("_")
    }, row.filing.reference


def _built(asked: list[Any], *, fixed: bool = False) -> "Prepared[Case]":
    def build(office: UUID, at: datetime, kinds: Any, number: int, late: bool) -> "QuerySet[Case, Any]":
        asked.append(late)
        due = Q(due_at__lte=at) if late else Q(due_at__gt=at)
        found = Case.objects.filter(due, office=office, kind__in=kinds, number=number)
        return found.order_by("id").values_list("id", "kind")

    return Prepared(build, fixed=fixed)


@pytest.mark.django_db
def test_one_shape_is_put_together_once_until_the_configuration_changes(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    lin_files(town, matter(town, "leak"))
    built: list[Any] = []
    asked = _built(built)
    found = [(case.pk, case.kind)]
    kinds = ["hazard", case.kind]
    assert asked(case.office_id, LATE, kinds, Later(1), True) == found
    assert asked(case.office_id, NOW, kinds, Later(1), True) == []
    assert asked(case.office_id, LATE, ("hazard",), Later(1), True) == []
    assert asked(case.office_id, LATE, kinds, Later(2), True) == []
    assert asked(uuid4(), LATE, kinds, Later(1), True) == []
    assert built == [True]
    assert asked(case.office_id, NOW, kinds, Later(1), False) == found
    assert built == [True, False]
    with captured() as statements:
        assert asked(case.office_id, LATE, kinds, Later(1), True) == found
        assert asked(case.office_id, LATE, [], Later(1), True) == []
    assert len(statements) == 1
    with pytest.raises(EmptyResultSet):
        asked.sql(case.office_id, LATE, [], Later(1), True)
    bump_revision()
    assert asked(case.office_id, LATE, kinds, Later(1), True) == found
    assert built == [True, False, True, True]
    settled = _built(built := [], fixed=True)
    assert settled(case.office_id, LATE, kinds, Later(1), True) == found
    bump_revision()
    with captured() as statements:
        assert settled(case.office_id, LATE, kinds, Later(1), True) == found
    assert (built, len(statements)) == ([True], 1)


@pytest.mark.django_db
def test_nothing_of_one_reader_can_be_decided_by_or_kept() -> None:
    own = uuid4()
    for careless in (
        lambda one: Case.objects.none() if one == own else Case.objects.all(),
        lambda one: Case.objects.filter(pk=one) if one in (own,) else Case.objects.all(),
        lambda one: Case.objects.filter(due_at=one + timedelta(1)),
        lambda one: Case.objects.filter(pk__in=list(one)),
    ):
        with pytest.raises(TypeError):
            Prepared(careless)(own)
    with pytest.raises(TypeError, match="neither left open nor part"):
        Prepared(lambda one: Case.objects.filter(pk=one))(object())


@pytest.mark.django_db
def test_each_thread_asks_through_its_own_connection() -> None:
    asked = Prepared(lambda pk: Case.objects.filter(pk=pk))
    assert asked(uuid4()) == []

    def other() -> tuple[Any, Any]:
        used = _Filled(*asked._statement([uuid4()])).get_compiler().connection
        return used, connections["default"]

    with ThreadPoolExecutor(1) as threads:
        used, own = threads.submit(other).result()
    assert used is own
    assert used is not connections["default"]


@pytest.mark.django_db
def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongshi.places.prepared.MOST", 3)
    asked = Prepared(lambda kind: Case.objects.filter(kind=kind))
    for number in range(10):
        assert asked(str(number)) == []
        assert len(asked._kept()) <= 3
