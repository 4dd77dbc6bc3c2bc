"""Random walks: whatever people do and whenever, what the proofs promise holds in the interpreter.

Walked are the shipped procedures, and procedures that were broken at random and still passed the proofs: if a proof
misses something, one of these finds a way to do what must be impossible.
"""

import json
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gongshi.rules.calendar import Calendar, next_working_day
from gongshi.rules.deadlines import Deadline, due, due_on, extended, is_paused, paused, resumed
from gongshi.rules.procedure import (
    STAFF,
    CaseState,
    Mover,
    Procedure,
    Promise,
    RefusedError,
    Status,
    allowed_moves,
    clock_runs,
    explained_moves,
    load,
    picture,
)
from tests.rules.calendars import CN, PLAIN
from tests.rules.procedure_cases import CAST, Journey, Numbered, day
from tests.rules.procedure_files import ALL, SMALL, loaded

SMALL_ONE = loaded(SMALL)
PROCEDURES = [loaded(path) for path in ALL]
EVERYBODY = Mover.of(*CAST)
RESIDENT = CAST["resident"]

promises = st.none() | st.builds(Promise, st.integers(1, 30), st.sampled_from(["working", "calendar"]))
calendars = st.sampled_from([CN, PLAIN])
starts = st.integers(0, 400).map(lambda n: day("01-01") + timedelta(days=n))
# An act: how many days pass before it, who acts, which of the moves open to them.
acts = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(sorted(CAST)), st.integers(0, 9)), max_size=30)


def check(procedure: Procedure, state: CaseState) -> None:
    """What holds in every state that a case can come to."""
    stage = procedure.stages[state.stage]
    effects = {move.effect for move in allowed_moves(procedure, state, RESIDENT)}
    assert "withdraw" in effects or stage.outcome == "withdrawn"
    assert stage.routes
    for mover in CAST.values():
        told = explained_moves(procedure, state, mover)
        assert [move for move, why in told if not why] == allowed_moves(procedure, state, mover)
    for code, clock in state.clocks.items():
        rule = procedure.clocks[code]
        assert clock.started_on <= clock.due_on
        assert clock.paused_days <= rule.pause_limit_days
        assert clock.extended <= (rule.extension.times if rule.extension else 0)
        assert clock.paused_on is None or state.stage in rule.paused_in
        assert not (stage.end and clock.active)
    if stage.holder in STAFF:
        assert any(
            clock.active and clock.paused_on is None and procedure.clocks[code].waits_for == stage.holder
            for code, clock in state.clocks.items()
        )
        assert allowed_moves(procedure, state, Mover.of(stage.holder))


def furthest(case: Journey, code: str):
    """The last day that a clock's present run could ever be due."""
    rule, clock, promise = case.procedure.clocks[code], case.state.clocks[code], case.state.promise
    if rule.days == "given":
        days, counting = rule.most_days, rule.counting
    elif rule.days == "promise":
        days, counting = (promise.days, promise.counting) if promise else (rule.default_days, rule.counting)
    else:
        days, counting = rule.days, rule.counting
    days += rule.pause_limit_days
    days += rule.extension.days * rule.extension.times if rule.extension else 0
    days += clock.withdrawn_days
    last = due_on(start_on=clock.started_on, days=days, counting=counting, calendar=case.calendar)
    entries = [json.loads(text) for text in case.history]
    back = [date.fromisoformat(params["on"]) for code, _, params in entries if code == "case.restored"]
    return max([last, *(next_working_day(case.calendar, on) for on in back)])


def step(case: Journey, on, role: str, choice: int) -> None:
    """One act of the walk: what time brings, then one of the moves that are open to somebody."""
    case.pass_time(on)
    case.warn_all(on)
    moves = allowed_moves(case.procedure, case.state, CAST[role], on=on)
    if moves:
        case.make(moves[choice % len(moves)].code, CAST[role], on)


def walked(procedure: Procedure, on, calendar: Calendar, promise: Promise | None, doing) -> Journey:
    case = Journey(procedure, on, calendar=calendar, promise=promise)
    check(procedure, case.state)
    for days, role, choice in doing:
        before = case.state
        on += timedelta(days=days)
        step(case, on, role, choice)
        check(procedure, case.state)
        for code, clock in case.state.clocks.items():
            old = before.clocks.get(code)
            if old is not None and old.run == clock.run:
                assert clock.due_on >= old.due_on
            assert clock.due_on <= furthest(case, code)
        assert sum(s.status == "here" for s in picture(procedure, case.state, on=on)) == 1
    assert case.replayed() == case.state
    check_runs(case)
    return case


def check_runs(case: Journey) -> None:
    """Told from history, the last run of each clock is the clock's state, and every earlier one has ended."""
    entries = [Numbered(number, entry) for number, entry in enumerate(case.stored(), start=1)]
    runs = clock_runs(case.procedure, entries)
    assert {run.clock: run.state for run in runs} == dict(case.state.clocks)
    for code, clock in case.state.clocks.items():
        mine = [run for run in runs if run.clock == code]
        assert [run.state.run for run in mine] == list(range(1, clock.run + 1))
        assert all(run.ended_on for run in mine[:-1])
        for run in mine:
            moved = [event.due_on for event in run.events]
            assert moved == sorted(moved)
            assert (moved or [run.first_due_on])[-1] == run.state.due_on


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.code)
@settings(max_examples=60)
@given(on=starts, calendar=calendars, promise=promises, doing=acts)
def test_whatever_people_do(procedure, on, calendar, promise, doing) -> None:
    walked(procedure, on, calendar, promise, doing)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.code)
@settings(max_examples=30)
@given(on=starts, promise=promises, doing=acts)
def test_staff_alone_cannot_put_an_answer_off_for_ever(procedure, on, promise, doing) -> None:
    """With a resident who never does anything, no clock that binds staff starts more than a few times."""
    doing = [(days, role if role != "resident" else "office", choice) for days, role, choice in doing * 3]
    case = walked(procedure, on, PLAIN, promise, doing)
    limits = sum(move.limit for move in procedure.moves.values())
    for code, clock in case.state.clocks.items():
        if procedure.clocks[code].waits_for != "resident":
            assert clock.run <= limits + 2, code


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.code)
@settings(max_examples=30)
@given(on=starts, doing=acts)
def test_the_idle_office_is_always_pressed(procedure, on, doing) -> None:
    """Left alone by everybody for a year, a case rests with the staff only after it was supervised or raised."""
    case = walked(procedure, on, PLAIN, None, doing)
    later = max(case.state.latest_on, on)
    for _ in range(8):
        # What runs out may give the case to a level above, with a time of its own, which runs out next.
        later += timedelta(days=800)
        case.pass_time(later)
    check(procedure, case.state)
    stage = procedure.stages[case.state.stage]
    if stage.holder in STAFF:
        late = [code for code, clock in case.state.clocks.items() if clock.active and clock.expired_on]
        assert any(procedure.clocks[code].waits_for == stage.holder for code in late)
    else:
        assert stage.end, "nobody is waited for without a limit"


@settings(max_examples=60)
@given(on=starts, doing=acts, role=st.sampled_from(sorted(CAST)))
def test_what_is_not_offered_is_refused(on, doing, role) -> None:
    case = walked(PROCEDURES[0], on, PLAIN, None, doing)
    for procedure in PROCEDURES:
        case = Journey(procedure, on)
        offered = {move.code for move in allowed_moves(procedure, case.state, CAST[role], on=on)}
        for code in procedure.moves:
            if code not in offered:
                with pytest.raises(RefusedError):
                    case.make(code, CAST[role], on)


@settings(max_examples=150)
@given(
    on=starts,
    calendar=calendars,
    promise=promises,
    asked=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=6),
    extended_after=st.none() | st.integers(0, 5),
)
def test_days_agree_with_the_rule_of_deadlines(on, calendar, promise, asked, extended_after) -> None:
    """The same questions, replies and extension, counted once by the procedure and once by ``rules.deadlines``."""
    rule = SMALL_ONE.clocks["answer"]
    days, counting = (promise.days, promise.counting) if promise else (rule.default_days, rule.counting)
    expected = Deadline(start_on=on, days=days, counting=counting, pause_limit=rule.pause_limit_days)
    case = Journey(SMALL_ONE, on, calendar=calendar, promise=promise)
    case.make("accept", CAST["office"], on)
    for number, (before, wait) in enumerate(asked):
        if number == extended_after and on <= due(expected, calendar, as_of=on).on:
            expected = extended(expected, calendar, days=5, limit=5, on=on)
            case.make("extend", CAST["office"], on)
        on += timedelta(days=before)
        case.make("ask", CAST["office"], on)
        if case.state.clocks["answer"].paused_on:
            expected = paused(expected, calendar, on=on)
        on += timedelta(days=wait)
        case.make("reply", RESIDENT, on)
        expected = resumed(expected, on=on) if is_paused(expected) else expected
        assert case.state.clocks["answer"].due_on == due(expected, calendar, as_of=on).on


def blocks(text: str) -> list[str]:
    return text.split("\n\n")


def mutated(text: str, random: Random) -> str:
    """One thing changed somewhere: a block gone, a line gone, a stage, a role or an effect exchanged for another."""
    parts = blocks(text)
    at = random.randrange(1, len(parts))
    lines = parts[at].split("\n")
    kind = random.randrange(5)
    if kind == 0 or len(lines) == 1:
        return "\n\n".join(parts[:at] + parts[at + 1 :])
    if kind == 1:
        del lines[random.randrange(1, len(lines))]
    else:
        words = random.choice(
            [
                [
                    "received",
                    "handling",
                    "waiting",
                    "disputed",
                    "promised",
                    "answered",
                    "escalated",
                    "confirmed",
                ],
                ["office", "supervisor", "resident", "above", "system"],
                [
                    "accept",
                    "ask",
                    "resume",
                    "answer",
                    "refer",
                    "assign",
                    "direct",
                    "press",
                    "reopen",
                    "escalate",
                ],
                [
                    "{ supervise = true }",
                    '{ move = "resume" }',
                    '{ move = "close_silent" }',
                    "{ lapse = true }",
                ],
            ]
        )
        old, new = random.choice(words), random.choice(words)
        place = random.randrange(1, len(lines))
        lines[place] = (
            lines[place].replace(old, new) if kind < 4 else lines[place].replace('"]', f'", "{new}"]')
        )
    return "\n\n".join([*parts[:at], "\n".join(lines), *parts[at + 1 :]])


@settings(max_examples=400)
@given(seed=st.integers(0, 10**9), changes=st.integers(1, 3), on=starts, doing=acts)
def test_what_passes_the_proofs_keeps_the_promises(seed, changes, on, doing) -> None:
    """The proofs against the interpreter: a procedure broken at random is refused, or walks as well as the others."""
    random, text = Random(seed), SMALL
    for _ in range(changes):
        text = mutated(text, random)
    procedure, faults = load(text)
    assert (procedure is None) == bool(faults)
    assume(procedure is not None)
    assert procedure is not None
    case = walked(procedure, on, PLAIN, None, doing)
    residents = allowed_moves(procedure, case.state, RESIDENT)
    assert residents or procedure.stages[case.state.stage].outcome == "withdrawn"
    assert all(
        clock.status() is not Status.PAUSED or case.state.stage for clock in case.state.clocks.values()
    )
