"""A place's own model, from its pack's examples and published texts, by numpy alone. docs/rules/suggestion.md.

Ridge regression in its dual form (Saunders, Gammerman and Vovk, Ridge Regression Learning Algorithm in Dual Variables,
ICML 1998), each label counting the same however many texts it has. What it says of a text that it was not made with
follows from the same solution (Allen, The Relationship Between Variable Selection and Data Augmentation and a Method
for Prediction, Technometrics 16, 1974), so that certainty is measured without making it anew for each text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gongshi.rules.suggestion import Counts, Model, Ngrams, View, learnt, normalised, united
from gongshi.rules.suggestion.model import probabilities, shares, weighed
from gongshi.rules.suggestion.quality import calibration_error, fitting_sharpness

LEAST_TEXTS = 20
"""Different published texts that an n-gram stands in, or it is not kept."""
LEAST_GIVEN = 1
"""Of texts that a pack gives, one is enough: they are about nobody, and the pack itself shows them whole."""
MOST_TEXTS = 4_000
"""More texts than this are not looked at, the first ones are: the time grows with the square of their number."""
RIDGE = 0.3
SURE_FROM = 0.5
NONE = -1
_AT_ONCE = 2_000
_FOLDS = 5

_Numbers = NDArray[np.int64]
_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A text with its label. ``given``: by the pack, not written by somebody about a matter of their own.

    ``words``: it is only a list of words, on which certainty is not measured. Without a label it speaks for none.
    """

    text: str
    label: str
    given: bool = False
    words: bool = False


@dataclass(frozen=True)
class Unseen:
    """How good a model is on the texts that it was made with, each as if it had been left out.

    sure: the share of texts for which it is sure. right_when_sure: how many of these it names rightly.
    """

    texts: int
    accuracy: float
    calibration_error: float
    sure: float
    right_when_sure: float


class NothingToLearn(ValueError):
    """There are fewer than two labels, or no n-gram stands in enough texts."""


def learn(examples: Sequence[Example]) -> tuple[Model, Unseen]:
    """A model of these examples, without a card, and how good it is; the same of the same examples in the same order.

    A text that is there twice counts once, with its first label. Raises NothingToLearn.
    """
    known = _different(examples)
    names = sorted({one.label for one in known if one.label})
    ngrams = _ngrams(known)
    if len(names) < 2 or not len(ngrams):
        raise NothingToLearn
    truth = np.array([names.index(one.label) if one.label else NONE for one in known])
    counts = ngrams.counts([one.text for one in known])
    holding = np.bincount(counts.ngrams, minlength=len(ngrams))
    rarity = (np.log((1 + len(known)) / (1 + holding)) + 1).astype(np.float32)
    values = weighed(counts.texts, counts.rows, counts.ngrams, counts.times, rarity)
    dual, unseen, middle = _solved(_products(counts, values, len(ngrams)), truth, len(names))
    measured = np.array([bool(one.label) and not one.words for one in known])
    if not measured.any():
        measured = truth != NONE
    scores, right = unseen[measured], truth[measured]
    sharpness, certainty = _certainty(scores, right)
    model = Model(
        labels=tuple(names),
        views=(View(None, ngrams, rarity, _weights(counts, values, dual, len(ngrams))),),
        bias=middle.astype(np.float32),
        sharpness=sharpness,
        certainty=certainty,
        sure_from=SURE_FROM,
    )
    return model, _unseen(_honest(scores, right), right)


def _honest(scores: _Array, truth: _Numbers) -> _Array:
    """Probabilities of each text, with sharpness and certainty from the other four fifths."""
    fold = np.arange(len(truth)) % _FOLDS
    chances = np.zeros_like(scores)
    for number in range(_FOLDS):
        inside, outside = fold == number, fold != number
        if inside.any() and outside.any():
            chances[inside] = probabilities(scores[inside], *_certainty(scores[outside], truth[outside]))
    return chances


def _unseen(chances: _Array, truth: _Numbers) -> Unseen:
    certain, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    sure = certain >= SURE_FROM
    return Unseen(
        texts=len(truth),
        accuracy=round(float(right.mean()), 3),
        calibration_error=round(calibration_error(certain.tolist(), right.tolist()), 3),
        sure=round(float(sure.mean()), 3),
        right_when_sure=round(float(right[sure].mean()), 3) if sure.any() else 0.0,
    )


def _different(examples: Sequence[Example]) -> list[Example]:
    first: dict[str, Example] = {}
    for one in examples:
        text = normalised(one.text)
        if text:
            first.setdefault(text, replace(one, text=text))
    return list(first.values())[:MOST_TEXTS]


def _ngrams(known: Sequence[Example]) -> Ngrams:
    given = learnt([one.text for one in known if one.given], LEAST_GIVEN)
    return united(given, learnt([one.text for one in known if not one.given], LEAST_TEXTS))


def _blocks(
    counts: Counts, values: NDArray[np.float32], ngrams: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Parts of the table (texts, n-grams), each with the number of its first n-gram."""
    for first in range(0, ngrams, _AT_ONCE):
        inside = (counts.ngrams >= first) & (counts.ngrams < first + _AT_ONCE)
        block = np.zeros((counts.texts, min(_AT_ONCE, ngrams - first)), np.float32)
        block[counts.rows[inside], counts.ngrams[inside] - first] = values[inside]
        yield first, block


def _products(counts: Counts, values: NDArray[np.float32], ngrams: int) -> _Array:
    """How alike any two texts are: (texts, texts)."""
    products = np.zeros((counts.texts, counts.texts))
    for _, block in _blocks(counts, values, ngrams):
        products += block @ block.T
    return products


def _weights(counts: Counts, values: NDArray[np.float32], dual: _Array, ngrams: int) -> NDArray[np.float32]:
    weights = np.zeros((ngrams, dual.shape[1]), np.float32)
    for first, block in _blocks(counts, values, ngrams):
        weights[first : first + block.shape[1]] = block.T @ dual
    return weights


def _solved(products: _Array, truth: _Numbers, labels: int) -> tuple[_Array, _Array, _Array]:
    """The dual weights and each text's scores had it been left out (texts, labels); what each label begins with."""
    labelled = np.flatnonzero(truth != NONE)
    of_each = np.bincount(truth[labelled], minlength=labels)
    middle = np.full(labels, 1 / labels)
    wanted = np.tile(middle, (len(truth), 1))
    wanted[labelled] = np.eye(labels)[truth[labelled]]
    # A text of a rare label bends the line as much as all texts of a common one together.
    penalty = np.full(len(truth), RIDGE)
    penalty[labelled] *= of_each[truth[labelled]] / of_each.mean()
    inverse = np.linalg.inv(products + np.diag(penalty))
    dual = inverse @ (wanted - middle)
    unseen = wanted - dual / np.diag(inverse)[:, None]
    return dual, unseen, middle


def _certainty(scores: _Array, truth: _Numbers) -> tuple[float, tuple[tuple[float, ...], tuple[float, ...]]]:
    """The sharpness, and how often the likeliest label was right by its share (`gongshi.routing.training`)."""
    sharpness = fitting_sharpness(scores, truth)
    found = shares(scores, sharpness)
    order = np.argsort(found.max(axis=1), kind="stable")
    share, right = found.max(axis=1)[order], (found.argmax(axis=1) == truth)[order]
    chance = 1 / scores.shape[1]
    known, likely = [chance], [chance]
    for begin, end, rate in _rising(right.astype(float)):
        for at in dict.fromkeys((begin, end - 1)):
            if share[at] > known[-1]:
                known.append(float(share[at]))
                likely.append(min(max(rate, chance), 1 - 1 / (len(truth) + 2)))
    return sharpness, (tuple(known), tuple(likely))


def _rising(values: _Array) -> list[tuple[int, int, float]]:
    """The rising steps nearest to the values: (first, one after the last, mean) of each (pool adjacent violators)."""
    steps: list[tuple[int, int, float]] = []
    for at, value in enumerate(values.tolist()):
        step = (at, at + 1, value)
        while steps and steps[-1][2] >= step[2]:
            begin, end, mean = steps.pop()
            size, more = end - begin, step[1] - step[0]
            step = (begin, step[1], (mean * size + step[2] * more) / (size + more))
        steps.append(step)
    return steps


def counted(examples: Sequence[Example]) -> dict[str, int]:
    """How many examples each label has."""
    return dict(sorted(Counter(one.label for one in examples if one.label and not one.words).items()))
