"""Suggesting a category: ten times a model is made of four fifths of a table and asked about the other fifth.

Beside it the guard on what becomes public (`guard`), places that real texts name (`places_named`), twins among real
messages (`twin_groups`), what an instance's own model costs a worker (`own_model`), and among many published cases the
views of the map (`map_views`), likely twins (`likeness`) and searches (`published`).
"""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import click

from gongshi.config.bench import (
    guard,
    likeness,
    map_views,
    own_model,
    places_named,
    published,
    published_rows,
    twin_groups,
    world,
)
from gongshi.config.bench.conditions import Conditions
from gongshi.config.progress import bar
from gongshi.config.terminal import both, failure

FILE = "zh_complaints.csv"
SEEDS = 10
UNSEEN = 0.2
TIMES = 3
"""How often answering is timed; the quickest counts, since the machine may be busy otherwise."""
_COLUMNS = {"title_and_text": ("title", "text"), "text": ("text",)}


def measure(conditions: Conditions) -> dict[str, Any]:
    """The figures as plain data: by title and text together, and by the text alone."""
    from gongshi.config.suggesters import read_examples
    from gongshi.routing.training import can_train

    if not can_train():
        raise failure(
            "测量需要 scikit-learn。", "measuring needs scikit-learn: pip install 'gongshi[training]'"
        )
    file = _file(conditions.data)
    read = {name: read_examples(file, columns, "label") for name, columns in _COLUMNS.items()}
    with bar(both("训练", "training"), SEEDS * len(read)) as done:
        return {
            "file": FILE,
            "rows": len(next(iter(read.values())).texts),
            "seeds": SEEDS,
            **{name: _of_seeds(found.texts, found.labels, done) for name, found in read.items()},
            "guard": guard.figures(file.parent),
            "places": places_named.figures(file.parent),
            "twins": twin_groups.measured(file.parent),
            "among_published": _among_published(conditions),
            "own_model": own_model.figures(conditions),
        }


def _among_published(conditions: Conditions) -> dict[str, Any]:
    with world.instance(postgres=conditions.postgres):
        return {
            **published_rows.written(conditions.cases),
            "map": map_views.figures(),
            "twins": likeness.figures(),
            "search": published.figures(),
        }


def _file(folder: Path | None) -> Path:
    if folder is None or not (folder / FILE).is_file():
        raise click.UsageError(
            both(
                f"--data 指的文件夹里要有 {FILE}（列：title, text, label）",
                f"--data names the folder that holds {FILE} (columns: title, text, label)",
            )
        )
    return folder / FILE


def _of_seeds(texts: Sequence[str], labels: Sequence[str], done: Any) -> dict[str, Any]:
    runs = []
    for seed in range(SEEDS):
        runs.append(_run(texts, labels, seed))
        done(1)
    names = {name for run in runs for name in run}
    return {
        name: {"mean": round(mean(values), 4), "least": min(values), "most": max(values)}
        for name in sorted(names)
        for values in [[run[name] for run in runs]]
    } | {"macro_f1_of_each_seed": [run["macro_f1"] for run in runs]}


def _run(texts: Sequence[str], labels: Sequence[str], seed: int) -> dict[str, float]:
    from sklearn.model_selection import train_test_split

    from gongshi.routing.model_file import packed, unpacked
    from gongshi.routing.training import train
    from gongshi.rules.suggestion import suggestions
    from gongshi.rules.suggestion.quality import calibration_error, macro_f1

    seen, unseen, of_seen, truth = train_test_split(
        texts, labels, test_size=UNSEEN, stratify=labels, random_state=seed
    )
    file = packed(train(seen, of_seen)[0])
    model = unpacked(file)
    taken = min(_timed(model, unseen) for _ in range(TIMES))
    answers = suggestions(model, unseen, sure_from=0)
    right = [answer.label == label for answer, label in zip(answers, truth, strict=True)]
    certainty = [answer.probability for answer in answers]
    first_three = [
        label in (answer.label, *(name for name, _ in answer.next[:2]))
        for answer, label in zip(answers, truth, strict=True)
    ]
    return {
        "macro_f1": round(macro_f1(truth, [answer.label for answer in answers]), 4),
        "accuracy": round(mean(right), 4),
        "among_first_three": round(mean(first_three), 4),
        "calibration_error": round(calibration_error(certainty, right), 4),
        "not_sure": round(mean(chance < model.sure_from for chance in certainty), 4),
        "microseconds_a_text": round(taken / len(unseen) * 1e6),
        "model_megabytes": round(len(file) / 1e6, 2),
        "ngrams": model.size,
    }


def _timed(model: Any, texts: Sequence[str]) -> float:
    """Seconds of processor time."""
    from gongshi.rules.suggestion import suggestions

    begun = time.process_time()
    suggestions(model, texts)
    return time.process_time() - begun
