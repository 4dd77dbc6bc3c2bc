"""Whatever offices and residents do with cases that go together, in any order: nobody loses a step or a day."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from gongshi.accounts.actors import Resident
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import engine
from gongshi.cases.actions.answers import AnswerIncomplete, Verdict, give_verdict
from gongshi.cases.actions.companions import answer_for_all, go_apart, go_with, make_move_for_all
from gongshi.cases.actions.conversation import ask_resident, reply
from gongshi.cases.actions.erasure import erase_due, withdraw
from gongshi.cases.companions import companions_of
from gongshi.cases.models import Case, Clock, Companion
from gongshi.cases.queries import NotFound
from gongshi.cases.worklists import Wanted, queue
from gongshi.rules.procedure import RefusedError
from tests.casework import ANSWER, ANSWERED, replayed
from tests.cast import Town, case_of, lin_files, resident

pytestmark = pytest.mark.django_db
REFUSED = (RefusedError, NotFound, NotAllowed, AnswerIncomplete)
CASES = 3
STEPS = ("tie", "part", "leave", "accept", "answer", "ask", "reply", "reopen", "confirm", "withdraw", "erase")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def state(case: Case) -> tuple[Any, ...]:
    """All that a step or a day could be lost from: where it stands, what it waits for, and its clocks."""
    now = fresh(case)
    kept = ("code", "run", "due_at", "paused_on", "stopped_on")
    clocks = list(Clock.objects.filter(case=case).order_by("code", "run").values(*kept))
    return now.stage, now.holder, now.outcome, now.due_at, now.office_id, now.answered_on, clocks


def open_to(case: Case, who: Resident, at: datetime) -> set[str]:
    return {move.code for move in engine.moves_for(fresh(case), who, at)}


class Walk:
    """A few filings of one thing at one office, and what is done with them."""

    def __init__(self, town: Town) -> None:
        filed = [lin_files(town)[0] for _ in range(CASES)]
        self.zhou = town.actor("zhou")
        self.cases = [case_of(one) for one in filed]
        self.filers = [resident(one) for one in filed]
        self.at = ANSWERED

    def take(self, step: str, n: int, other: int) -> None:
        """One step, refused or not, and what must hold after it."""
        self.at += timedelta(days=20) if step == "erase" else timedelta(hours=1)
        before = [state(one) for one in self.cases]
        moves = [open_to(one, who, self.at) for one, who in zip(self.cases, self.filers, strict=True)]
        reached = {self.cases[n].id, *(one.id for one in companions_of(self.cases[n]))}
        try:
            with transaction.atomic():
                getattr(self, step)(n, self.cases[other])
        except REFUSED:
            reached = set()
        if step in ("tie", "part", "leave"):
            assert [state(one) for one in self.cases] == before
        if step not in ("accept", "answer"):
            reached &= {self.cases[n].id}
        for i, one in enumerate(self.cases):
            if one.id not in reached and not fresh(one).erased_at:
                assert state(one) == before[i]
                assert open_to(one, self.filers[i], self.at) == moves[i]
            if step == "answer" and one.id in reached:
                assert fresh(one).answered_on == engine.today(self.at)
        self.nobody_is_out_of_sight()

    def nobody_is_out_of_sight(self) -> None:
        """Whoever waits for the office stands in its queue, or what they go with does, and is due no later."""
        rows, _ = queue(self.zhou, Wanted(), at=self.at, page=1)
        listed = {row.id for row in rows}
        for one in (fresh(case) for case in self.cases):
            if one.closed_at is None and one.id not in listed:
                lead = Companion.objects.select_related("lead").get(case=one).lead
                assert lead.id in listed
                assert lead.due_at <= one.due_at  # type: ignore[operator]
                assert one in companions_of(lead)

    def tie(self, n: int, other: Case) -> None:
        go_with(fresh(self.cases[n]), other.id, actor=self.zhou, at=self.at)

    def part(self, n: int, _: Case) -> None:
        go_apart(fresh(self.cases[n]), actor=self.zhou, at=self.at)

    def leave(self, n: int, _: Case) -> None:
        go_apart(fresh(self.cases[n]), actor=self.filers[n], at=self.at)

    def accept(self, n: int, _: Case) -> None:
        make_move_for_all(fresh(self.cases[n]), "accept", actor=self.zhou, at=self.at)

    def answer(self, n: int, _: Case) -> None:
        answer_for_all(fresh(self.cases[n]), "answer", ANSWER, actor=self.zhou, at=self.at)

    def ask(self, n: int, _: Case) -> None:
        ask_resident(fresh(self.cases[n]), "ask", "哪一头？", actor=self.zhou, at=self.at)

    def reply(self, n: int, _: Case) -> None:
        reply(fresh(self.cases[n]), "reply", "东头。", actor=self.filers[n], at=self.at)

    def reopen(self, n: int, _: Case) -> None:
        give_verdict(
            fresh(self.cases[n]), "reopen", Verdict(False, None, "还在。"), actor=self.filers[n], at=self.at
        )

    def confirm(self, n: int, _: Case) -> None:
        give_verdict(
            fresh(self.cases[n]), "confirm", Verdict(True, None, ""), actor=self.filers[n], at=self.at
        )

    def withdraw(self, n: int, _: Case) -> None:
        withdraw(fresh(self.cases[n]), erase=True, actor=self.filers[n], at=self.at)

    def erase(self, _: int, __: Case) -> None:
        erase_due(self.at, 10)


@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, CASES - 1), st.integers(0, CASES - 1)),
        min_size=4,
        max_size=8,
    )
)
@example([("part", 1, 0), ("accept", 0, 0), ("tie", 1, 0), ("answer", 0, 0), ("reopen", 1, 0)])
@example(
    [("tie", 2, 1), ("accept", 0, 0), ("ask", 0, 0), ("withdraw", 0, 0), ("erase", 0, 0), ("answer", 1, 0)]
)
@examples(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_any_order(town: Town, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        walk = Walk(town)
        walk.take("tie", 1, 0)
        for step, n, other in steps:
            walk.take(step, n, other)
        for one in map(fresh, walk.cases):
            if not one.erased_at:
                replayed(one)
        transaction.set_rollback(True)
