"""History commits to the words themselves, not only that they were said; and to who it was without saying who."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gongshi.cases.actions.conversation import add_to_case, ask_resident, reply
from gongshi.cases.actions.looks import open_content
from gongshi.cases.models import Answer, Case, History, Look, Message
from gongshi.cases.reading import key_of
from gongshi.cases.record import commitments_of, entry_of
from gongshi.cases.sealed import opening_of, unseal_json
from gongshi.safekeeping.models import Leaf
from tests.casework import ACCEPTED, accepted, answered
from tests.cast import NOW, Town, case_of, lin_files, matter, resident

pytestmark = pytest.mark.django_db
LATER = ACCEPTED + timedelta(minutes=5)


def committed(case: Case, code: str) -> str:
    return str(History.objects.get(case=case, code=code).params["words"])


def opened(case: Case, sealed: bytes, row: Any, field: str) -> tuple[dict[str, Any], str]:
    opening = opening_of(unseal_json(key_of(case.id), sealed, row=row, field=field))
    assert opening is not None
    return opening[1], opening[2]


def test_filing_commits_to_what_was_filed(town: Town) -> None:
    filed, _ = lin_files(town, matter(town, point=(30.251, 120.752), place="老桥"))
    case = case_of(filed)
    words, commitment = opened(case, case.content, case.id, "content")
    assert words["text"].startswith("老桥东头")
    assert words["point"] == [30.251, 120.752]
    assert commitment == committed(case, "case.opened")


def test_the_same_words_twice_are_not_known_by_their_commitments(town: Town) -> None:
    cases = [case_of(lin_files(town)[0]) for _ in range(2)]
    assert committed(cases[0], "case.opened") != committed(cases[1], "case.opened")


def test_an_answer_commits_to_the_letter_as_it_went_out(town: Town) -> None:
    _, case = answered(town)
    row = Answer.objects.get(case=case)
    letter, commitment = opened(case, row.letter, row.id, "letter")
    assert letter["decided"] == "已补好。"
    assert commitment == committed(case, "case.answered")


def test_question_reply_and_addition_commit_to_their_words(town: Town) -> None:
    filed, case = accepted(town)
    ask_resident(case, "ask", "坑在哪一侧？", actor=town.actor("zhou"), at=LATER)
    reply(case, "reply", "东侧。", actor=resident(filed), at=LATER)
    add_to_case(case, "今天又摔了一个人。", actor=resident(filed), at=LATER)
    said = {}
    for row in Message.objects.filter(case=case):
        words, commitment = opened(case, row.content, row.id, "content")
        said[commitment] = words["text"]
    assert said == {
        committed(case, "case.asked"): "坑在哪一侧？",
        committed(case, "case.replied"): "东侧。",
        committed(case, "case.added"): "今天又摔了一个人。",
    }


@pytest.mark.parametrize(
    "act",
    [
        lambda filed, case, town: open_content(case, town.actor("zhou"), why="assignment", at=LATER),
        lambda filed, case, town: ask_resident(case, "ask", "？", actor=town.actor("zhou"), at=LATER),
        lambda filed, case, town: add_to_case(case, "啊", actor=resident(filed), at=LATER),
    ],
)
def test_every_leaf_is_that_of_a_row_as_it_is_stored(town: Town, act: Callable[..., object]) -> None:
    """Once, and for the row as it is at the end: what was added after the event was made is in it."""
    filed, case = accepted(town)
    act(filed, case, town)
    rows = [*History.objects.all(), *Look.objects.all()]
    assert sorted(commitments_of(rows)) == sorted(bytes(leaf.commitment) for leaf in Leaf.objects.all())


def test_an_entry_does_not_tell_staff_apart(town: Town) -> None:
    _, case = accepted(town)
    for at in (NOW, LATER):
        open_content(case, town.actor("zhou"), why="assignment", at=at)
    shown = [entry_of(row)["staff_id"] for row in Look.objects.filter(case=case)]
    assert len(set(shown)) == 2
    assert str(town.staff["zhou"].id) not in shown
