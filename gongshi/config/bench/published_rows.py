"""Published copies, made of the demo's own sentences and of names of spots and roads: the one way to make them.

`fill` writes very many past the cases that they would be of, for a database that is thrown away.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from gongshi.config.bench.search import sentences
from gongshi.rules import searching
from gongshi.rules.retrieval import VERSION

AT_ONCE = 5_000
SEED = 3
DAYS = 2_500
"""Over so many days they were filed, evenly."""
ABOUT = (0.006, 0.007)
"""Degrees about a spot within which most of what is filed there lies."""
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
Spot = tuple[str, UUID, float, float]


@dataclass(frozen=True)
class Words:
    """What somebody let be shown: a road, or a spot, and what they said of it. ``headed``: the title in its parts."""

    language: str
    title: str
    text: str
    headed: tuple[str, ...]
    parts: tuple[str, ...]


def words_of(chance: random.Random, spot: str = "") -> Words:
    """Words as residents write, in 中文 mostly, at one of very many roads; ``spot``: near which."""
    said = _sentences()
    language = "zh" if chance.random() < 0.85 else "en"
    english = f"{chance.choice(_ROADS_EN)} {chance.choice(_ROADS_EN)}"
    road = chance.choice(ROADS) if language == "zh" else english
    told = chance.sample(said[language], 3)
    title = f"{road}，{told[0][:18]}" if language == "zh" else f"{road} Road: {told[0][:40]}"
    headed = re.split(r"[，,:]", title)
    if spot and language == "zh":
        title, headed = f"{spot}{title}", [spot, *headed]
    text = ("" if language == "zh" else " ").join(told)
    return Words(language, title[:120], text, tuple(headed), tuple(told))


@cache
def _sentences() -> dict[str, list[str]]:
    return sentences()


def spots() -> list[Spot]:
    """The spots of the place that have a name: name, area, latitude, longitude."""
    from gongshi.places.queries import aliases

    return [
        (one.name, one.area_id, one.latitude, one.longitude)
        for one in aliases()
        if one.latitude is not None and one.longitude is not None
    ]


def copy_of(words: Words, *, number: int, case: UUID, chance: random.Random, **told: Any) -> Any:
    """A published copy, unsaved, with what it is found by. ``told``: area, category, office, point, state and days."""
    from gongshi.cases.models import PublicCase

    area, category, office, point = (told.pop(name) for name in ("area", "category", "office", "point"))
    # Part by part, as there are few different ones; a case is found by the same words.
    held = set().union(*(_found_by(part, "") for part in words.headed))
    held = held.union(*(_found_by("", part) for part in (*words.parts, told.get("answer", ""))))
    facets = searching.facets(number=number, category=category, area=area, year=told["filed_on"].year)
    return PublicCase(
        id=UUID(int=chance.getrandbits(128), version=4),
        case_id=case,
        language=words.language,
        title=words.title,
        text=words.text,
        category_id=category,
        area_id=area,
        office_id=office,
        latitude=point[0],
        longitude=point[1],
        number=number,
        tokens=" ".join(sorted({*held, *facets})),
        indexed=VERSION,
        **told,
    )


@lru_cache(maxsize=50_000)
def _found_by(title: str, text: str) -> frozenset[str]:
    from gongshi.cases.public_index import tokens_of

    return frozenset(tokens_of(title, text))


def fill(rows: int, done: Callable[[int], None] = lambda _more: None) -> None:
    """Write so many published copies into the entered instance; ``done`` is told how many more there are."""
    from django.db import transaction

    from gongshi.cases.public_tally import mend
    from gongshi.config.bench.past_the_doors import unchecked
    from gongshi.places.snapshots import forget
    from gongshi.safekeeping.bulk import insert_all

    forget()
    with unchecked():
        for batch in _batches(rows):
            with transaction.atomic():
                insert_all(batch)
            done(len(batch))
    mend()


def written(rows: int, done: Callable[[int], None] = lambda _more: None) -> dict[str, Any]:
    """`fill`, and what a bench says of it: the database, how many, in how many seconds."""
    from django.db import connection

    begun = time.perf_counter()
    fill(rows, done)
    return {
        "database": connection.vendor,
        "published": rows,
        "seconds_to_write": round(time.perf_counter() - begun, 1),
    }


def _batches(rows: int) -> Iterator[list[Any]]:
    from django.utils import timezone

    from gongshi.accounts.queries import offices
    from gongshi.cases.actions.public_state import public_area
    from gongshi.places.queries import local_day, the_place
    from gongshi.routing.queries import leaves
    from gongshi.rules.geometry import snap

    chance = random.Random(SEED)  # noqa: S311 the same draw every time
    chosen, owners = [leaf.id for leaf in leaves() if leaf.public], list(offices())
    places, today, metres = spots(), local_day(timezone.now()), the_place().snap_metres
    batch: list[Any] = []
    for number in range(1, rows + 1):
        filed: date = today - timedelta(days=DAYS - DAYS * number // rows)
        name, area, latitude, longitude = chance.choice(places)
        point: tuple[float, float] | tuple[None, None] = (None, None)
        if chance.random() > 0.05:
            point = snap(chance.gauss(latitude, ABOUT[0]), chance.gauss(longitude, ABOUT[1]), metres)
        batch.append(
            copy_of(
                words_of(chance, name),
                number=number,
                case=UUID(int=chance.getrandbits(128)),
                chance=chance,
                category=chance.choice(chosen),
                area=public_area(area),
                office=chance.choice(owners),
                point=point,
                state=chance.choices(("open", "answered", "closed"), (2, 8, 90))[0],
                filed_on=filed,
                published_on=filed,
            )
        )
        if len(batch) == AT_ONCE or number == rows:
            yield batch
            batch = []
