"""Views of the public map among very many published cases: what one costs at each zoom, through the page's own view."""

import random
import time
from statistics import median
from typing import Any

ZOOMS = range(11, 19)
VIEWS = 20
"""At each zoom, over spots where cases are."""
WINDOW = (1280, 800)
SEED = 7


def figures() -> dict[str, Any]:
    """Of each zoom, in the entered instance; nothing is written."""
    return {
        "views_at_each_zoom": VIEWS,
        "window": list(WINDOW),
        "zooms": {str(zoom): _of_zoom(zoom) for zoom in ZOOMS},
    }


def _of_zoom(zoom: int) -> dict[str, float]:
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    from gongshi.web.public.openly.listed import view

    chance = random.Random(SEED + zoom)  # noqa: S311 the same draw every time
    taken, sizes, cells, statements = [], [], [], []
    for _ in range(VIEWS):
        request = RequestFactory().get("/published/view/", {"box": _box(chance, zoom), "zoom": str(zoom)})
        begun = time.perf_counter()
        answer: Any = view(request)
        taken.append((time.perf_counter() - begun) * 1_000)
        sizes.append(len(answer.content))
        cells.append(answer.content.count(b"], [") + 1)
        with CaptureQueriesContext(connection) as said:
            view(request)
        statements.append(len(said))
    return {
        "median_ms": round(median(taken), 1),
        "longest_ms": round(max(taken), 1),
        "most_bytes": max(sizes),
        "most_clusters": max(cells),
        "most_statements": max(statements),
    }


def _box(chance: random.Random, zoom: int) -> str:
    """A window of `WINDOW` pixels about a spot that has a name."""
    from gongshi.places.queries import aliases
    from gongshi.rules.clusters import Box

    spot = chance.choice([one for one in aliases() if one.latitude is not None])
    degree = 360 / (256 * 2**zoom)
    aside, up = WINDOW[0] / 2 * degree, WINDOW[1] / 2 * degree * 0.85
    return str(Box(spot.latitude - up, spot.longitude - aside, spot.latitude + up, spot.longitude + aside))
