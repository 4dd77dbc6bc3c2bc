"""Cases that follow a joint one and go on from where it stands."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.procedure import (
    COLLECTIVE,
    WENT_ALONE,
    CaseState,
    ClockRun,
    Procedure,
    Promise,
    allowed_moves,
    clock_runs,
    join,
    may_begin,
    take_over,
)
from tests.rules.procedure_cases import CAST, RESIDENT, Journey, Numbered, day
from tests.rules.procedure_files import ALL, PACK, loaded

PROCEDURES = [loaded(path) for path in ALL]
PROMISE = Promise(5, "working")
ACTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40)), max_size=8)


def lived(procedure: Procedure, acts: list[tuple[int, int]]) -> Journey:
    """A case with so much behind it: moves that somebody may make, with days between."""
    journey, on = Journey(procedure, day("03-02"), promise=PROMISE), day("03-02")
    for pick, wait in acts:
        found = [
            (move, who)
            for who in CAST.values()
            for move in allowed_moves(procedure, journey.state, who, on=on)
            if move.effect != "withdraw"
        ]
        if not found:
            break
        move, who = found[pick % len(found)]
        journey.make(move.code, who, on, date=on + timedelta(days=20))
        on += timedelta(days=wait)
        journey.pass_time(on)
    return journey


def runs_of(journey: Journey) -> list[ClockRun]:
    entries = [Numbered(number, entry) for number, entry in enumerate(journey.stored(), start=1)]
    return clock_runs(journey.procedure, entries)


def without_runs(state: CaseState) -> CaseState:
    return replace(state, clocks={code: replace(one, run=0) for code, one in state.clocks.items()})


@given(st.sampled_from(PROCEDURES), ACTS)
def test_whoever_goes_on_alone_has_the_same_moves_and_days(
    procedure: Procedure, acts: list[tuple[int, int]]
) -> None:
    joint, on = lived(procedure, acts), day("11-02")
    own = Journey(procedure, day("03-09"), promise=PROMISE)
    own._keep(join(own.state, by="resident", on=day("03-09")))
    assert (own.state.merged, own.replayed()) == (COLLECTIVE, own.state)
    assert not any(clock.active for clock in own.state.clocks.values())
    for who in CAST.values():
        may = {move.effect for move in allowed_moves(procedure, own.state, who, on=on)}
        assert may <= {"withdraw"}
    own._keep(take_over(own.state, joint.state, WENT_ALONE, by="resident", on=on))
    assert own.replayed() == own.state
    told = {run.clock: run for run in runs_of(own)}
    assert {code: run.ended_on for code, run in told.items()} == {
        code: clock.stopped_on for code, clock in own.state.clocks.items()
    }
    # Nobody kept, or broke, a time limit by it.
    assert {run.kept for run in runs_of(own) if run.ended_by == "case.joined"} <= {None}
    mine, theirs = without_runs(own.state), without_runs(joint.state)
    assert mine.clocks.items() >= theirs.clocks.items()
    assert not any(clock.active for code, clock in mine.clocks.items() if code not in theirs.clocks)
    assert (mine.stage, mine.entered_on, mine.counts, mine.merged) == (
        theirs.stage,
        theirs.entered_on,
        theirs.counts,
        None,
    )
    for who in CAST.values():
        assert allowed_moves(procedure, own.state, who, on=on) == allowed_moves(
            procedure, joint.state, who, on=on
        )


def test_only_while_an_office_owes_the_first_answer_can_others_join() -> None:
    journey = Journey(loaded(PACK / "conduct.toml"), day("03-02"), promise=PROMISE)
    procedure, above = journey.procedure, CAST["above"]
    assert may_begin(procedure, journey.state, answered=False)
    assert not may_begin(procedure, journey.state, answered=True)
    journey.make("accept", above, day("03-03"))
    journey.make("ask", above, day("03-03"))
    assert not may_begin(procedure, journey.state, answered=False)
    journey.make("reply", RESIDENT, day("03-04"))
    followed = join(journey.state, by="resident", on=day("03-04")).state
    assert not may_begin(procedure, followed, answered=False)
    journey.make("withdraw", RESIDENT, day("03-04"))
    assert not may_begin(procedure, journey.state, answered=False)
