"""A place's own model: what enters it and what does not, and that its figures are of texts it had not seen."""

import random
from pathlib import Path
from typing import Any

import pytest

from gongshi.routing import own_model
from gongshi.routing.learning import LEAST_TEXTS, Example, NothingToLearn, learn
from gongshi.routing.model_file import packed, unpacked
from gongshi.routing.pleasantries import SAID_OF_ANYTHING
from gongshi.rules.suggestion import ranked

SAID = {
    "lamps": ["路灯不亮", "灯杆歪了", "the lamp is dark"],
    "water": ["水管漏水", "自来水发黄", "no water today"],
}
GIVEN = [Example(text, label, given=True) for label, texts in SAID.items() for text in texts]


def test_it_tells_labels_apart_in_both_languages() -> None:
    model, _ = learn(GIVEN)
    again = unpacked(packed(model))
    for text, label in (
        ("小区的路灯又不亮", "lamps"),
        ("家里水管在漏", "water"),
        ("A lamp is broken", "lamps"),
    ):
        assert ranked(again, text)[0][0] == label
    assert ranked(again, "zzz") == []


def test_of_published_texts_only_what_many_hold_is_kept() -> None:
    people = [Example(f"水管又漏了 甲乙丙{chr(0x4E00 + n)}", "water") for n in range(LEAST_TEXTS)]
    nearly = people[1:]
    assert "甲乙丙" in set(learn([*GIVEN, *people])[0].views[0].ngrams)
    held = set(learn([*GIVEN, *nearly])[0].views[0].ngrams)
    assert not any("甲" in gram for gram in held)
    assert "灯杆歪" in held


def test_the_figures_are_of_texts_left_out() -> None:
    chance = random.Random(1)
    letters = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往"
    noise = [
        Example("".join(chance.choices(letters, k=6)), chance.choice("ab"), given=True) for _ in range(120)
    ]
    model, unseen = learn(noise)
    assert sum(ranked(model, one.text)[0][0] == one.label for one in noise) > 110
    assert 0.3 < unseen.accuracy < 0.7
    assert unseen.calibration_error < 0.2


def test_what_people_say_of_anything_speaks_for_nothing() -> None:
    polite = Example("灯杆歪 谢谢领导", "lamps", given=True)
    anything = [Example(text, "", given=True) for text in SAID_OF_ANYTHING]

    def certainty(examples: list[Example]) -> float:
        model, _ = learn(examples)
        assert "" not in model.labels
        scores = sorted(model.scores(["谢谢领导 谢谢"])[0] - model.bias)
        return float(scores[-1])

    only_lamps = [*GIVEN, polite]
    assert certainty([*only_lamps, *anything]) < certainty(only_lamps) / 2


def test_too_little_is_refused() -> None:
    with pytest.raises(NothingToLearn):
        learn(GIVEN[:3])


def test_a_model_is_put_in_use_and_gone_back_from(settings: Any, tmp_path: Path) -> None:
    settings.INSTANCE = tmp_path
    assert own_model.own_model() is None
    assert not own_model.go_back()
    first, second = learn(GIVEN)[0], learn([*GIVEN, Example("门坏了", "doors", given=True)])[0]
    own_model.put_in_use(first)
    own_model.put_in_use(second)
    assert _labels() == second.labels
    assert own_model.go_back()
    assert _labels() == first.labels
    assert own_model.go_back()
    assert _labels() == second.labels


def test_a_damaged_file_is_no_model(settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings.INSTANCE = tmp_path
    own_model.put_in_use(learn(GIVEN)[0])
    file = tmp_path / own_model.NAME
    file.write_bytes(file.read_bytes()[:-200])
    assert own_model.own_model() is None
    assert own_model.own_model() is None
    assert len(caplog.records) == 1


def _labels() -> tuple[str, ...]:
    model = own_model.own_model()
    assert model is not None
    return model.labels
