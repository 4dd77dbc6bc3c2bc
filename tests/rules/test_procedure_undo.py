"""Undoing: the state before comes back and replays the same; doing and undoing gives nobody who is bound a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.procedure import (
    CaseState,
    Entry,
    Procedure,
    Promise,
    ReplayError,
    allowed_moves,
    is_last,
    replay,
    undo,
)
from tests.rules.procedure_cases import CAST, Journey, day
from tests.rules.procedure_files import ALL, SMALL, loaded

PROCEDURES = [loaded(path) for path in ALL]
PROMISE = Promise(5, "working")


def take_back(journey: Journey, before: CaseState, first: int, on: date) -> None:
    """Undo everything after the first entries."""
    undoes = list(range(first + 1, len(journey.history) + 1))
    journey._keep(undo(journey.state, before, undoes=undoes, what="x", by="office", on=on))


@given(st.sampled_from(PROCEDURES), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=8))
def test_whatever_is_undone_comes_back_and_no_day_is_gained(
    procedure: Procedure, acts: list[tuple[int, int]]
) -> None:
    """Each move is made, undone, and made again days later: a clock that binds staff ends when it first would have."""
    journey, on = Journey(procedure, day("03-02"), promise=PROMISE), day("03-02")
    for pick, wait in acts:
        movers = [
            (m, who)
            for who in CAST.values()
            for m in allowed_moves(journey.procedure, journey.state, who, on=on)
        ]
        movers = [(m, who) for m, who in movers if m.effect not in ("restore", "withdraw")]
        if not movers:
            break
        move, who = movers[pick % len(movers)]
        before, first, asked = journey.state, len(journey.history), on + timedelta(days=20)
        once = journey.make(move.code, who, on, date=asked)
        take_back(journey, before, first, on)
        assert replace(journey.state, first_starts={}) == replace(before, first_starts={})
        on += timedelta(days=wait)
        if move.code not in {m.code for m in allowed_moves(journey.procedure, journey.state, who, on=on)}:
            continue
        again = journey.make(move.code, who, on, date=asked)
        for clock, state in once.clocks.items():
            rule, old = journey.procedure.clocks[clock], before.clocks.get(clock)
            if rule.waits_for != "resident" and state.active and (old is None or state.run > old.run):
                assert again.clocks[clock].due_on == state.due_on
    assert journey.replayed() == journey.state


def test_undoing_what_is_not_there_is_no_history() -> None:
    journey = Journey(loaded(SMALL), day("03-02"))
    for undoes in ([], [1], [7]):
        entries = [*journey.stored(), Entry("move.undone", "office", {"undoes": undoes})]
        with pytest.raises(ReplayError):
            replay(journey.procedure, entries)


def test_a_note_may_lie_between_and_nothing_else() -> None:
    assert is_last([])
    assert is_last(["case.noted", "case.noted"])
    assert not is_last(["case.noted", "case.added"])
