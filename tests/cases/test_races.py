"""Many at once, with real threads and real locks: one wins, the others are told, and nothing is half there."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections, transaction

from gongshi.cases.actions import filing as filing_actions
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, write_note
from gongshi.cases.actions.glass import MOST_A_DAY, ask
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.supervision import decide
from gongshi.cases.models import (
    Answer,
    BreakGlass,
    Case,
    Clock,
    Filing,
    History,
    Message,
    Receipt,
    Supervision,
)
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.safekeeping.models import Leaf, Wrap
from gongshi.safekeeping.receipts import new_receipt
from tests.casework import ANSWER, ANSWERED, accepted, add_office, add_staff, replayed
from tests.cast import NOW, Town, build_town, case_of, lin_files, resident
from tests.clock import local

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    """The town, committed, so that every thread sees it."""
    forget()
    yield build_town()
    forget()


def at_once(work: Callable[[int], Any], times: int) -> Counter[str]:
    """Call ``work`` in so many threads that start together; how they ended, by the name of what came out."""
    ended: list[str] = []
    gate = threading.Barrier(times)

    def run(number: int) -> None:
        gate.wait()
        try:
            ended.append(type(work(number)).__name__)
        except Exception as problem:
            ended.append(type(problem).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def test_fifty_accept_and_one_does(town: Town) -> None:
    filed, _ = lin_files(town)
    notices = OutboxRow.objects.count()
    copies = [case_of(filed) for _ in range(50)]
    actors = [town.actor("zhou"), town.actor("he")]

    ended = at_once(lambda n: make_move(copies[n], "accept", actor=actors[n % 2], at=NOW), 50)

    assert ended == {"Case": 1, "Changed": 49}
    assert History.objects.filter(code="case.accepted").count() == 1
    assert Leaf.objects.count() == History.objects.count() == 2
    assert OutboxRow.objects.count() == notices + 1
    fresh = case_of(filed)
    assert (fresh.seq, fresh.stage) == (2, "handling")
    replayed(fresh)
    # Whoever lost holds the case as they saw it: trying again with it is refused again, and overwrites nothing.
    losers = [case for case in copies if case.stage == "received"]
    assert len(losers) == 49
    assert {case.seq for case in losers} == {1}
    with pytest.raises(Changed):
        make_move(losers[0], "accept", actor=actors[0], at=NOW)


def test_twenty_answers_and_one_goes_out(town: Town) -> None:
    filed, _ = accepted(town)
    copies = [case_of(filed) for _ in range(20)]

    ended = at_once(
        lambda n: send_answer(copies[n], "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED), 20
    )

    assert ended == {"Case": 1, "Changed": 19}
    assert Answer.objects.count() == 1
    assert OutboxRow.objects.filter(template="answered").count() == 1
    assert Clock.objects.filter(stopped_on=None).count() == 1
    replayed(case_of(filed))


def test_one_receipt_twenty_times_is_one_filing(town: Town) -> None:
    receipt = new_receipt()

    ended = at_once(lambda _: lin_files(town, receipt=receipt)[0], 20)

    assert ended == {"Filed": 20}
    assert (Filing.objects.count(), Case.objects.count(), Receipt.objects.count()) == (1, 1, 1)
    assert (History.objects.count(), Leaf.objects.count(), OutboxRow.objects.count()) == (1, 1, 1)
    assert Wrap.objects.count() == 4
    again = [lin_files(town, receipt=receipt)[0] for _ in range(3)]
    assert {one.filing.reference for one in again} == {Filing.objects.get().reference}
    assert not any(one.created for one in again)


def test_additions_and_notes_never_stand_in_each_others_way(town: Town) -> None:
    filed, _ = accepted(town)
    copies = [case_of(filed) for _ in range(20)]

    def say(number: int) -> Case:
        if number % 2:
            return write_note(copies[number], f"记录{number}", actor=town.actor("zhou"), at=ANSWERED)
        return add_to_case(copies[number], f"补充{number}", actor=resident(filed), at=ANSWERED)

    assert at_once(say, 20) == {"Case": 20}
    assert Message.objects.count() == 20
    replayed(case_of(filed))


def test_two_supervisors_decide_and_one_does(town: Town) -> None:
    for _ in range(6):
        lin_files(town)
    run_clocks(local("2026-03-05 00:05"))
    supervision = Supervision.objects.get()

    def press(_: int) -> object:
        actor = town.actor("qin")
        return decide(supervision, "今天办。", answer_by=None, actor=actor, at=local("2026-03-05 09:00"))

    assert at_once(press, 8) == {"Decided": 1, "Changed": 7}
    assert History.objects.filter(code="case.pressed").count() == 6


def test_the_night_run_twice_at_once_supervises_each_case_once(town: Town) -> None:
    filings = [lin_files(town)[0] for _ in range(12)]

    ended = at_once(lambda _: run_clocks(local("2026-03-05 00:05")), 4)

    assert ended == {"int": 4}
    assert History.objects.filter(code="case.supervised").count() == 12
    assert Supervision.objects.count() == 1
    assert Case.objects.filter(supervision=Supervision.objects.get()).count() == 12
    for filed in filings:
        replayed(case_of(filed))


def test_a_reference_that_is_taken_is_drawn_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the caller's own transaction too, where PostgreSQL would let nothing more through after an error."""
    taken = lin_files(town)[0].filing.reference
    drawn = iter([taken, taken, "TT-FREE-0001-0"])
    monkeypatch.setattr(filing_actions, "_reference", lambda: next(drawn))
    with transaction.atomic():
        filed, _ = lin_files(town)
    assert filed.filing.reference == "TT-FREE-0001-0"
    assert Filing.objects.count() == 2
    replayed(case_of(filed))


def test_five_taken_references_are_an_error_and_leave_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = lin_files(town)[0].filing.reference
    monkeypatch.setattr(filing_actions, "_reference", lambda: taken)
    with pytest.raises(RuntimeError, match="5 draws"):
        lin_files(town)
    assert Filing.objects.count() == Case.objects.count() == 1
    assert Wrap.objects.count() == 4


def test_the_same_words_under_the_same_receipt_in_a_transaction(town: Town) -> None:
    first, receipt = lin_files(town)
    with transaction.atomic():
        again, _ = lin_files(town, receipt=receipt)
        assert Case.objects.count() == 1
    assert again.filing.reference == first.filing.reference


def test_forty_requests_to_break_glass_and_a_days_number_is_taken_down(town: Town) -> None:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    pan = town.actor("pan")

    ended = at_once(lambda _: ask("TT-0000-0000-0", 1, "桥面塌陷，要查上游。", actor=pan, at=NOW), 40)

    assert ended == {"NoneType": MOST_A_DAY, "TooManyAsked": 40 - MOST_A_DAY}
    assert BreakGlass.objects.count() == MOST_A_DAY
