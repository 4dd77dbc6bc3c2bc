"""What this instance's own model is made from, and when a new one takes the place of the one in use."""

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongshi.cases.learning import (
    HELD_OUT,
    LEAST_HELD_OUT,
    NEW,
    SAME,
    WORSE,
    given_examples,
    learn_again,
    learn_from_time_to_time,
    published_examples,
)
from gongshi.cases.models import Case, PublicCase
from gongshi.routing.actions import count_suggestion
from gongshi.routing.learning import Example, learn
from gongshi.routing.models import SuggestionCount
from gongshi.routing.own_model import go_back, own_model, put_in_use
from gongshi.routing.queries import leaves, suggested_and_chosen
from tests.cast import NOW, Town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> None:
    settings.INSTANCE = tmp_path


def _published(town: Town, code: str, text: str, *, held: bool) -> PublicCase:
    case = case_of(lin_files(town, matter(town, code))[0])
    key = uuid.uuid4()
    while (key.int % HELD_OUT == 0) != held:
        key = uuid.uuid4()
    return PublicCase.objects.create(
        id=key,
        case=case,
        language="zh",
        title=text,
        text=text,
        state="open",
        category=case.category,
        office=case.office,
        filed_on=case.opened_on,
        published_on=case.opened_on,
    )


def test_it_learns_from_the_pack_and_from_public_copies_that_are_not_held_out(town: Town) -> None:
    for held in (False, True):
        _published(town, "pothole", f"坑 {held}", held=held)
    learning, held_out = published_examples()
    assert [one.text for one in learning] == ["坑 False\n坑 False"]
    assert [one.text for one in held_out] == ["坑 True\n坑 True"]
    assert not any(one.given for one in learning)
    assert {one.label for one in given_examples()} >= {"pothole", "leak"}
    Case.objects.update(kind="grievance")
    assert published_examples() == ([], [])


def test_a_new_model_comes_into_use_only_if_it_is_not_worse(
    town: Town, own: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert learn_from_time_to_time(NOW) == 0
    assert learn_again(at=NOW).result == NEW
    assert learn_again(at=NOW).result == SAME
    held = [Example(f"路上有个大坑{n}", "pothole") for n in range(LEAST_HELD_OUT)]
    monkeypatch.setattr("gongshi.cases.learning.published_examples", lambda: ([], held))
    good = learn([*given_examples(), *(Example(one.text, one.label, given=True) for one in held)])[0]
    put_in_use(good)
    learnt = learn_again(at=NOW)
    assert learnt.result == WORSE
    assert learnt.about["held_out"] == {
        "texts": LEAST_HELD_OUT,
        "new": learnt.about["held_out"]["new"],
        "old": LEAST_HELD_OUT,
        "better": "old",
    }
    used = own_model()
    assert used is not None
    assert (used.labels, used.about) == (good.labels, {})


def test_what_an_administrator_went_back_from_does_not_return_by_itself(town: Town, own: None) -> None:
    put_in_use(learn(given_examples())[0])
    assert learn_again(at=NOW).result == NEW
    assert go_back()
    assert learn_again(at=NOW).result == SAME
    assert learn_again(at=NOW, anew=True).result == NEW


def test_only_pairs_of_open_kinds_are_counted(town: Town) -> None:
    known = {node.code: node for node in leaves()}
    pothole, leak, conduct, quarrel = (known[code] for code in ("pothole", "leak", "conduct", "quarrel"))
    day = date(2026, 3, 9)
    for _ in range(2):
        assert count_suggestion(pothole, leak, place=2, sure=False, on=day)
    assert count_suggestion(leak, leak, place=1, sure=True, on=day)
    for sealed in (conduct, quarrel):
        assert not count_suggestion(pothole, sealed, place=0, sure=True, on=day)
        assert not count_suggestion(sealed, pothole, place=0, sure=True, on=day)
    assert SuggestionCount.objects.count() == 2
    found = suggested_and_chosen(day, least=2)
    assert (found.shown, found.first, found.three) == (3, 1, 3)
    assert [(a.code, b.code, times) for a, b, times in found.pairs] == [("pothole", "leak", 2)]
    assert suggested_and_chosen(day, least=3).pairs == []
    assert suggested_and_chosen(date(2026, 4, 1), least=1).shown == 0
