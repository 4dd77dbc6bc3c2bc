"""The walk of the twin worlds has a grievance in every stage of its procedure, and makes every move of it."""

from tests.rules.procedure_files import PACK, loaded
from tests.twins.ladder import LATE_WAYS, MOVES, RUNGS, WAYS

LADDER = loaded(PACK / "grievance.toml")
# Moves that are not made on the walk, each with where one that made it would stand: another of those stands there.
BACK_AGAIN = {
    "resume": "handling",
    "reply": "handling",
    "restore": "registered",
    "answer_raised": "answered",
    "end_hearing": "re_review",
    "hearing_lapsed": "re_review",
    "order_acceptance_again": "handling",
    # An office that does not say whether it accepts is pressed as one that does not answer.
    "press_acceptance": "forwarded",
    # So is whoever else is late; and nobody over the city presses it.
    "press_forwarding": "registered",
    "press_refusal": "review_refusal",
    "press_last": "re_review",
    "answer_raised_again": "answered",
    "raise_review": "re_review",
    "raise_refusal": "re_review_refusal",
}
# What follows by itself, on the walk too, with the stage in which that is seen.
BY_ITSELF = {
    "rest": "unasked",
    "rest_again": "unasked_again",
    "await_record": "hearing_record",
    "raise": "raised",
    "raise_again": "raised_again",
    "raise_not_done": "not_done_again",
}


def test_a_grievance_stands_in_every_stage() -> None:
    """A new stage fails here until the walk has a way to it."""
    assert set(LADDER.stages) | {"joined"} == RUNGS


def test_every_move_is_made_or_leads_back_to_where_one_stands() -> None:
    """So does a new move."""
    made = {MOVES.get(step, step) for _, way in (*WAYS, *LATE_WAYS) for step in way}
    assert set(LADDER.moves) - made == BACK_AGAIN.keys() | BY_ITSELF.keys()
    for code, stage in (BACK_AGAIN | BY_ITSELF).items():
        assert stage in RUNGS
        assert LADDER.moves[code].to in (stage, ""), code
