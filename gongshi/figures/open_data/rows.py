"""The rows of a dump: published cases up to a day, and what they name, with codes for references."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gongshi.accounts.queries import offices
from gongshi.cases.models import PublicCase
from gongshi.places.queries import areas
from gongshi.routing.queries import categories

CHUNK = 5_000
COLUMNS = (
    "id",
    "language",
    "title",
    "text",
    "answer",
    "state",
    "category",
    "area",
    "office",
    "latitude",
    "longitude",
    "filed_on",
    "answered_on",
    "published_on",
)
# What somebody wrote; in CSV it is kept from being computed.
WORDS = frozenset({"title", "text", "answer"})
_STORED = [f"{name}_id" if name in ("category", "area", "office") else name for name in COLUMNS]


@dataclass(frozen=True)
class Listed:
    """A small table beside the cases: its columns and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def published_until(day: date) -> "QuerySet[PublicCase]":
    """What was published on that day or before, and still is."""
    return PublicCase.objects.filter(published_on__lte=day)


def case_rows(until: date) -> Iterator[tuple[Any, ...]]:
    """Each published case as `COLUMNS`, oldest filing first, a chunk in memory at a time."""
    named = [
        {key: node.code for key, node in nodes.everything.items()}
        for nodes in (categories(), areas(), offices())
    ]
    first = COLUMNS.index("category")
    found = published_until(until).order_by("filed_on", "id").values_list(*_STORED)
    for row in found.iterator(chunk_size=CHUNK):
        codes = [codes.get(key) for codes, key in zip(named, row[first : first + 3], strict=True)]
        yield (str(row[0]), *row[1:first], *codes, *row[first + 3 :])


def listed() -> dict[str, Listed]:
    """Categories, areas and offices by code, those too that are no longer: old cases name them."""
    codes: dict[UUID, str] = {
        key: node.code
        for nodes in (categories(), areas(), offices())
        for key, node in nodes.everything.items()
    }
    smallest = max((node.rank for node in areas().values()), default=0)
    told = areas().everything.values()
    return {
        "categories": Listed(
            ("code", "parent", "zh", "en", "kind"),
            [
                (n.code, _code(codes, n.parent), *_both(n.name), n.kind)
                for n in categories().everything.values()
            ],
        ),
        "areas": Listed(
            ("code", "parent", "zh", "en", "level"),
            [
                (n.code, _code(codes, n.parent), *_both(n.name), n.level)
                for n in told
                if n.rank < max(smallest, 1)
            ],
        ),
        "offices": Listed(
            ("code", "above", "zh", "en"),
            [(n.code, _code(codes, n.above), *_both(n.name)) for n in offices().everything.values()],
        ),
    }


def _code(codes: dict[UUID, str], key: UUID | None) -> str:
    return codes.get(key, "") if key else ""


def _both(words: Any) -> tuple[str, str]:
    return words.get("zh", ""), words.get("en", "")
