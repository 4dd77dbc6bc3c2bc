"""The models of the demo packs, asked about their invented filings, which they do not learn from."""

import json
import tomllib
from pathlib import Path

import pytest

from gongshi.routing.learning import Example, learn
from gongshi.routing.pleasantries import SAID_OF_ANYTHING
from gongshi.rules.suggestion import suggestions
from gongshi.rules.suggestion.quality import calibration_error

PACKS = Path(__file__).resolve().parents[2] / "packs"


def examples(pack: str) -> list[Example]:
    """As `gongshi.cases.learning.given_examples` reads them from the database."""
    table = tomllib.loads((PACKS / pack / "categories.toml").read_text(encoding="utf-8"))
    found = [Example(text, "", given=True) for text in SAID_OF_ANYTHING]
    for one in table["category"]:
        if one.get("procedure"):
            found += [Example(text, one["code"], given=True) for text in one["examples"]]
            words = " ".join([*one["name"].values(), *one["keywords"]])
            found.append(Example(words, one["code"], given=True, words=True))
    return found


def filed(pack: str) -> list[tuple[str, str]]:
    """Text and category of each invented matter."""
    lines = (PACKS / pack / "demo" / "filings.jsonl").read_text(encoding="utf-8").splitlines()
    return [(one["text"], one["category"]) for line in lines for one in json.loads(line)["matters"]]


@pytest.mark.parametrize(("pack", "right", "when_sure"), [("qinghe", 0.77, 0.88), ("wrenfield", 0.94, 0.94)])
def test_most_filings_are_named_rightly_and_certainty_is_kept(
    pack: str, right: float, when_sure: float
) -> None:
    known = examples(pack)
    model, _ = learn(known)
    same = {one.text for one in known}
    asked = [(text, code) for text, code in filed(pack) if code in model.labels and text not in same]
    answers = suggestions(model, [text for text, _ in asked], sure_from=0)
    hits = [answer.label == code for answer, (_, code) in zip(answers, asked, strict=True)]
    sure = [hit for hit, answer in zip(hits, answers, strict=True) if answer.probability >= model.sure_from]
    assert sum(hits) / len(hits) > right
    assert sum(sure) / len(sure) > when_sure
    assert len(sure) > len(hits) / 2
    assert calibration_error([answer.probability for answer in answers], hits) < 0.1
