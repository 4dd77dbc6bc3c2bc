"""The rows of a dump: published cases up to a day, and what they name, with codes for references."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

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
DAYS = ("filed_on", "answered_on", "published_on")
_CODES = {name: f"{name}__code" for name in ("category", "area", "office")}
# As the database writes them: objects made of a text, and the text made of them again, would be a fifth of a dump.
_TOLD = {f"{name}_told": Cast(name, TextField()) for name in ("id", *DAYS)}
_STORED = [_CODES.get(name) or (f"{name}_told" if f"{name}_told" in _TOLD else name) for name in COLUMNS]


@dataclass(frozen=True)
class Listed:
    """A small table beside the cases: its columns and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def published_until(day: date) -> "QuerySet[PublicCase]":
    """What was published on that day or before, and still is."""
    return PublicCase.objects.filter(published_on__lte=day)


def case_rows(until: date) -> Iterator[tuple[Any, ...]]:
    """Each published case as `COLUMNS`, oldest filing first, a chunk in memory at a time. Days as 2026-03-02."""
    found = published_until(until).order_by("filed_on", "id").annotate(**_TOLD).values_list(*_STORED)
    for row in found.iterator(chunk_size=CHUNK):
        yield (_grouped(row[0]), *row[1:])


def _grouped(key: str) -> str:
    """An id as everybody writes it; SQLite holds its digits alone."""
    return key if "-" in key else f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


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
