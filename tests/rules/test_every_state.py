"""The model check: every state that any shipped procedure can come to, days left out, and what holds in each.

It stands apart from the proofs that a procedure passes when it is loaded: those look at stages and moves one by one
where they can; here only states and the edges between them are looked at. Both would have to be wrong in the same way.
"""

import time
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gongshi.rules.procedure import Move, Procedure, load, parse
from gongshi.rules.procedure.steps import Status
from gongshi.rules.procedure.walk import Edge, Walk, walk
from tests.rules.procedure_files import ROOT

STARTER = ROOT / "gongshi" / "revisions" / "starting_pack"
FOLDERS = sorted({path.parent.parent for path in ROOT.glob("packs/*/procedures/*.toml")} | {STARTER})
SHIPPED = [path for folder in FOLDERS for path in sorted(folder.glob("procedures/*.toml"))]
# With these the resident chooses another way; anything else, whoever does it, must leave every way open.
OWN_CHOICE = {"escalate", "reopen", "leave", "withdraw", "restore", "reply"}
WAYS_ON = ("escalate", "reopen")
GRIEVANCE = ROOT / "packs" / "qinghe" / "procedures" / "grievance.toml"
ABOVE = ("above", "above_2", "above_3", "above_4")
MOST_SECONDS = 5.0


@cache
def walked(path: Path) -> Walk:
    procedure, faults = parse(path.read_text(encoding="utf-8"))
    assert procedure is not None, faults
    return walk(procedure)


def own_edges(found: Walk, at: int) -> list[Edge]:
    """What the resident can do in a state, each with where it leads."""
    return [edge for edge in found.outgoing[at] if edge.actor == "resident"]


def first(edge: Edge) -> Move:
    return edge.moves[0]


every_procedure = pytest.mark.parametrize(
    "path", SHIPPED, ids=[f"{path.parent.parent.name}-{path.stem}" for path in SHIPPED]
)


def test_all_that_is_shipped_is_checked() -> None:
    names = {path.parent.parent.name for path in SHIPPED}
    assert names >= {"qinghe", "wrenfield", "veldmeer", "starting_pack"}
    assert len(SHIPPED) == len(list(ROOT.glob("packs/**/procedures/*.toml"))) + 3 >= 13


@every_procedure
def test_a_move_is_open_to_the_resident_in_every_state_withdrawing_among_them(path: Path) -> None:
    found = walked(path)
    stages = found.procedure.stages
    assert {state.stage for state in found.states} == set(stages)
    for at, state in enumerate(found.states):
        moves = [first(edge) for edge in own_edges(found, at)]
        assert moves, state
        leads = {stages[found.states[edge.target].stage].outcome for edge in own_edges(found, at)}
        if stages[state.stage].outcome == "withdrawn":
            assert "restore" in {move.effect for move in moves}, state
        else:
            assert "withdrawn" in leads, state
        for move in moves:
            free = not (move.limit or move.after or move.within)
            assert free or move.effect not in ("withdraw", "restore"), move.code


@every_procedure
def test_every_end_names_the_further_routes_and_the_pack_describes_them(path: Path) -> None:
    found, place = walked(path), tomllib.loads((path.parents[1] / "pack.toml").read_text(encoding="utf-8"))
    described = {route["code"]: route for route in place["routes"]}
    ends = [stage for stage in found.procedure.stages.values() if stage.outcome]
    assert len(ends) >= 2
    for stage in ends:
        assert stage.routes, stage.code
        for route in stage.routes:
            assert described[route]["words"].keys() >= {"zh", "en"}, route


@every_procedure
def test_no_state_waits_on_an_office_without_a_clock_that_has_a_consequence(path: Path) -> None:
    found = walked(path)
    for at, state in enumerate(found.states):
        stage = found.procedure.stages[state.stage]
        if stage.holder in ("resident", "nobody"):
            continue
        binding = [
            (found.procedure.clocks[code], status)
            for code, status in found.running(state)
            if status in (Status.RUNNING, Status.LATE)
            and found.procedure.clocks[code].waits_for == stage.holder
        ]
        assert any(clock.supervise or clock.expiry_move for clock, _ in binding), state
        for clock, status in binding:
            assert clock.supervise or clock.lapse or clock.expiry_move
            if status is Status.RUNNING:
                assert any(edge.actor == "system" for edge in found.outgoing[at]), state
        assert any(
            edge.actor == "staff" and found.states[edge.target].stage != state.stage
            for edge in found.outgoing[at]
        ), state


@every_procedure
def test_nothing_runs_in_an_end_something_in_all_else_and_what_rests_can_be_woken(path: Path) -> None:
    found = walked(path)
    for at, state in enumerate(found.states):
        stage = found.procedure.stages[state.stage]
        running = [code for code, status in found.running(state) if status is not Status.OFF]
        assert bool(running) != bool(stage.outcome), state
        if stage.outcome in ("confirmed", "unconfirmed", "settled"):
            assert any(first(edge).effect in WAYS_ON for edge in own_edges(found, at)), state


@every_procedure
def test_no_aid_settlement_or_consent_takes_a_way_from_the_resident(path: Path) -> None:
    """Nor any answer, promise, decision or silence: every route stays, and whoever could be asked still can be."""
    found = walked(path)
    heights = list(highest(found))
    ways = list(ways_on(found))
    for edge in found.edges:
        if {move.effect for move in edge.moves} & OWN_CHOICE or not edge.moves:
            continue
        source, target = (found.procedure.stages[found.states[at].stage] for at in (edge.source, edge.target))
        codes = [move.code for move in edge.moves]
        assert set(source.routes) <= set(target.routes), (codes, source.code, target.code)
        assert heights[edge.source] <= heights[edge.target], (codes, source.code, target.code)
        assert not ways[edge.source] or ways[edge.target], (codes, source.code, target.code)


def ways_on(found: Walk) -> Iterator[bool]:
    """For each state whether the resident can go on by themselves: upwards, or again."""
    for at in range(len(found.states)):
        yield any(first(edge).effect in WAYS_ON for edge in own_edges(found, at))


def highest(found: Walk) -> Iterator[int]:
    """For each state how many levels up the resident can bring it by going up or again, alone."""
    for at in range(len(found.states)):
        todo, seen, best = [at], {at}, 0
        while todo:
            for edge in own_edges(found, todo.pop()):
                if first(edge).effect not in WAYS_ON or edge.target in seen:
                    continue
                seen.add(edge.target)
                todo.append(edge.target)
                best = max(best, level(found.procedure, found.states[edge.target].stage))
        yield best


def level(procedure: Procedure, stage: str) -> int:
    holder = procedure.stages[stage].holder
    return 1 if holder == "supervisor" else ABOVE.index(holder) + 1 if holder in ABOVE else 0


@every_procedure
def test_where_they_are_late_and_pressed_in_vain_the_resident_has_a_way_wherever_it_is(path: Path) -> None:
    found = walked(path)
    own_ladder = found.procedure.kind in ("grievance", "conduct")
    seen = 0
    for at, state in enumerate(found.states):
        stage = found.procedure.stages[state.stage]
        if stage.holder in ("resident", "nobody"):
            continue
        rules = found.procedure.clocks
        own = {
            status
            for code, status in found.running(state)
            if rules[code].waits_for == stage.holder and not rules[code].lapse and not rules[code].announces
        }
        if Status.LATE not in own or own & {Status.RUNNING, Status.PAUSED}:
            continue
        seen += 1
        for place in found.places:
            ways = {first(edge).effect for edge in own_edges(found, at) if place in edge.places}
            assert "withdraw" in ways
            assert ways & {*WAYS_ON, "leave"} or (stage.routes and not own_ladder), (state, place)
    assert seen


@every_procedure
def test_a_clock_that_opens_a_supervision_leaves_somebody_who_can_press(path: Path) -> None:
    procedure = walked(path).procedure
    for clock in procedure.clocks.values():
        for stage in clock.runs_in if clock.supervise else ():
            assert any(move.effect == "press" for move in procedure.moves_from(stage)), (clock.code, stage)


def test_a_day_announced_that_passed_in_a_withdrawal_takes_no_hearing_away() -> None:
    """Once the matter is restored, calling the hearing off or waiting leads to where one can be called."""
    found = walked(GRIEVANCE)
    restored = [
        edge
        for edge in found.edges
        if edge.moves and first(edge).effect == "restore" and found.states[edge.target].stage == "hearing"
    ]
    at = found.limited.index("hold_hearing")
    passed = {edge.target for edge in restored if not found.states[edge.target].counts[at]}
    assert passed
    assert len(passed) < len({edge.target for edge in restored})
    for start in passed:
        todo, seen = [start], {start}
        while todo:
            new = {edge.target for edge in found.outgoing[todo.pop()] if edge.actor != "resident"} - seen
            seen |= new
            todo += new
        back = [each for each in seen if found.states[each].stage == "re_review"]
        again = [each for each in back for edge in found.outgoing[each] if calls(edge)]
        assert again


def calls(edge: Edge) -> bool:
    """Whether a hearing is called with it."""
    return bool(edge.moves) and first(edge).effect == "hear"


def test_levels_that_were_never_asked_or_decided_before_are_walked_too() -> None:
    places = walked(GRIEVANCE).places
    assert len(places) == 14
    assert {(len(place.levels), len(place.asked)) for place in places} == {
        (levels, asked) for levels in range(3) for asked in range(levels + 1)
    }


def without(text: str, head: str, code: str) -> str:
    """The file without one table: a clock by its head, a move by its code."""
    start = text.index(f'{head}\ncode = "{code}"' if head == "[[moves]]" else f"[{head}.{code}]")
    return text[:start] + text[text.index("\n\n", start) + 2 :]


def test_a_review_that_is_only_pressed_by_hand_is_refused() -> None:
    """As it once was: a case on a list, presses without number that lead nowhere, and no way for the resident."""
    text = GRIEVANCE.read_text(encoding="utf-8")
    assert load(text)[1] == []
    text = without(without(text, "clocks", "pressed_review"), "[[moves]]", "raise_review")
    start = text.index('[[moves]]\ncode = "press_review"')
    end = text.index("\n\n", start)
    by_hand = text[start:end].replace('["supervisor", "system"]', '["supervisor"]')
    by_hand = by_hand.replace('limit = 3\nthen = "raise_review"\n', 'needs = ["reason"]\n')
    text = text[:start] + by_hand + text[end:]
    text = text.replace('{ move = "press_review", supervise = true }', "{ supervise = true }")
    assert [(fault.code, fault.where) for fault in load(text)[1]] == [("pressed_in_vain", "stages.review")]


def test_a_supervision_that_nobody_can_press_is_refused() -> None:
    """As it once was with forwarding."""
    text = without(GRIEVANCE.read_text(encoding="utf-8"), "clocks", "pressed_forwarding")
    text = without(text, "[[moves]]", "press_forwarding")
    text = text.replace('{ move = "press_forwarding", supervise = true }', "{ supervise = true }")
    text = text.replace('from = ["registered", "raised"]', 'from = ["raised"]')
    assert {(fault.code, fault.where) for fault in load(text)[1]} == {
        ("supervision_without_press", "clocks.forwarding.on_expiry"),
        ("pressed_in_vain", "stages.registered"),
    }


def test_all_of_it_takes_seconds() -> None:
    """On the processor, so that a busy machine does not count. `make rules` may wait for five."""
    walked.cache_clear()
    begun = time.process_time()
    for path in SHIPPED:
        test_a_move_is_open_to_the_resident_in_every_state_withdrawing_among_them(path)
        test_every_end_names_the_further_routes_and_the_pack_describes_them(path)
        test_no_state_waits_on_an_office_without_a_clock_that_has_a_consequence(path)
        test_nothing_runs_in_an_end_something_in_all_else_and_what_rests_can_be_woken(path)
        test_no_aid_settlement_or_consent_takes_a_way_from_the_resident(path)
        test_where_they_are_late_and_pressed_in_vain_the_resident_has_a_way_wherever_it_is(path)
    assert time.process_time() - begun < MOST_SECONDS
