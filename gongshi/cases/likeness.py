"""Published cases that are probably the same matter as one that is told: found by index, judged by the rule.

Reads `PublicCase` and no other table of cases: what is not published is compared with nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from gongshi.accounts.queries import offices
from gongshi.cases.actions.public_state import public_area
from gongshi.cases.models import PublicCase
from gongshi.cases.place_words import place_pairs
from gongshi.places.queries import area_index, areas
from gongshi.routing.queries import CategoryNode, categories
from gongshi.rules.bare_names import without_people
from gongshi.rules.retrieval import VERSION
from gongshi.rules.searching import kept_tokens
from gongshi.rules.similarity import FAR, LONG_AGO, LONGEST_TEXT, Report, Twin, twins

ORDINARY = frozenset({"request", "hazard"})
"""Kinds that are about a place or a thing. Never questions, grievances, disputes or the conduct of an office."""
MOST_COMPARED = 200
"""Published cases that one matter is compared with: the newest of those that fit."""
_COLUMNS = (
    *("category", "area", "office", "latitude", "longitude", "filed_on"),
    *("language", "title", "text", "state", "tokens", "indexed"),
)


@dataclass(frozen=True)
class Told:
    """A matter as it stands in a form or a file. ``point`` is (latitude, longitude) in WGS 84 degrees."""

    category: UUID
    title: str
    text: str
    area: UUID | None
    point: tuple[float, float] | None
    on: date


def candidates(told: Told) -> "QuerySet[PublicCase]":
    """Published cases that go on, of the same group of matters, near by, of the last `LONG_AGO` days. One statement.

    None for kinds that are not ordinary, and for a matter without a place: what has none could be anywhere.
    """
    found, near = _beside(told.category), _near(told)
    if not found or not near:
        return PublicCase.objects.none()
    rows = PublicCase.objects.filter(
        category__in=found,
        area__in=near,
        filed_on__range=(told.on - timedelta(days=LONG_AGO), told.on),
        state__in=("open", "answered"),
    )
    return rows.only("id", *_COLUMNS).order_by("-filed_on", "id")[:MOST_COMPARED]


def twins_of(told: Told) -> list[tuple[PublicCase, Twin[UUID]]]:
    """The published cases that are probably the same matter, the likeliest first, each with the reasons.

    Nothing that the guard marks or that may be a name counts, on either side. Of published cases that is what they are
    found by, so that none of them is looked through again.
    """
    title, text = compared(told.title), compared(told.text[:LONGEST_TEXT])
    if not f"{title}{text}".strip():
        return []
    rows = {row.id: row for row in candidates(told)}
    new = Report(
        title,
        text,
        path=_path(told.category),
        area=public_area(told.area),
        point=told.point,
        on=told.on,
    )
    return [(rows[twin.key], twin) for twin in twins(new, {key: _report(row) for key, row in rows.items()})]


def compared(text: str) -> str:
    """What of a text is compared with published cases: nothing that tells of people."""
    return without_people(text, keep=_phones(), known=place_pairs())


def is_joinable(row: PublicCase) -> bool:
    """Whether others may still join a published case: an ordinary one that is worked on. No statement."""
    node = categories().everything.get(row.category_id)
    return row.state == "open" and node is not None and _compared(node)


def joinable(ids: Iterable[UUID]) -> dict[UUID, PublicCase]:
    """Of published cases, those that others may join, by their public ids. One statement, none without ids."""
    wanted = set(ids)
    rows = PublicCase.objects.filter(id__in=wanted).only("id", *_COLUMNS) if wanted else ()
    return {row.id: row for row in rows if is_joinable(row)}


def go_together(category: UUID, row: PublicCase) -> bool:
    """Whether a matter of a category is dealt with by the same procedure as a published case."""
    one, other = (categories().everything.get(key) for key in (category, row.category_id))
    return bool(one and other and (one.kind, one.procedure) == (other.kind, other.procedure))


def _beside(category: UUID) -> list[UUID]:
    """The category and those of ordinary kinds in the same group; none where it is not ordinary itself."""
    node = categories().everything.get(category)
    if node is None or not _compared(node):
        return []
    return [one.id for one in categories().values() if one.parent == node.parent and _compared(one)]


def _compared(node: CategoryNode) -> bool:
    return node.kind in ORDINARY and node.public and not node.is_group


def _near(told: Told) -> set[UUID]:
    """The areas that published cases near by can name."""
    within = area_index().near_boundary(*told.point, metres=FAR) if told.point else []
    named = {public_area(area) for area in (told.area, *within) if area in areas().everything}
    return {area for area in named if area is not None}


def _path(category: UUID) -> tuple[UUID, ...]:
    node = categories().everything.get(category)
    return node.path if node else ()


def _report(row: PublicCase) -> Report:
    point = None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)
    return Report(row.title, row.text, _path(row.category_id), row.area_id, point, row.filed_on, _kept(row))


def _kept(row: PublicCase) -> frozenset[str]:
    # Tokens of another version may still have what today's leave out.
    if row.indexed == VERSION:
        return frozenset(row.tokens.split())
    return frozenset(kept_tokens(row.title, row.text, keep=_phones(), known=place_pairs()))


def _phones() -> list[str]:
    return [node.phone for node in offices().values()]
