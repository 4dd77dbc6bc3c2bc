"""How good suggestions are: F1 of labels, how wrong their certainty is, and the number that corrects it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gongshi.rules.suggestion.model import shares

BINS = 15
_SHARPEST, _STEPS = 1_000.0, 60


def f1_scores(truth: Sequence[str], said: Sequence[str | None]) -> dict[str, float]:
    """F1 of each label that is true or said: 2 * right / (said + true). Saying nothing is never right."""
    pairs = list(zip(truth, said, strict=True))
    return {
        label: 2 * sum(a == b == label for a, b in pairs) / sum((a == label) + (b == label) for a, b in pairs)
        for label in sorted({name for pair in pairs for name in pair if name is not None})
    }


def macro_f1(truth: Sequence[str], said: Sequence[str | None]) -> float:
    """The mean of all labels' F1, each counting the same however common."""
    scores = f1_scores(truth, said)
    return sum(scores.values()) / len(scores)


def calibration_error(certainty: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: how far certainty is from being right, over 15 bins of equal width, by their size.

    Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning (AAAI 2015).
    """
    certain, hits = np.asarray(certainty, float), np.asarray(right, float)
    bins = np.minimum((certain * BINS).astype(int), BINS - 1)
    gaps = [abs(hits[bins == n].sum() - certain[bins == n].sum()) for n in range(BINS)]
    return float(sum(gaps) / len(certain))


def fitting_sharpness(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """What to multiply scores with, so that their softmax gives ``truth`` (numbers of labels) the greatest likelihood.

    The likelihood has one top, which is enclosed by halving (golden section, on a logarithmic scale).
    """
    low, high = -np.log(_SHARPEST), np.log(_SHARPEST)
    shrink = (5**0.5 - 1) / 2

    def loss(exponent: float) -> float:
        chances = shares(scores, float(np.exp(exponent)))
        return -float(np.log(chances[np.arange(len(truth)), truth] + 1e-300).mean())

    for _ in range(_STEPS):
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        low, high = (low, right) if loss(left) <= loss(right) else (left, high)
    return float(np.exp((low + high) / 2))
