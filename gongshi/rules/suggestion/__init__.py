"""Which category fits a text, and how sure that is: character n-grams and a linear model. docs/rules/suggestion.md.

Wang and Manning, Baselines and Bigrams: Simple, Good Sentiment and Topic Classification (ACL 2012) for the weights;
Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (ICML 2017) for how scores become
probabilities. Answered by numpy alone; `gongshi.routing.training` makes a model.
"""

from gongshi.rules.suggestion.model import Model, Suggestion, View, ranked, suggestions
from gongshi.rules.suggestion.ngrams import Counts, Ngrams, learnt, normalised, united

__all__ = [
    "Counts",
    "Model",
    "Ngrams",
    "Suggestion",
    "View",
    "learnt",
    "normalised",
    "ranked",
    "suggestions",
    "united",
]
