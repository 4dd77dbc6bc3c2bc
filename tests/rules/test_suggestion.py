"""n-grams against a plain count, a model by hand, its bytes, and the figures."""

import json
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.routing.model_file import ModelRefused, packed, unpacked
from gongshi.rules.suggestion import (
    Model,
    Ngrams,
    View,
    learnt,
    normalised,
    suggestions,
)
from gongshi.rules.suggestion.model import probabilities, shares
from gongshi.rules.suggestion.quality import calibration_error, f1_scores, fitting_sharpness, macro_f1

TEXTS = st.lists(st.text("路灯坏了水a 　\0Ａ\ud800", max_size=12), max_size=8)


def _plain(text: str) -> Counter[str]:
    text = normalised(text)
    return Counter(text[at : at + size] for size in range(1, 5) for at in range(len(text) - size + 1))


def _counted(ngrams: Ngrams, texts: list[str]) -> list[Counter[str]]:
    names, counts = list(ngrams), ngrams.counts([normalised(text) for text in texts])
    found: list[Counter[str]] = [Counter() for _ in texts]
    for row, ngram, times in zip(counts.rows, counts.ngrams, counts.times, strict=True):
        found[row][names[ngram]] = int(times)
    return found


@given(TEXTS, TEXTS, st.integers(1, 3))
def test_ngrams_are_those_of_a_plain_count(known: list[str], asked: list[str], least: int) -> None:
    ngrams = learnt([normalised(text) for text in known], least)
    holding = Counter(name for text in {normalised(text) for text in known} for name in _plain(text))
    # A surrogate alone is no character: it is taken as a question mark.
    kept = {name.replace("\ud800", "?") for name, count in holding.items() if count >= least}
    assert set(ngrams) == kept
    assert len(ngrams) == len(kept)
    plain = [Counter(_plain(text.replace("\ud800", "?"))) for text in asked]
    assert _counted(ngrams, asked) == [
        Counter({name: times for name, times in one.items() if name in kept}) for one in plain
    ]


def test_what_one_person_sends_often_counts_once() -> None:
    assert list(learnt(["王二麻子"] * 20, 2)) == []
    assert "麻子" in set(learnt(["王二麻子", "麻子"], 2))


def test_width_case_and_blanks_are_folded() -> None:
    assert normalised(" ＡＰＰ\n\0 路灯  ") == "app 路灯"


def _by_hand() -> Model:
    """路 speaks for roads, 水 for water, 灯 for lights."""
    ngrams = learnt(["路", "水", "灯"], 1)
    weights = np.zeros((3, 4), np.float32)
    for name, label in (("路", 0), ("水", 1), ("灯", 2)):
        weights[list(ngrams).index(name), label] = 1
    return Model(
        labels=("道路", "供水", "路灯", "其他"),
        views=(View(None, ngrams, np.ones(3, np.float32), weights),),
        bias=np.zeros(4, np.float32),
        sharpness=2.0,
        sure_from=0.5,
        about={"rows": 3},
    )


BY_HAND = _by_hand()


def test_a_model_by_hand() -> None:
    """docs/rules/suggestion.md: 路路灯."""
    [said] = suggestions(BY_HAND, ["路路灯"])
    assert (said.label, said.probability) == ("道路", 0.5401)
    assert said.next == (("路灯", 0.2669), ("供水", 0.0965), ("其他", 0.0965))


def test_what_it_does_not_know_it_is_not_sure_of() -> None:
    [unknown, empty] = suggestions(BY_HAND, ["???", ""])
    assert unknown == empty
    assert (unknown.label, unknown.probability, len(unknown.next)) == (None, 0.25, 3)
    assert suggestions(BY_HAND, ["???"], sure_from=0.2)[0].label == "道路"
    assert suggestions(BY_HAND, []) == []
    leaning = replace(BY_HAND, bias=np.array([0, 9, 0, 0], np.float32))
    assert [said.label for said in suggestions(leaning, ["???", "灯"])] == [None, "供水"]


@given(st.lists(st.sampled_from(["路", "水灯", "路路灯", "", "?", "灯水路"]), max_size=6))
def test_an_answer_does_not_depend_on_the_texts_beside_it(texts: list[str]) -> None:
    assert suggestions(BY_HAND, texts) == [suggestions(BY_HAND, [text])[0] for text in texts]


def test_a_model_comes_back_as_it_was() -> None:
    model = unpacked(packed(BY_HAND))
    assert suggestions(model, ["路路灯", "水"]) == suggestions(BY_HAND, ["路路灯", "水"])
    assert (model.labels, model.sure_from, model.about) == (BY_HAND.labels, 0.5, {"rows": 3})


def test_the_beginning_is_looked_at_by_itself() -> None:
    start = replace(BY_HAND.views[0], length=2)
    said = suggestions(replace(BY_HAND, views=(start,)), [" 路路灯", "路灯路"])
    assert [one.next[0][1] for one in said] == [0.0963, 0.4022]


def test_certainty_says_how_often_such_a_share_is_right() -> None:
    """docs/rules/suggestion.md: a share of 0.54 is right in a fifth of the cases, so no other label is likelier."""
    found = probabilities(np.log([[0.54, 0.27, 0.19], [0.9, 0.06, 0.04]]), 1.0, ((0.54, 1.0), (0.2, 0.92)))
    assert found.round(3).tolist() == [[0.2, 0.2, 0.2], [0.763, 0.142, 0.095]]


def _archive(**changed: object) -> bytes:
    with np.load(BytesIO(packed(BY_HAND)), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files} | changed
    out = BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def _header(**changed: object) -> np.ndarray:
    header = {"kind": "gongshi-suggestion-1", "labels": ["a", "b", "c", "d"], "sharpness": 1, "sure_from": 0}
    return np.frombuffer(
        json.dumps(
            {**header, "lengths": [None], "certainty": [[0, 1], [0, 1]], "about": {}, **changed}
        ).encode(),
        np.uint8,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        packed(BY_HAND)[:-40],
        _archive(header=np.array([{"run": "me"}], object)),
        _archive(header=_header(kind="another")),
        _archive(header=_header(labels=["a", "b"])),
        _archive(header=_header(labels=[1, 2, 3, 4])),
        _archive(header=_header(sharpness="much")),
        _archive(header=_header(lengths=[None, 80])),
        _archive(header=_header(lengths=[-1])),
        _archive(header=_header(certainty=[[0, 1], [1, 0]])),
        _archive(header=_header(certainty=[[], []])),
        _archive(**{"0_weights": np.zeros((2, 4), np.float16)}),
        _archive(**{"0_weights": np.full((3, 4), np.nan, np.float16)}),
        _archive(bias=np.zeros(4, np.float64)),
        _archive(**{"0_characters": np.array([3, 2, 1], np.int32)}),
        _archive(**{"0_characters": np.array([1, 2, 0x110000], np.int32)}),
        _archive(**{"0_longer_2": np.array([99], np.int64)}),
    ],
)
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelRefused):
        unpacked(data)


class _Runs:
    """What would make a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_nothing_in_a_model_is_run(tmp_path: Path) -> None:
    planted = _archive(header=np.array([_Runs(tmp_path / "ran")], object))
    with pytest.raises(ModelRefused):
        unpacked(planted)
    assert not (tmp_path / "ran").exists()


def test_what_would_grow_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongshi.routing.model_file.LARGEST", 1_000)
    with pytest.raises(ModelRefused, match="too_large"):
        unpacked(packed(BY_HAND))


def test_figures_by_hand() -> None:
    truth, said = ["a", "a", "b", "b"], ["a", "b", "b", None]
    assert f1_scores(truth, said) == {"a": 2 / 3, "b": 1 / 2}
    assert macro_f1(truth, said) == pytest.approx(7 / 12)
    # Two bins: 0.9 and 0.9 of which one is right; 0.5, which is right.
    assert calibration_error([0.9, 0.9, 0.5], [True, False, True]) == pytest.approx((0.8 + 0.5) / 3)


def test_sharpness_makes_certainty_true() -> None:
    """Three of four are right where the scores differ by one: exp(s) / (1 + exp(s)) = 3/4, s = ln 3."""
    scores = np.array([[1.0, 0.0]] * 4)
    sharpness = fitting_sharpness(scores, np.array([0, 0, 0, 1]))
    assert sharpness == pytest.approx(np.log(3), abs=1e-4)
    assert shares(scores, sharpness)[0, 0] == pytest.approx(0.75, abs=1e-4)
