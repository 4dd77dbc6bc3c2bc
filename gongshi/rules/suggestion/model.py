"""A model, and what it says of texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gongshi.rules.suggestion.ngrams import Ngrams, normalised

NEXT = 3
"""How many labels are shown beside the likeliest, or instead of it."""
_AS_IT_IS = ((0.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True)
class View:
    """What one look at a text counts: at its first ``length`` characters, or at all of them (None).

    rarity: one number for each n-gram. weights: (n-grams, labels).
    """

    length: int | None
    ngrams: Ngrams
    rarity: NDArray[np.float32]
    weights: NDArray[np.float16] | NDArray[np.float32]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, labels). ``texts`` are normalised."""
        counts = self.ngrams.counts([text[: self.length] for text in texts])
        values = weighed(counts.texts, counts.rows, counts.ngrams, counts.times, self.rarity)
        scores = np.zeros((counts.texts, self.weights.shape[1]))
        if len(values):
            there, first = np.unique(counts.rows, return_index=True)
            scores[there] = np.add.reduceat(
                values[:, None] * self.weights[counts.ngrams].astype(np.float32), first
            )
        return scores


@dataclass(frozen=True)
class Model:
    """What training found.

    bias: one number for each label. sharpness: what scores are multiplied with to become shares. certainty: how
    probable it is that a label of such a share is right, as points (shares, probabilities), both rising. sure_from: the
    least probability at which one label alone is named. about: what the model card tells, plain data.
    """

    labels: tuple[str, ...]
    views: tuple[View, ...]
    bias: NDArray[np.float32]
    sharpness: float = 1.0
    certainty: tuple[tuple[float, ...], tuple[float, ...]] = _AS_IT_IS
    sure_from: float = 0.0
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many n-grams are kept, in all views together."""
        return sum(len(view.ngrams) for view in self.views)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, labels): the higher, the likelier; all nothing for a text of which nothing is known.

        What it says of a text does not depend on the others.
        """
        folded = [normalised(text) for text in texts]
        scores = np.zeros((len(texts), len(self.labels)))
        for view in self.views:
            scores += view.scores(folded)
        scores[scores.any(axis=1)] += self.bias
        return scores


@dataclass(frozen=True)
class Suggestion:
    """What is said of one text.

    label: None if none is likely enough. probability: of the likeliest. next: (label, probability), likeliest first;
    without a label the likeliest is the first of them.
    """

    label: str | None
    probability: float
    next: tuple[tuple[str, float], ...]


def weighed(
    texts: int,
    rows: NDArray[np.integer],
    ngrams: NDArray[np.integer],
    times: NDArray[np.integer],
    rarity: NDArray[np.float32],
) -> NDArray[np.float32]:
    """What each n-gram counts in its text: (1 + log of how often) * rarity, each text of length one."""
    values = (1 + np.log(times, dtype=np.float32)) * rarity[ngrams]
    lengths = np.sqrt(np.bincount(rows, values * values, minlength=texts))
    even: NDArray[np.float32] = (values / lengths[rows]).astype(np.float32)
    return even


def shares(scores: NDArray[np.float64], sharpness: float) -> NDArray[np.float64]:
    """Scores as shares of one: softmax of their multiple."""
    scaled = scores * sharpness
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return found


def probabilities(
    scores: NDArray[np.float64], sharpness: float, certainty: tuple[Sequence[float], Sequence[float]]
) -> NDArray[np.float64]:
    """(texts, labels). The likeliest gets what ``certainty`` says; the others share the rest, none more than it."""
    found = shares(scores, sharpness)
    rows, best = np.arange(len(found)), found.argmax(axis=1)
    share = found[rows, best]
    probability = np.interp(share, *certainty)
    rest = (1 - probability) / np.maximum(1 - share, 1e-12)
    chances: NDArray[np.float64] = np.minimum(found * rest[:, None], probability[:, None])
    chances[rows, best] = probability
    return chances


def suggestions(model: Model, texts: Sequence[str], *, sure_from: float | None = None) -> list[Suggestion]:
    """What the model says of each text; ``sure_from`` instead of the model's own."""
    least = model.sure_from if sure_from is None else sure_from
    if not texts:
        return []
    scores = model.scores(texts)
    chances = probabilities(scores, model.sharpness, model.certainty)
    order = np.argsort(-scores, axis=1, kind="stable")[:, : NEXT + 1]
    return [_suggestion(model.labels, chances[row], best.tolist(), least) for row, best in enumerate(order)]


def ranked(model: Model, text: str) -> list[tuple[str, float]]:
    """Every label with its probability, likeliest first; nothing for a text of which nothing is known."""
    scores = model.scores([text])
    if not scores.any():
        return []
    chances = probabilities(scores, model.sharpness, model.certainty)[0]
    order = np.argsort(-scores[0], kind="stable")
    return [(model.labels[number], float(chances[number])) for number in order.tolist()]


def _suggestion(
    labels: Sequence[str], chances: NDArray[np.float64], best: Sequence[int], least: float
) -> Suggestion:
    ranked = [(labels[number], round(float(chances[number]), 4)) for number in best]
    label, probability = ranked[0]
    if probability < least:
        return Suggestion(None, probability, tuple(ranked[:NEXT]))
    return Suggestion(label, probability, tuple(ranked[1:]))
