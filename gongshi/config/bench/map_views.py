"""Views of the public map among very many published cases: what one costs at each zoom, through the page's own view."""

import random
import time
from datetime import timedelta
from statistics import median
from typing import Any

from gongshi.config.bench import world

ZOOMS = range(11, 19)
VIEWS = 20
"""At each zoom, over spots where cases are."""
WINDOW = (1280, 800)
CHUNK = 5_000
SEED = 7


def figures(cases: int, *, postgres: bool) -> dict[str, Any]:
    """Milliseconds, bytes, clusters and statements of a view, by zoom; a new instance is made and thrown away."""
    with world.instance(postgres=postgres):
        from django.db import connection

        seconds = fill(cases)
        return {
            "database": connection.vendor,
            "published": cases,
            "seconds_to_write": round(seconds, 1),
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


def fill(cases: int) -> float:
    """Publish ``cases`` cases about the named spots of the place, as rows; the seconds that it took."""
    from django.db import connection, transaction

    from gongshi.places.snapshots import forget
    from gongshi.safekeeping.bulk import insert_all

    begun = time.perf_counter()
    forget()
    chance = random.Random(SEED)  # noqa: S311 the same draw every time
    for start in range(0, cases, CHUNK):
        rows = [_rows(start + number, chance) for number in range(min(CHUNK, cases - start))]
        with transaction.atomic():
            for together in zip(*rows, strict=True):
                insert_all(together)
    with connection.cursor() as cursor:
        # As autovacuum does by and by: an index answers alone only for pages that are known to be settled.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return time.perf_counter() - begun


def _rows(number: int, chance: random.Random) -> tuple[Any, ...]:
    """A filing, its case and the public copy of it."""
    from django.utils import timezone

    from gongshi.accounts.queries import offices
    from gongshi.cases.actions.public_state import public_area
    from gongshi.cases.models import Case, Filing, PublicCase
    from gongshi.places.queries import aliases, local_day, the_place
    from gongshi.routing.queries import current_procedures, leaves
    from gongshi.rules.geometry import snap
    from gongshi.safekeeping.ids import new_id

    spot = chance.choice(aliases())
    category = chance.choice([leaf for leaf in leaves() if leaf.public])
    office = chance.choice(list(offices()))
    at = timezone.now() - timedelta(minutes=number * 5)
    on = local_day(at)
    filing = Filing(
        id=new_id(), reference=f"B-{number}", channel="web", language="zh", filed_at=at, filed_on=on
    )
    case = Case(
        id=new_id(),
        filing=filing,
        number=1,
        kind=category.kind,
        category_id=category.id,
        area_id=spot.area_id,
        office_id=office,
        procedure_id=current_procedures()[category.procedure],
        content=b"",
        stage="handling",
        stage_on=on,
        holder="office",
        opened_at=at,
        opened_on=on,
    )
    point: tuple[float, float] | tuple[None, None] = (None, None)
    if spot.latitude is not None and spot.longitude is not None and chance.random() > 0.05:
        # Spread about the spot as over a district, so that the rows fill the whole place.
        near = (chance.gauss(spot.latitude, 0.006), chance.gauss(spot.longitude, 0.007))
        point = snap(*near, the_place().snap_metres)
    public = PublicCase(
        case=case,
        language="zh",
        title=f"{spot.name}：路灯不亮，晚上看不清路",
        text=f"{spot.name}的路灯已经坏了{number % 30 + 1}天，晚上看不清路，请来看看。" * 3,
        state=chance.choice(["open", "answered", "closed"]),
        category_id=category.id,
        area_id=public_area(spot.area_id),
        office_id=office,
        latitude=point[0],
        longitude=point[1],
        filed_on=on,
        published_on=on,
    )
    return filing, case, public
