"""Who has decided the question at hand: each level looks at each question once, and nobody at their own decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from gongshi.rules.procedure import UNDONE, begins_question, deciders
from tests.rules.procedure_files import HERE, loaded

LADDER = loaded(HERE.parents[2] / "packs" / "qinghe" / "procedures" / "grievance.toml")
CONDUCT = loaded(HERE.parents[2] / "packs" / "qinghe" / "procedures" / "conduct.toml")
ROADS, HALL, CITY = (UUID(int=number) for number in (1, 2, 3))


@dataclass(frozen=True)
class Made:
    seq: int
    code: str
    params: Mapping[str, Any]
    office_id: UUID | None


def history(*steps: tuple[str, UUID | None]) -> list[Made]:
    return [Made(seq, "", {"move": move}, office) for seq, (move, office) in enumerate(steps, 1)]


ORDERED = (("decline", ROADS), ("uphold_refusal", HALL), ("order_acceptance_again", CITY))
TO_THE_TOP = (("answer", ROADS), ("ask_review", None), ("review_answer", HALL), ("final_answer", CITY))


@pytest.mark.parametrize(
    ("steps", "decided"),
    [
        ((("accept", ROADS),), set()),
        ((("answer", ROADS), ("ask_review", None)), {ROADS}),
        ((("decline", ROADS), ("uphold_refusal", HALL)), {ROADS, HALL}),
        ((*ORDERED, ("answer", ROADS)), {ROADS}),
        ((*ORDERED, ("answer", ROADS), ("review_answer", HALL)), {ROADS, HALL}),
        (TO_THE_TOP, {ROADS, HALL, CITY}),
        ((*TO_THE_TOP, ("reopen", None)), {ROADS, HALL, CITY}),
        ((*TO_THE_TOP, ("reopen", None), ("answer_raised", HALL)), {HALL}),
        ((*TO_THE_TOP, ("reopen", None), ("answer_raised", HALL), ("review_answer", CITY)), {HALL, CITY}),
    ],
)
def test_a_question_begins_with_each_first_decision(steps: Any, decided: set[UUID]) -> None:
    assert deciders(LADDER, history(*steps)) == decided


def test_what_was_undone_was_never_decided() -> None:
    entries = history(("answer", ROADS), ("review_answer", HALL))
    assert deciders(LADDER, [*entries, Made(3, UNDONE, {"undoes": [2]}, HALL)]) == {ROADS}
    # An answer that was undone began no question: the refusal is still the one at hand.
    refused = [*history(*ORDERED), Made(4, "", {"move": "answer"}, ROADS)]
    assert deciders(LADDER, [*refused, Made(5, UNDONE, {"undoes": [4]}, ROADS)]) == {ROADS, HALL}


def test_about_an_office_the_first_decision_is_that_of_the_level_above_it() -> None:
    assert begins_question(CONDUCT, CONDUCT.moves["answer"])
    assert deciders(CONDUCT, history(("answer", HALL), ("reopen", None), ("answer", HALL))) == {HALL}


def test_a_review_belongs_to_the_question_that_it_reviews() -> None:
    for code in ("review_answer", "final_answer", "uphold_refusal", "uphold_refusal_again"):
        assert not begins_question(LADDER, LADDER.moves[code]), code
