"""On real messages the category is suggested as well as docs/rules/suggestion.md says: on some of them, for speed."""

import random
from pathlib import Path

import pytest
from sklearn.model_selection import train_test_split

from gongshi.config.suggesters import read_examples
from gongshi.routing.training import train
from gongshi.rules.suggestion import suggestions
from gongshi.rules.suggestion.quality import calibration_error, macro_f1

# All of the rows give 0.91, these give 0.82: the fewer texts, the fewer n-grams stand in twenty of them.
SOME, LEAST = 1_500, 0.77


@pytest.mark.real
def test_the_category_of_real_messages_is_found(real_data: Path) -> None:
    file = real_data / "zh_complaints.csv"
    if not file.is_file():
        pytest.skip("zh_complaints.csv is not among the real data sets on this machine")
    found = read_examples(file, ["title", "text"], "label")
    rows = random.Random(1).sample(list(zip(found.texts, found.labels, strict=True)), SOME)
    texts, labels = zip(*rows, strict=True)
    seen, unseen, of_seen, truth = train_test_split(
        texts, labels, test_size=0.2, stratify=labels, random_state=1
    )
    model, quality = train(seen, of_seen)
    said = suggestions(model, unseen, sure_from=0)
    right = [answer.label == label for answer, label in zip(said, truth, strict=True)]
    assert macro_f1(truth, [answer.label for answer in said]) > LEAST
    assert calibration_error([answer.probability for answer in said], right) < 0.06
    assert quality.macro_f1 > LEAST
