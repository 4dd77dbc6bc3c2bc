"""What counts as what: lived through the actions where clocks matter, and as rows where an import leaves them."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.cases import jobs
from gongshi.cases.actions.answers import NewAnswer, Verdict, give_verdict, send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Case, Filing
from gongshi.figures.metrics import COUNTS, Tally, together
from gongshi.figures.queries import first_and_last_filed, office_tallies, tallies
from gongshi.rules.survival import Wait, median_wait
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import local
from tests.figures.conftest import Cases

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 20)
MARCH = (date(2026, 3, 1), date(2026, 4, 1))


def all_together(on: date = ON) -> Tally:
    return together(tallies(None, None, on=on).values())


def counted(tally: Tally) -> dict[str, int]:
    """The counts that are not zero."""
    return {name: n for name, n in tally.numbers().items() if n}


def answer_on(town: Town, case: Case, day: str) -> Case:
    """Roads answers; the promise for a pothole filed on 2 March falls due on the 9th."""
    answer = NewAnswer("done", "看了。", date(2026, 3, 2), "补好了。", "道路所")
    return send_answer(case, "answer", answer, actor=town.actor("zhou"), at=local(f"{day} 16:00"))


def accepted(town: Town, *matters: Any) -> tuple[Any, Case]:
    filed, _ = lin_files(town, *matters)
    case = make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=local("2026-03-02 10:00"))
    return filed, case


@pytest.mark.parametrize(("day", "on_time"), [("2026-03-09", 1), ("2026-03-10", 0)])
def test_an_answer_on_the_last_day_is_on_time(town: Town, day: str, on_time: int) -> None:
    _, case = accepted(town)
    answer_on(town, case, day)
    tally = all_together()
    assert (tally.cases, tally.answered, tally.asked, tally.due, tally.on_time) == (1, 1, 1, 1, on_time)
    assert tally.median_days == int(day[-2:]) - 2


def test_an_open_case_falls_due_the_day_after_its_last(town: Town) -> None:
    accepted(town)
    assert counted(all_together(date(2026, 3, 9))) == {"cases": 1}
    late = all_together(date(2026, 3, 10))
    assert counted(late) == {"cases": 1, "due": 1}
    assert late.waits == Counter({(8, False): 1})
    assert late.median_days is None


def test_what_waits_for_the_resident_does_not_fall_due(town: Town) -> None:
    _, case = accepted(town)
    ask_resident(case, "ask", "哪一头？", actor=town.actor("zhou"), at=local("2026-03-04 09:00"))
    assert counted(all_together(date(2026, 3, 13))) == {"cases": 1}


def test_a_reopened_case_waits_again_and_can_become_late(town: Town) -> None:
    filed, case = accepted(town)
    answer_on(town, case, "2026-03-04")
    give_verdict(
        case, "reopen", Verdict(False, None, "没补"), actor=resident(filed), at=local("2026-03-05 09:00")
    )
    waiting = all_together(date(2026, 3, 6))
    assert counted(waiting) == {"cases": 1, "answered": 1, "asked": 1, "due": 1, "on_time": 1, "reopened": 1}
    assert waiting.waits == Counter({(4, False): 1})
    assert all_together(date(2026, 3, 12)).on_time == 1
    assert all_together(date(2026, 3, 20)).on_time == 0
    # Whoever was late once is not on time by answering at last.
    run_clocks(local("2026-03-20 00:05"))
    answer_on(town, Case.objects.select_related("filing", "promise").get(pk=case.pk), "2026-03-20")
    again = all_together()
    assert (again.due, again.on_time) == (1, 0)
    assert again.waits == Counter({(18, True): 1})


def test_confirmed_and_silent_are_told_apart(town: Town) -> None:
    filed, case = accepted(town)
    answer_on(town, case, "2026-03-04")
    give_verdict(case, "confirm", Verdict(True), actor=resident(filed), at=local("2026-03-05 09:00"))
    _, silent = accepted(town)
    answer_on(town, silent, "2026-03-04")
    run_clocks(local("2026-03-20 00:05"))
    tally = all_together()
    assert (tally.confirmed, tally.not_confirmed, tally.reopened, tally.asked) == (1, 1, 0, 2)


def test_withdrawing_neither_helps_nor_harms_the_office(town: Town) -> None:
    early, one = accepted(town)
    make_move(one, "withdraw", actor=resident(early), at=local("2026-03-05 09:00"))
    slow, two = accepted(town)
    make_move(two, "withdraw", actor=resident(slow), at=local("2026-03-12 09:00"))
    tally = all_together()
    assert counted(tally) == {"cases": 2, "withdrawn": 2, "due": 1}
    assert tally.waits == Counter({(3, False): 1, (10, False): 1})


def test_an_erasure_changes_no_figure(town: Town) -> None:
    """What is erased on a resident's wish or by the schedule stays in the figures that it was in, late ones too."""
    filed, one = accepted(town)
    withdraw(one, erase=True, actor=resident(filed), at=local("2026-03-05 09:00"))
    slow, two = accepted(town)
    run_clocks(local("2026-03-10 00:05"))
    two = Case.objects.select_related("filing", "promise", "supervision").get(pk=two.pk)
    withdraw(two, erase=True, actor=resident(slow), at=local("2026-03-12 09:00"))
    late, three = accepted(town)
    answer_on(town, three, "2026-03-11")
    give_verdict(three, "confirm", Verdict(True), actor=resident(late), at=local("2026-03-12 09:00"))
    before = all_together()
    assert counted(before)["withdrawn"] == 2
    assert counted(before)["due"] == 2
    assert jobs.erase(local("2026-04-10 09:00")) == 2
    assert all_together() == before
    assert jobs.retain(local("2028-04-10 09:00")) == 1
    assert all_together() == before


def test_what_is_kept_after_all_is_not_withdrawn(town: Town) -> None:
    filed, one = accepted(town)
    withdraw(one, erase=True, actor=resident(filed), at=local("2026-03-05 09:00"))
    keep_after_all(one, actor=resident(filed), at=local("2026-03-06 09:00"))
    assert all_together().withdrawn == 0


def test_matters_about_an_office_are_never_a_figure(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    assert tallies(None, None, on=ON) == {}
    assert first_and_last_filed() is None
    withdraw(case_of(filed), erase=True, actor=resident(filed), at=local("2026-03-05 09:00"))
    assert tallies(None, None, on=ON) == {}


def test_a_case_counts_for_the_office_that_has_it(town: Town) -> None:
    _, case = accepted(town)
    water = town.offices["water"]
    params = {"office": water.id, "reason": "归水务"}
    make_move(case, "hand_over", actor=town.actor("zhou"), at=local("2026-03-03 09:00"), params=params)
    assert list(tallies(None, None, on=ON)) == [water.id]


def test_without_a_promise_nothing_is_on_time(town: Town) -> None:
    _, case = accepted(town, matter(town, "noise"))
    answer_on(town, case, "2026-03-03")
    assert counted(all_together()) == {"without_promise": 1}


def test_what_staff_wrote_down_and_what_was_forwarded_is_counted_apart(town: Town, cases: Cases) -> None:
    answered = {"answered_on": date(2026, 3, 3), "on_time": True}
    cases(3, staff_logged=True, **answered)
    cases(2, source=True, outcome="forwarded", closed_on=date(2026, 3, 3))
    cases(1, source=True, staff_logged=True, outcome="forwarded", closed_on=date(2026, 3, 3))
    assert counted(all_together()) == {"staff_logged": 3, "forwarded": 3}
    assert all_together().filed == 6
    assert all_together().median_days is None


def test_what_staff_wrote_down_counts_with_the_rest_once_it_is_claimed(town: Town, cases: Cases) -> None:
    answered = {"answered_on": date(2026, 3, 3), "on_time": True}
    rows = cases(3, staff_logged=True, **answered)
    Filing.objects.filter(pk=rows[0].filing_id).update(claimed=True)
    found = counted(all_together())
    assert (found["staff_logged"], found["cases"], found["answered"]) == (2, 1, 1)
    assert "confirmed" not in found


def test_imported_cases_are_held_to_their_own_target_or_to_the_promise(town: Town, cases: Cases) -> None:
    closed = {"source": True, "outcome": "imported", "closed_on": date(2026, 3, 4)}
    cases(1, **closed, answered_on=date(2026, 3, 4), on_time=True)
    cases(2, **closed, answered_on=date(2026, 3, 4), on_time=False)
    cases(4, source=True, due_on=date(2026, 3, 19))
    cases(8, source=True, due_on=date(2026, 3, 20))
    cases(16, source=True, category="noise", due_on=date(2026, 3, 19))
    cases(32, source=True)  # the promise: 9 March
    cases(64, source=True, opened_on=date(2026, 3, 16))  # the promise: 23 March
    cases(128, source=True, category="noise")
    tally = all_together()
    assert counted(tally) == {
        "cases": 1 + 2 + 4 + 8 + 16 + 32 + 64,
        "answered": 3,
        "due": 1 + 2 + 4 + 16 + 32,
        "on_time": 1,
        "without_promise": 128,
    }


def test_an_imported_case_falls_due_the_day_after_its_promise(town: Town, cases: Cases) -> None:
    cases(3, source=True)
    assert all_together(date(2026, 3, 9)).due == 0
    assert all_together(date(2026, 3, 10)).due == 3


def test_closed_without_an_answer_is_not_an_answer(town: Town, cases: Cases) -> None:
    cases(5, source=True, outcome="imported", closed_on=date(2026, 3, 12), due_on=date(2026, 3, 9))
    cases(3, source=True, outcome="imported", closed_on=date(2026, 3, 9), due_on=date(2026, 3, 9))
    tally = all_together()
    assert counted(tally) == {"cases": 8, "due": 5}
    assert tally.waits == Counter({(10, False): 5, (7, False): 3})


def test_a_period_has_its_first_day_and_not_its_last(town: Town, cases: Cases) -> None:
    for n, day in enumerate(("02-28", "03-01", "03-31", "04-01")):
        cases(10**n, opened_on=date.fromisoformat(f"2026-{day}"))
    found = tallies(*MARCH, on=date(2026, 5, 1))
    assert together(found.values()).cases == 110
    assert first_and_last_filed() == (date(2026, 2, 28), date(2026, 4, 1))


def test_a_retired_office_keeps_its_figures(town: Town, cases: Cases) -> None:
    cases(2, office="water")
    town.offices["water"].valid_to = date(2026, 3, 10)
    town.offices["water"].save()
    assert [(row.code, row.name["en"]) for row in office_tallies(None, None, on=ON)] == [("water", "Water")]


def test_the_whole_agrees_with_counting_one_by_one(town: Town, cases: Cases) -> None:
    """A thousand imported cases in every state, counted by the database and by hand."""
    dice = Random(20260302)
    expected: dict[str, Tally] = {"roads": Tally(), "water": Tally()}
    waits: list[Wait] = []
    for _ in range(60):
        n, office = dice.randint(1, 30), dice.choice(["roads", "water"])
        opened = date(2025, 1, 1) + timedelta(days=dice.randint(0, 400))
        days = dice.randint(0, 40)
        done, target = opened + timedelta(days=days), opened + timedelta(days=dice.randint(0, 40))
        kind = dice.choice(["answered", "open", "silent", "confirmed", "forwarded", "staff_logged"])
        tally = expected[office]
        told: dict[str, Any] = {"source": True, "opened_on": opened, "office": office}
        if kind == "open":
            cases(n, due_on=target, **told)
            waits.append(Wait((ON - opened).days, False, n))
            tally.due += n
        elif kind == "forwarded":
            cases(n, **told, closed_on=done, outcome="forwarded")
        elif kind == "staff_logged":
            cases(n, **told, staff_logged=True, answered_on=done, on_time=True)
        else:
            outcome = {"answered": "imported", "silent": "unconfirmed", "confirmed": "confirmed"}[kind]
            cases(
                n,
                **told,
                answered_on=done,
                on_time=done <= target,
                closed_on=done,
                outcome=outcome,
                reopenings=n % 2,
            )
            waits.append(Wait(days, True, n))
            tally.due += n
            tally.answered += n
            tally.on_time += n * (done <= target)
            tally.asked += n * (kind != "answered")
            tally.confirmed += n * (kind == "confirmed")
            tally.not_confirmed += n * (kind == "silent")
            tally.reopened += n * (n % 2) * (kind != "answered")
        name = kind if kind in ("forwarded", "staff_logged") else "cases"
        setattr(tally, name, getattr(tally, name) + n)
    found = {row.code: row.tally for row in office_tallies(None, None, on=ON)}
    for office, tally in expected.items():
        assert {name: getattr(found[office], name) for name in COUNTS} == tally.numbers()
    assert together(found.values()).median_days == median_wait(waits)


def test_the_number_of_statements_does_not_grow(town: Town, cases: Cases) -> None:
    cases(40, source=True)
    cases(40, office="water", answered_on=date(2026, 3, 5), on_time=True)
    office_tallies(None, None, on=ON)
    with CaptureQueriesContext(connection) as statements:
        office_tallies(None, None, on=ON)
    assert len(statements) == 2
