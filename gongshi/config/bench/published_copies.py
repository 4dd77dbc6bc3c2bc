"""Very many published copies, quickly: rows of `PublicCase` alone, as a city's would lie over its spots and years.

Written past the cases that they would be of: the database is thrown away, and nothing that is measured reads those.
"""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

CHUNK = 10_000
DAYS = 3_000
"""Over so many days they were filed, evenly."""
SEED = 5
_WORDS = (
    "路灯不亮",
    "井盖松动",
    "垃圾没有清运",
    "水管漏水",
    "夜里施工太吵",
    "路面有坑",
    "停车占道",
    "树枝压线",
)


def fill(rows: int) -> float:
    """Publish ``rows`` copies in the entered instance; the seconds that it took."""
    from django.db import connection, transaction

    from gongshi.places.snapshots import forget
    from gongshi.safekeeping.bulk import insert_all

    begun = time.perf_counter()
    forget()
    light = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF" if light else "SET session_replication_role = replica")
        for chunk in _chunks(rows):
            with transaction.atomic():
                insert_all(chunk)
        cursor.execute("PRAGMA foreign_keys = ON" if light else "SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE" if light else "VACUUM ANALYZE")
    return time.perf_counter() - begun


def _chunks(rows: int) -> Iterator[list[Any]]:
    from django.utils import timezone

    from gongshi.accounts.queries import offices
    from gongshi.cases.actions.public_state import public_area
    from gongshi.cases.models import PublicCase
    from gongshi.places.queries import aliases, local_day, the_place
    from gongshi.routing.queries import leaves
    from gongshi.rules.geometry import snap

    chance = random.Random(SEED)  # noqa: S311 the same draw every time
    today, metres = local_day(timezone.now()), the_place().snap_metres
    spots = [
        (one.name, public_area(one.area_id), one.latitude, one.longitude)
        for one in aliases()
        if one.latitude is not None and one.longitude is not None
    ]
    kinds, owners = [leaf.id for leaf in leaves() if leaf.public], list(offices())
    for start in range(0, rows, CHUNK):
        chunk = []
        for number in range(start, min(start + CHUNK, rows)):
            name, area, latitude, longitude = chance.choice(spots)
            point = snap(chance.gauss(latitude, 0.006), chance.gauss(longitude, 0.007), metres)
            said = chance.choice(_WORDS)
            filed = today - timedelta(days=DAYS * number // rows)
            chunk.append(
                PublicCase(
                    id=UUID(int=chance.getrandbits(128)),
                    case_id=UUID(int=chance.getrandbits(128)),
                    language="zh",
                    title=f"{name}：{said}",
                    text=f"{name}{said}，已经{number % 30 + 1}天了，请来看看。" * 3,
                    state=chance.choices(("open", "answered", "closed"), (1, 2, 7))[0],
                    category_id=chance.choice(kinds),
                    area_id=area,
                    office_id=chance.choice(owners),
                    latitude=point[0],
                    longitude=point[1],
                    filed_on=filed,
                    published_on=filed,
                )
            )
        yield chunk
