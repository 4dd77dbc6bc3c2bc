"""Many published cases: searching (common words, rare ones, several, sentences, narrowed), and dumping them."""

import random
import time
from statistics import median
from typing import Any

from gongshi.config.bench import world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.bench.dumped import TABLES, dumped
from gongshi.config.bench.published_rows import ROADS, fill
from gongshi.config.bench.search import percentiles, questions
from gongshi.config.progress import bar
from gongshi.config.terminal import both

EACH = 40
_COMMON = (
    "路灯",
    "小区",
    "垃圾",
    "噪音",
    "停车",
    "晚上",
    "孩子",
    "street",
    "water",
    "night",
    "light",
    "people",
)


def measure(conditions: Conditions) -> dict[str, Any]:
    """Write the cases, ask, dump them; the figures as plain data."""
    with world.instance(postgres=conditions.postgres) as directory:
        from django.db import connection

        from gongshi.figures.open_data.writing import KINDS

        begun = time.perf_counter()
        with bar(both("写入公开事项", "published cases"), conditions.cases) as done:
            fill(conditions.cases, done)
        written = time.perf_counter() - begun
        return {
            "database": connection.vendor,
            "published": conditions.cases,
            "seconds_to_write": round(written, 1),
            **figures(),
            "dump": {"tables": dumped(directory, TABLES), "all": dumped(directory, KINDS)},
        }


def figures() -> dict[str, Any]:
    """How long questions take in the entered instance, in milliseconds, by their shape."""
    taken = {name: _timed(asked) for name, asked in _asked().items()}
    whole = [value for values in taken.values() for value in values]
    return {
        "questions": len(whole),
        "milliseconds": {
            "all": {"median": round(median(whole), 1), **percentiles(whole)},
            **{name: percentiles(values) for name, values in taken.items()},
        },
    }


def _asked() -> dict[str, list[tuple[str, Any]]]:
    """Questions by their shape, each with what it is narrowed by; each is asked of everything at once."""
    from gongshi.cases.narrowing import Filters, groups, public_areas

    chance = random.Random(4)  # noqa: S311 the same draw every time
    roads, long = chance.sample(ROADS, EACH), questions()
    everything, groups_, areas = Filters(), groups(), public_areas()
    common = [_COMMON[n % len(_COMMON)] for n in range(EACH)]
    return {
        "common_word": [(word, everything) for word in common],
        "name_of_a_road": [(road, everything) for road in roads],
        "two_words": [(f"{road} {word}", everything) for road, word in zip(roads, common, strict=True)],
        "short_question": [(text, everything) for text in long[0::2][:EACH]],
        "long_question": [(text, everything) for text in long[1::2][:EACH]],
        "narrowed": [
            (
                word,
                Filters(
                    chance.choice(groups_), chance.choice(areas), chance.choice(("", "open", "closed")), 2025
                ),
            )
            for word in common
        ],
        "nowhere": [(f"xyzzy{n}", everything) for n in range(EACH)],
    }


def _timed(asked: list[tuple[str, Any]]) -> list[float]:
    from django.utils import timezone

    from gongshi.bulletin.search import search

    taken = []
    for question, wanted in asked:
        begun = time.perf_counter()
        search(question, wanted, at=timezone.now())
        taken.append((time.perf_counter() - begun) * 1_000)
    return taken
