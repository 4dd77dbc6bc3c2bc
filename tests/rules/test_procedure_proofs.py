"""Every proof refuses a procedure of its own, and nothing else in it; what is shipped passes, and quickly."""

import time

import pytest

from gongshi.rules.procedure import load, parse
from gongshi.rules.procedure.proofs import faults
from gongshi.rules.procedure.steps import Status
from gongshi.rules.procedure.walk import loops, walk
from tests.rules.broken_procedures import ALSO, CLOCKS, LETTERS, PARTS, WALKED, broken
from tests.rules.procedure_files import ALL, HERE, SHIPPED, SMALL, changed, loaded, text_of, within

PROVED = [*PARTS, *CLOCKS, *WALKED, *LETTERS]


@pytest.mark.parametrize(("code", "where", "changes"), PROVED, ids=[f"{c}-{w}" for c, w, _ in PROVED])
def test_a_broken_procedure_is_refused(code, where, changes) -> None:
    procedure, read = parse(broken(changes))
    assert procedure is not None, read
    found = faults(procedure)
    assert (code, where) in {(fault.code, fault.where) for fault in found}
    assert {fault.code for fault in found} - {code} <= ALSO.get((code, where), set())


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_what_is_shipped_is_proved(path) -> None:
    assert load(text_of(path))[1] == []


def test_what_the_program_does_must_be_possible_where_nobody_is_above() -> None:
    """A press that is not made leaves the clock without a consequence, unless supervision stands beside it."""
    text = text_of(HERE / "grievance.toml")
    alone = changed(text, within("clocks.handling", ", supervise = true", "", text))
    found = {(one.code, one.where) for one in load(alone)[1]}
    assert found == {("expiry_impossible", "clocks.handling")}


@pytest.mark.parametrize("effect", ["leave", "escalate"])
def test_only_leaving_names_a_body_outside_and_leaving_must(effect: str) -> None:
    text = text_of(HERE / "grievance.toml")
    if effect == "leave":
        broken_text, code = changed(text, ('outside = "reconsideration"\n', "")), "missing_key"
    else:
        broken_text = changed(text, within("moves.ask_review", "effect", 'outside = "court"\neffect', text))
        code = "needless_key"
    assert [one.code for one in parse(broken_text)[1]] == [code]


def test_a_proof_takes_less_than_a_second() -> None:
    started = time.process_time()
    for path in ALL:
        loaded(path)
    assert time.process_time() - started < len(ALL)


def test_only_the_resident_confirms_and_silence_is_its_own_end() -> None:
    for path in SHIPPED:
        walked = walk(loaded(path))
        for edge in walked.edges:
            before, after = (walked.states[at].stage for at in (edge.source, edge.target))
            if before != after and after == "confirmed":
                assert edge.actor == "resident"
            if before != after and after == "unconfirmed":
                undone = edge.moves[0].effect == "restore" and edge.actor == "resident"
                assert edge.actor == "system" or undone


def test_a_matter_about_an_office_never_reaches_it() -> None:
    procedure = loaded(next(path for path in SHIPPED if path.stem == "conduct"))
    assert procedure.subject == "office"
    roles = {role for move in procedure.moves.values() for role in move.by}
    holders = {stage.holder for stage in procedure.stages.values()}
    assert roles | holders == {"above", "above_2", "resident", "system", "nobody"}


def test_the_same_ladder_about_an_office_is_refused_until_it_stands_higher() -> None:
    """A statutory ladder is data alone: who may not touch it follows from one line."""
    text = text_of(HERE / "grievance.toml").replace("version = 1\n", 'version = 1\nsubject = "office"\n')
    assert {fault.code for fault in load(text)[1]} == {"subject_acts"}
    higher = text.replace('"above_2"', '"above_3"').replace('"above"', '"above_2"')
    higher = higher.replace('["office", "above_2"]', '["above", "above_2"]')
    for role in ("office", "supervisor"):
        higher = higher.replace(f'"{role}"', '"above"')
    higher = higher.replace('subject = "above"', 'subject = "office"').replace(
        'needs = ["above"', 'needs = ["office"'
    )
    assert loaded(higher).levels_above == 3


def test_accepting_what_one_instance_says_leaves_the_next_one_open() -> None:
    """Whoever accepted a review could else only ask for another review, and never for the re-review."""
    text = text_of(HERE / "grievance.toml")
    assert load(text)[1] == []
    refused = load(changed(text, ('"unasked_again", "confirmed"]', '"unasked_again"]')))[1]
    assert [(fault.code, fault.where) for fault in refused] == [("right_removed", "moves.confirm.to")]


def test_three_presses_raise_a_case_by_themselves() -> None:
    walked = walk(loaded(HERE / "grievance.toml"))
    raising = [edge for edge in walked.edges if any(move.code == "raise" for move in edge.moves)]
    assert {edge.actor for edge in raising} == {"system", "staff"}
    for edge in raising:
        assert [move.code for move in edge.moves] == ["press_late", "raise"]
        assert walked.states[edge.target].stage == "raised"


def test_a_move_with_more_ways_is_walked_in_each() -> None:
    """A clock whose pauses are used up runs on while the resident is asked: both are states."""
    walked = walk(loaded(SMALL))
    waiting = {walked.status(state, "answer") for state in walked.states if state.stage == "waiting"}
    assert waiting == {Status.PAUSED, Status.RUNNING, Status.LATE}


@pytest.mark.parametrize(
    ("edges", "together"),
    [
        ({0: [1], 1: [2], 2: [0], 3: [0]}, [{0, 1, 2}, {3}]),
        ({0: [1], 1: [], 2: [2, 3], 3: [2]}, [{0}, {1}, {2, 3}]),
        ({0: [1, 2], 1: [3], 2: [3], 3: [4], 4: [3]}, [{0}, {1}, {2}, {3, 4}]),
        ({}, [{0}, {1}]),
    ],
)
def test_loops_are_found(edges, together) -> None:
    size = sum(len(part) for part in together)
    part = loops(size, edges)
    found = {frozenset(node for node in range(size) if part[node] == number) for number in part}
    assert found == {frozenset(nodes) for nodes in together}


def test_a_long_chain_does_not_run_out_of_stack() -> None:
    size = 50_000
    assert len(set(loops(size, {node: [node + 1] for node in range(size - 1)}))) == size


def test_a_bounded_loop_is_allowed() -> None:
    """Asking and going on may repeat, for the pauses are bounded; a second promise may, with a limit."""
    again = within("moves.promise", '["handling"]\n', '["handling", "promised"]\nlimit = 2\n')
    assert load(changed(SMALL, again))[1] == []
    unlimited = within("moves.promise", '["handling"]', '["handling", "promised"]')
    assert {fault.code for fault in load(changed(SMALL, unlimited))[1]} == {"staff_restart"}
