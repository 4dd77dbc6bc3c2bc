"""How requests come in and how long they take, as numbers: shares, and quantiles of days. No request stands in it.

``shape.json`` was counted from a city's open list of one year's requests (121,146 of 2015, 158 types) by

    python -m gongshi.config.bench.load.shape FILE > gongshi/config/bench/load/shape.json

FILE: CSV, gzipped or not, with the columns OPEN_DT, CLOSED_DT, TYPE, neighborhood, Source, LATITUDE and LONGITUDE.
"""

import csv
import gzip
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

BUILT_IN = Path(__file__).with_name("shape.json")
# Days to the end of a request stand at these shares of its type's requests; slower ones are left out of all.
QUANTILES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
LATELY = 30
# Fewer requests of a type say nothing of how long such a request takes.
FEWEST = 30
# A spot with a larger share of all requests stands in for one that is not known.
BUSIEST = 0.01
_BY_PHONE = frozenset({"Constituent Call", "Employee Generated", "City Worker App", "Maximo Integration"})
NEEDED = ("OPEN_DT", "CLOSED_DT", "TYPE", "neighborhood", "Source", "LATITUDE", "LONGITUDE")


@dataclass(frozen=True)
class Kind:
    """One type of request: its share of all, and the days that it takes, at `QUANTILES`."""

    share: float
    days: tuple[float, ...]


@dataclass(frozen=True)
class Shape:
    """All shares add up to 1. ``again``: of requests within `LATELY` days of one of their type at the same spot.

    ``hours`` from midnight, ``weekdays`` from Monday, ``months`` from January, ``places`` the busiest first;
    ``phone``: of those that staff typed in.
    """

    kinds: tuple[Kind, ...]
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    places: tuple[float, ...]
    phone: float
    again: float


def built_in() -> Shape:
    """The table that comes with the program."""
    return _read(json.loads(BUILT_IN.read_text(encoding="utf-8")))


def _read(told: Mapping[str, Any]) -> Shape:
    kinds = tuple(Kind(one["share"], tuple(one["days"])) for one in told["kinds"])
    listed = {name: tuple(told[name]) for name in ("hours", "weekdays", "months", "places")}
    return Shape(kinds, phone=told["phone"], again=told["again"], **listed)


def counted(file: Path) -> Shape:
    """The shape of a list of requests. Raises ValueError for a file that is none."""
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as raw:
        reader = csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
        if missing := set(NEEDED) - set(reader.fieldnames or ()):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
        rows = sorted(reader, key=lambda row: row["OPEN_DT"])
    if not rows:
        raise ValueError("no rows")
    opened = [datetime.fromisoformat(row["OPEN_DT"]) for row in rows]
    named = Counter(row["neighborhood"] for row in rows if row["neighborhood"])
    return Shape(
        kinds=_kinds(rows, opened),
        hours=_spread((at.hour for at in opened), 24),
        weekdays=_spread((at.weekday() for at in opened), 7),
        months=_spread((at.month - 1 for at in opened), 12),
        places=_shares([n for _, n in named.most_common()]),
        phone=round(sum(row["Source"] in _BY_PHONE for row in rows) / len(rows), 4),
        again=round(_again(rows, opened) / len(rows), 4),
    )


def _kinds(rows: Sequence[Mapping[str, str]], opened: Sequence[datetime]) -> tuple[Kind, ...]:
    taken: dict[str, list[float]] = defaultdict(list)
    for row, at in zip(rows, opened, strict=True):
        if row["CLOSED_DT"]:
            days = (datetime.fromisoformat(row["CLOSED_DT"]) - at).total_seconds() / 86_400
            taken[row["TYPE"]].append(max(days, 0.0))
    everything = sorted(day for days in taken.values() for day in days)
    found = Counter(row["TYPE"] for row in rows).most_common()
    shares = _shares([n for _, n in found])
    usual = [taken[name] if len(taken[name]) >= FEWEST else everything for name, _ in found]
    return tuple(Kind(share, _quantiles(days)) for share, days in zip(shares, usual, strict=True))


def _quantiles(days: Sequence[float]) -> tuple[float, ...]:
    ordered = sorted(days)
    return tuple(round(ordered[int(len(ordered) * share)], 2) for share in QUANTILES)


def _again(rows: Sequence[Mapping[str, str]], opened: Sequence[datetime]) -> int:
    at_spot = Counter((row["LATITUDE"], row["LONGITUDE"]) for row in rows)
    last: dict[tuple[str, str, str], datetime] = {}
    number = 0
    for row, at in zip(rows, opened, strict=True):
        if not row["LATITUDE"] or at_spot[row["LATITUDE"], row["LONGITUDE"]] > BUSIEST * len(rows):
            continue
        spot = (row["TYPE"], row["LATITUDE"], row["LONGITUDE"])
        number += spot in last and (at - last[spot]).days < LATELY
        last[spot] = at
    return number


def _spread(values: Iterable[int], size: int) -> tuple[float, ...]:
    found = Counter(values)
    return _shares([found[number] for number in range(size)])


def _shares(numbers: Sequence[int]) -> tuple[float, ...]:
    return tuple(round(number / sum(numbers), 5) for number in numbers)


if __name__ == "__main__":
    print(json.dumps(asdict(counted(Path(sys.argv[1])))))
