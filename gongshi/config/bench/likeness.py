"""Likely twins among very many published cases: the list of candidates from the database, and judging it."""

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from gongshi.config.bench import published_rows, world
from gongshi.config.bench.conditions import Conditions

ASKED = 200
SEED = 11


def measure(conditions: Conditions) -> dict[str, Any]:
    """Make an instance, publish ``cases``, ask for the twins of matters near them; the figures as plain data."""
    with world.instance(postgres=conditions.postgres):
        return {
            **published_rows.written(conditions.cases),
            "asked": ASKED,
            **figures(),
        }


def figures() -> dict[str, Any]:
    """Milliseconds of `ASKED` lists of candidates and of naming twins, and how long the lists are."""
    from gongshi.cases.likeness import candidates, twins_of

    chance = random.Random(SEED)  # noqa: S311 the same draw every time
    told = [_told(chance) for _ in range(ASKED)]
    lengths = [len(list(candidates(one))) for one in told]
    timed = {
        "candidates": [_timed(lambda one: list(candidates(one)), one) for one in told],
        "twins": [_timed(twins_of, one) for one in told],
    }
    return {
        "candidates": {"median": median(lengths), "most": max(lengths), "none": lengths.count(0)},
        "milliseconds": {name: _spread([wall for wall, _ in taken]) for name, taken in timed.items()},
        "milliseconds_of_processor": {
            name: _spread([worked for _, worked in taken]) for name, taken in timed.items()
        },
    }


def _told(chance: random.Random) -> Any:
    """A matter told today beside a named spot, in the words of the published ones."""
    from django.utils import timezone

    from gongshi.cases.likeness import ORDINARY, Told
    from gongshi.places.queries import aliases, local_day
    from gongshi.routing.queries import leaves

    spot = chance.choice([one for one in aliases() if one.latitude is not None])
    assert spot.latitude is not None
    category = chance.choice([leaf for leaf in leaves() if leaf.public and leaf.kind in ORDINARY])
    return Told(
        category=category.id,
        title=f"{spot.name}：路灯不亮",
        text=f"{spot.name}的路灯坏了几天，晚上看不清路，请来修。",
        area=spot.area_id,
        point=(spot.latitude, spot.longitude) if spot.longitude is not None else None,
        on=local_day(timezone.now()),
    )


def _timed(ask: Callable[[Any], Any], told: Any) -> tuple[float, float]:
    """Milliseconds by the clock, and of this process's work: under PostgreSQL the server works besides."""
    begun, worked = time.perf_counter(), time.process_time()
    ask(told)
    return (time.perf_counter() - begun) * 1_000, (time.process_time() - worked) * 1_000


def _spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "median": round(median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "longest": round(ordered[-1], 1),
    }
