"""How many grievances there are about an office, or with one, is a number for nobody: not for those who deal with them.

Every number that the program shows is taken twice: before and after a dozen sealed matters came in and were late.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest

from gongshi.accounts.models import Role
from gongshi.accounts.queries import actors_for, offices
from gongshi.accounts.rights import may
from gongshi.cases import digests, worklists
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.drafts import KeepOff
from gongshi.cases.models import Case, Supervision
from gongshi.cases.queries import QueueFilter, queue
from gongshi.figures.periods import Month
from gongshi.figures.released.counting import month_counted
from gongshi.figures.report import report
from gongshi.web.monitoring import metrics
from tests.casework import add_staff, grievance, ladder_town
from tests.cast import Town, lin_files, matter
from tests.clock import Clock, local

pytestmark = pytest.mark.django_db
LATE = local("2026-04-20 09:00")


@pytest.fixture
def full(town: Town, clock: Clock) -> Town:
    """The city over the hall over Roads and Water, with somebody of every role in the city and the hall."""
    ladder_town(town)
    for office in ("city", "hall"):
        add_staff(town, f"{office}-all", **{office: [role for role in Role.values if role != "reader"]})
    lin_files(town)
    clock.set("2026-04-20 09:00")
    return town


def many_come_in(town: Town) -> None:
    """About Roads, kept from Roads, with Roads and with Water; none is answered in time."""
    roads = town.offices["roads"].id
    for _each in range(3):
        lin_files(town, matter(town, "conduct", subject=roads))
        lin_files(town, matter(town, "quarrel", keep_off=(KeepOff(roads),)))
        lin_files(town, matter(town, "quarrel"))
        grievance(town)


def numbers(town: Town, at: datetime) -> dict[str, Any]:
    """Every number by who is shown it, but those of one's own list of work."""
    found: dict[str, Any] = {"metrics": metrics.text(at)}
    found["figures"] = report(None, None, on=at.date())
    found["counts that will be released"] = month_counted(Month.of(at.date()).before, on=at.date())
    for name in town.staff:
        for actor in actors_for(town.staff[name]):
            found[f"{name}: mail"] = digests.digest_of(actor, at)
            people = [one.id for one in town.staff.values()]
            found[f"{name}: loads of colleagues"] = worklists.loads_of(actor, people, at=at)
            if may(actor, "board.read"):
                found |= board(name, actor, at)
    return found


def board(name: str, actor: Any, at: datetime) -> dict[str, Any]:
    loads, capped = worklists.loads(actor, at=at)
    found: dict[str, Any] = {f"{name}: offices": ([asdict(one) for one in loads], capped)}
    below = [one for one, node in offices().items() if actor.office_id in node.supervisors]
    for office in (None, *below):
        found[f"{name}: board of {office}"] = worklists.board_counts(actor, at=at, office=office)
        for listed in worklists.BOARD_LISTS:
            rows = worklists.board_list(actor, listed, at=at, office=office)
            found[f"{name}: {listed} of {office}"] = [row.id for row in rows]
    found[f"{name}: causes"] = [(one.supervision.id, one.cases) for one in worklists.causes(actor)]
    return found


def test_no_number_moves_when_sealed_matters_come_in(full: Town) -> None:
    run_clocks(LATE)
    before = numbers(full, LATE)
    assert len(before) > 30
    many_come_in(full)
    run_clocks(LATE)
    after = numbers(full, LATE)
    assert {key for key in before if before[key] != after[key]} == set()


def test_whoever_deals_with_them_finds_them_all_the_same(full: Town, clock: Clock) -> None:
    """On the list of work of the supervisor who decides: what is late, and what nobody answers for."""
    many_come_in(full)
    run_clocks(LATE)
    lists = {name: queue(full.actor(name), QueueFilter(), at=LATE) for name in ("qin", "gu")}
    late = [one for one in Supervision.objects.filter(decided_at=None) if one.cause.startswith("case:")]
    whose = {full.offices[office].id: name for office, name in (("hall", "qin"), ("city", "gu"))}
    assert late
    for one in late:
        assert one.supervisor_id is not None
        assert lists[whose[one.supervisor_id]].filter(supervision=one).exists()
    clock.set("2026-04-21 09:00")
    _, new = grievance(full, at=clock())
    assert not lists["qin"].filter(pk=new.pk).exists()
    Case.objects.filter(pk=new.pk).update(lead=None)
    assert queue(full.actor("qin"), QueueFilter(), at=clock()).filter(pk=new.pk).exists()
