"""Makes a suggestion model out of texts and their labels. The only place that needs scikit-learn, an extra of its own.

For each label a linear support vector machine, over n-grams that each weigh how much more often they stand in texts of
that label than in others (Wang and Manning 2012); all of it comes down to one matrix. docs/rules/suggestion.md.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongshi.rules.suggestion import Model, Ngrams, View, learnt, normalised
from gongshi.rules.suggestion.model import probabilities, shares, weighed
from gongshi.rules.suggestion.quality import calibration_error, f1_scores, fitting_sharpness

LEAST_TEXTS = 20
"""Different texts that an n-gram stands in, or it is not kept: so the model remembers nobody's words."""
LEAST_OF_LABEL = 20
FOLDS = 5
SURE_FROM, ABOVE_CHANCE = 0.4, 1.2
"""A label that is less likely than this, or than so many times pure chance, is not named alone."""
VIEWS: tuple[int | None, ...] = (None, 80)
"""What is looked at: the whole text, and its beginning by itself, where people say what they write about."""
SHARES = (1.0, 0.5)
PENALTY, SMOOTHING = 2.0, 0.1
STEPS = FOLDS + 2

_Numbers = NDArray[np.int64]
_Matrix = Any  # scipy.sparse.csr_matrix; scipy has no types of its own


@dataclass(frozen=True)
class Quality:
    """How good a model was on texts that it had not seen, by cross-validation.

    sure: the share of texts for which it named one label. right_when_sure: how many of these labels were right.
    """

    macro_f1: float
    accuracy: float
    calibration_error: float
    sure: float
    right_when_sure: float
    f1: Mapping[str, float]


class TooLittle(ValueError):
    """The texts are not enough. few: labels with too few texts, and how many; empty if nothing else was found."""

    def __init__(self, few: Mapping[str, int]) -> None:
        super().__init__(few)
        self.few = few


@dataclass(frozen=True)
class _Look:
    """How often a view's n-grams stand in the texts: a sparse matrix, one row for each text."""

    length: int | None
    ngrams: Ngrams
    counts: _Matrix


@dataclass(frozen=True)
class _Fit:
    """What some of the texts teach: for each look its n-grams used, their rarity and weights; and the bias."""

    columns: list[_Numbers]
    rarity: list[NDArray[np.float32]]
    weights: list[NDArray[np.float32]]
    bias: NDArray[np.float32]

    def scores(self, looks: Sequence[_Look], rows: _Numbers) -> NDArray[np.float64]:
        """(texts in ``rows``, labels)."""
        scores: NDArray[np.float64] = self.bias + sum(
            _weighed(look.counts[rows][:, columns], rarity) @ weights
            for look, columns, rarity, weights in zip(
                looks, self.columns, self.rarity, self.weights, strict=True
            )
        )
        return scores


def can_train() -> bool:
    """Whether scikit-learn is installed."""
    return find_spec("sklearn") is not None


def train(
    texts: Sequence[str], labels: Sequence[str], *, step: Callable[[int], None] = lambda _: None
) -> tuple[Model, Quality]:
    """A model of these texts, and how good it is. ``step`` is told of each of the ``STEPS`` that is done.

    A text that is there twice counts once, with its first label. The same texts in the same order give the same model.
    Raises TooLittle.
    """
    texts, labels = _different(texts, labels)
    names = _enough(labels)
    truth = np.array([names.index(label) for label in labels])
    looks = [_look(texts, length) for length in VIEWS]
    if not len(looks[0].ngrams):
        raise TooLittle({})
    step(1)
    fold, scores = _unseen_scores(looks, truth, step)
    sharpness = fitting_sharpness(scores, truth)
    fit = _fitted(looks, truth, np.arange(len(texts)))
    step(1)
    model = Model(
        labels=tuple(names),
        views=tuple(
            View(look.length, look.ngrams, rarity, weights)
            for look, rarity, weights in zip(looks, fit.rarity, fit.weights, strict=True)
        ),
        bias=fit.bias,
        sharpness=sharpness,
        certainty=_certainty(scores, sharpness, truth),
        sure_from=_sure_from(len(names)),
    )
    return model, _quality(names, _unseen_chances(fold, scores, truth), truth)


def _sure_from(labels: int) -> float:
    return max(SURE_FROM, ABOVE_CHANCE / labels)


def _different(texts: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    first: dict[str, str] = {}
    for text, label in zip(texts, labels, strict=True):
        first.setdefault(normalised(text), label)
    first.pop("", None)
    return list(first), list(first.values())


def _enough(labels: Sequence[str]) -> list[str]:
    """The labels' names in order. Raises TooLittle when there are fewer than two, or one has too few texts."""
    of_each = Counter(labels)
    few = {label: count for label, count in of_each.items() if count < LEAST_OF_LABEL}
    if few or len(of_each) < 2:
        raise TooLittle(few)
    return sorted(of_each)


def _look(texts: Sequence[str], length: int | None) -> _Look:
    from scipy.sparse import csr_matrix

    seen = [text[:length] for text in texts]
    ngrams = learnt(seen, LEAST_TEXTS)
    counts = ngrams.counts(seen)
    shape = (len(texts), len(ngrams))
    return _Look(length, ngrams, csr_matrix((counts.times, (counts.rows, counts.ngrams)), shape=shape))


def _unseen_scores(
    looks: Sequence[_Look], truth: _Numbers, step: Callable[[int], None]
) -> tuple[_Numbers, NDArray[np.float64]]:
    """Each text's fold, and its scores by what the other folds teach."""
    from sklearn.model_selection import StratifiedKFold

    fold = np.zeros(len(truth), np.int64)
    scores = np.zeros((len(truth), int(truth.max()) + 1))
    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(truth, truth)
    for number, (seen, unseen) in enumerate(parts):
        fold[unseen] = number
        scores[unseen] = _fitted(looks, truth, seen).scores(looks, unseen)
        step(1)
    return fold, scores


def _fitted(looks: Sequence[_Look], truth: _Numbers, rows: _Numbers) -> _Fit:
    """What the texts in ``rows`` teach, and they alone."""
    from scipy.sparse import hstack
    from sklearn.svm import LinearSVC

    columns, rarity, values = [], [], []
    for look, share in zip(looks, SHARES, strict=True):
        holding = np.bincount(look.counts[rows].indices, minlength=len(look.ngrams))
        columns.append(np.flatnonzero(holding >= LEAST_TEXTS))
        rarity.append((np.log((1 + len(rows)) / (1 + holding[columns[-1]])) + 1).astype(np.float32))
        values.append(_weighed(look.counts[rows][:, columns[-1]], rarity[-1]) * share)
    together, truth = hstack(values).tocsr(), truth[rows]
    weights, bias = [], []
    for label in range(int(truth.max()) + 1):
        ratio = _log_ratio(together, truth == label)
        machine = LinearSVC(C=PENALTY, random_state=0, max_iter=20_000)
        machine.fit(together.multiply(ratio).tocsr(), truth == label)
        weights.append(machine.coef_.ravel() * ratio)
        bias.append(machine.intercept_[0])
    ends = np.cumsum([len(chosen) for chosen in columns])[:-1]
    split = np.split(np.array(weights, np.float32).T, ends)
    of_looks = [part * np.float32(share) for part, share in zip(split, SHARES, strict=True)]
    return _Fit(columns, rarity, of_looks, np.array(bias, np.float32))


def _weighed(counts: _Matrix, rarity: NDArray[np.float32]) -> _Matrix:
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = weighed(counts.shape[0], rows, counts.indices, counts.data, rarity)
    return csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def _log_ratio(values: _Matrix, of_label: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How much more of each n-gram there is in texts of the label than in the others, as a logarithm."""
    within, without = (
        np.asarray(values[chosen].sum(axis=0)).ravel() + SMOOTHING for chosen in (of_label, ~of_label)
    )
    ratio: NDArray[np.float32] = np.log(within / within.sum()) - np.log(without / without.sum())
    return ratio


def _certainty(
    scores: NDArray[np.float64], sharpness: float, truth: _Numbers
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How often the likeliest label was right, by its share: the rising steps that fit best, joined by lines.

    The line begins at pure chance, which is all that is known of a text that no example is like, and ends short of one
    by what a single text more could have shown.
    """
    from sklearn.isotonic import IsotonicRegression

    found = shares(scores, sharpness)
    steps = IsotonicRegression(y_min=0, y_max=1 - 1 / (len(truth) + 2)).fit(
        found.max(axis=1), found.argmax(axis=1) == truth
    )
    chance = 1 / scores.shape[1]
    above = steps.X_thresholds_ > chance
    known, likely = steps.X_thresholds_[above].tolist(), steps.y_thresholds_[above].tolist()
    return (chance, *known), (min([chance, *likely]), *likely)


def _unseen_chances(fold: _Numbers, scores: NDArray[np.float64], truth: _Numbers) -> NDArray[np.float64]:
    """Probabilities of each fold's texts, as the other folds' scores would have them."""
    chances = np.zeros_like(scores)
    for number in range(FOLDS):
        inside, outside = fold == number, fold != number
        sharpness = fitting_sharpness(scores[outside], truth[outside])
        certainty = _certainty(scores[outside], sharpness, truth[outside])
        chances[inside] = probabilities(scores[inside], sharpness, certainty)
    return chances


def _quality(names: Sequence[str], chances: NDArray[np.float64], truth: _Numbers) -> Quality:
    certainty, said = chances.max(axis=1), chances.argmax(axis=1)
    right, sure = said == truth, certainty >= _sure_from(len(names))
    f1 = f1_scores([names[number] for number in truth], [names[number] for number in said])
    return Quality(
        macro_f1=sum(f1.values()) / len(f1),
        accuracy=float(right.mean()),
        calibration_error=calibration_error(certainty.tolist(), right.tolist()),
        sure=float(sure.mean()),
        right_when_sure=float(right[sure].mean()) if sure.any() else 0.0,
        f1=f1,
    )
