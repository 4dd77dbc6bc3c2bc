"""Queues: whose they are, in which order on every database, and by which index."""

import pytest
from django.db import connection

from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, Filing
from gongshi.cases.queries import QueueFilter, joint_queue, queue
from gongshi.safekeeping.bulk import insert_all
from gongshi.safekeeping.ids import new_id
from tests.casework import accepted, answered
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db


def test_most_urgent_first_and_what_waits_for_the_resident_last(town: Town) -> None:
    _, waiting = accepted(town)
    ask_resident(waiting, "ask", "哪一头？", actor=town.actor("zhou"), at=NOW)
    _, done = answered(town)
    later = case_of(lin_files(town, at=local("2026-03-04 09:00"))[0])
    first = case_of(lin_files(town)[0])
    zhou = town.actor("zhou")
    found = list(queue(zhou, QueueFilter(), at=NOW))
    assert found[:2] == [first, later]
    assert found[2:] == sorted([waiting, done], key=lambda case: case.id)
    for clock, expected in (
        ("waiting", found[2:]),
        ("paused", [waiting]),
        ("late", []),
        ("soon", []),
    ):
        assert list(queue(zhou, QueueFilter(clock=clock), at=NOW)) == expected, clock
    assert list(queue(zhou, QueueFilter(turn="resident"), at=NOW)) == found[2:]
    assert list(queue(zhou, QueueFilter(mine=True), at=NOW)) == [
        case for case in found if zhou.staff_id in (case.handler_id, case.lead_id)
    ]


def test_soon_is_what_the_office_was_warned_of_and_late_what_ran_out(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    zhou = town.actor("zhou")
    for at, clock in (("2026-03-02 09:00", ""), ("2026-03-03 09:00", "soon"), ("2026-03-05 00:00", "late")):
        run_clocks(local(at))
        found = {name: list(queue(zhou, QueueFilter(clock=name), at=local(at))) for name in ("soon", "late")}
        assert found == {name: [case] if name == clock else [] for name in ("soon", "late")}, at


def test_closed_cases_and_other_offices_cases_are_not_in_it(town: Town) -> None:
    filed, case = accepted(town)
    lin_files(town, matter(town, "leak"))
    assert list(queue(town.actor("zhou"), QueueFilter(), at=NOW)) == [case]
    assert not queue(town.actor("su"), QueueFilter(), at=NOW).exists()
    make_move(case, "withdraw", actor=resident(filed), at=NOW)
    assert not queue(town.actor("zhou"), QueueFilter(), at=NOW).exists()


def test_joined_cases_have_a_queue_of_their_own(town: Town) -> None:
    _, case = accepted(town)
    lin_files(town, matter(town, "leak"))
    ma = town.actor("ma")
    assert not joint_queue(ma, QueueFilter(), at=NOW).exists()
    params = {"office": town.offices["water"].id, "reason": "下面是水管"}
    make_move(case, "invite_office", actor=town.actor("zhou"), at=NOW, params=params)
    assert list(joint_queue(ma, QueueFilter(), at=NOW)) == [case]
    assert case not in queue(ma, QueueFilter(), at=NOW)
    assert not joint_queue(town.actor("zhou"), QueueFilter(), at=NOW).exists()
    case.joint_offices.update(until_on=NOW.date())
    assert not joint_queue(ma, QueueFilter(), at=NOW).exists()


CROWD = 4_000


@pytest.fixture
def crowd(town: Town) -> Town:
    """Many open cases in two offices, one in ten waiting for the resident. Copies of one case's row."""
    filed, _ = lin_files(town)
    case, filing = case_of(filed), filed.filing
    filings, cases = [], []
    for number in range(CROWD):
        row = Filing(**{f.attname: getattr(filing, f.attname) for f in Filing._meta.concrete_fields})
        row.id, row.reference = new_id(), f"TT-{number}"
        copy = Case(**{f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields})
        copy.id, copy.filing_id, copy.content = new_id(), row.id, b""
        copy.office_id = town.offices["roads" if number % 2 else "water"].id
        copy.due_at = None if number % 10 < 2 else local(f"2026-03-{number % 28 + 1:02} 00:00")
        filings.append(row)
        cases.append(copy)
    insert_all(filings)
    insert_all(cases)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return town


def test_the_default_queue_reads_one_index_and_sorts_nothing(crowd: Town) -> None:
    """Whatever the size: the first page is the first fifty entries of the index."""
    page = queue(crowd.actor("zhou"), QueueFilter(), at=NOW).defer("content")[:50]
    plan = page.explain()
    assert "case_queue" in plan, plan
    assert "TEMP B-TREE" not in plan.upper(), plan
    assert "Sort" not in plan, plan
    rows = list(page)
    assert len(rows) == 50
    assert all(case.due_at for case in rows)
    assert rows == sorted(rows, key=lambda case: (case.due_at, case.id))
    # What waits for the resident stands at the end.
    dues = list(queue(crowd.actor("zhou"), QueueFilter(), at=NOW).values_list("due_at", flat=True))
    waiting = dues.count(None)
    assert waiting == CROWD // 10
    assert dues[-waiting:] == [None] * waiting
