"""Many published cases, made of the demo's own sentences and of names of roads, for benchmarks that need a million.

Written past the cases that they would be of: the database is thrown away, and nothing that is measured reads those.
"""

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from gongshi.config.bench.search import sentences
from gongshi.rules import searching
from gongshi.rules.retrieval import VERSION, tokens

AT_ONCE = 5_000
_FIRST, _SECOND = "长永新东西南北大中上下青白金石清水红天文", "安平宁和兴顺福泰康乐华阳明光丰江河湖山林"
_KINDS = ("路", "街", "巷", "桥", "小区", "村")
ROADS = [a + b + kind for a in _FIRST for b in _SECOND for kind in _KINDS]
_ROADS_EN = [
    "Maple",
    "Mill",
    "Station",
    "Harbour",
    "Chapel",
    "Orchard",
    "Bridge",
    "Meadow",
    "Foundry",
    "Canal",
]
_DAYS = 2_500


def fill(rows: int, done: Callable[[int], None]) -> None:
    """Write so many published cases into the entered instance; ``done`` is told how many more there are."""
    from django.db import connection

    from gongshi.cases.public_index import lay

    light = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not light:
            cursor.execute("DROP INDEX cases_publiccase_index")  # made at once at the end, as a restore would
        cursor.execute("PRAGMA foreign_keys = OFF" if light else "SET session_replication_role = replica")
        for batch in _batches(rows):
            batch_model().objects.bulk_create(batch)
            done(len(batch))
        cursor.execute("PRAGMA foreign_keys = ON" if light else "SET session_replication_role = DEFAULT")
        lay("default")
        cursor.execute("ANALYZE")


def batch_model() -> Any:
    """The table that is written."""
    from gongshi.cases.models import PublicCase

    return PublicCase


def _batches(rows: int) -> Iterator[list[Any]]:
    from django.utils import timezone

    from gongshi.accounts.queries import offices
    from gongshi.cases.narrowing import public_areas
    from gongshi.places.queries import local_day
    from gongshi.routing.queries import categories

    chance, said = random.Random(3), sentences()  # noqa: S311 the same draw every time
    chosen = [node.id for node in categories().values() if node.public and not node.is_group]
    places, owners, today = [node.id for node in public_areas()], list(offices()), local_day(timezone.now())
    batch: list[Any] = []
    for number in range(1, rows + 1):
        filed = today - timedelta(days=_DAYS - _DAYS * number // rows)
        batch.append(_row(number, filed, (chosen, places, owners), said, chance))
        if len(batch) == AT_ONCE or number == rows:
            yield batch
            batch = []


def _row(
    number: int,
    filed: date,
    among: tuple[list[UUID], list[UUID], list[UUID]],
    said: dict[str, list[str]],
    chance: random.Random,
) -> Any:
    language = "zh" if chance.random() < 0.85 else "en"
    road = (
        chance.choice(ROADS) if language == "zh" else f"{chance.choice(_ROADS_EN)} {chance.choice(_ROADS_EN)}"
    )
    told = chance.sample(said[language], 3)
    title = f"{road}，{told[0][:18]}" if language == "zh" else f"{road} Road: {told[0][:40]}"
    category, area, office = (chance.choice(ids) for ids in among)
    parts = [road, *re.split(r"[，,:]", title), *told]
    held = set().union(*(_tokens_of(part) for part in parts))
    facets = searching.facets(number=number, category=category, area=area, year=filed.year)
    return batch_model()(
        case_id=UUID(int=chance.getrandbits(128)),
        language=language,
        title=title,
        text=("" if language == "zh" else " ").join(told),
        state=chance.choices(("open", "answered", "closed"), (2, 8, 90))[0],
        category_id=category,
        area_id=area,
        office_id=office,
        filed_on=filed,
        published_on=filed,
        number=number,
        tokens=" ".join(sorted({*held, *facets})),
        indexed=VERSION,
    )


@lru_cache(maxsize=50_000)
def _tokens_of(part: str) -> frozenset[str]:
    return frozenset(tokens(part, alone=False))
