"""Every read of the place, its areas, aliases and calendars."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gongshi.places import models
from gongshi.places.snapshots import Nodes, Snapshot, way_up
from gongshi.rules.calendar import Calendar, calendar_from
from gongshi.rules.gazetteer import Gazetteer, Known
from gongshi.rules.geometry import AreaIndex


class NoPlace(LookupError):
    """No pack has been loaded into this instance yet."""


@dataclass(frozen=True)
class ThePlace:
    """The place that this instance serves, as plain values."""

    code: str
    name: Mapping[str, str]
    reference_prefix: str
    zone: ZoneInfo
    language: str
    latitude: float
    longitude: float
    operator: str
    emergency: list[dict[str, Any]]
    routes: list[dict[str, Any]]
    levels: list[dict[str, Any]]
    snap_metres: int
    threshold: int
    reprisal: str
    licence: str
    retention: Mapping[str, dict[str, Any]]
    words: Mapping[str, Mapping[str, str]]

    def route(self, code: str) -> dict[str, Any] | None:
        """One of the place's other routes by its code, or None."""
        return next((route for route in self.routes if route["code"] == code), None)


@dataclass(frozen=True)
class AreaNode:
    """One area with its way up to the whole place: ``path`` runs from itself to the root."""

    id: UUID
    code: str
    name: Mapping[str, str]
    level: str
    rank: int
    parent: UUID | None
    path: tuple[UUID, ...] = field(default=())


def _build_place() -> ThePlace:
    row = models.Place.objects.first()
    if row is None:
        raise NoPlace
    extra = row.settings
    return ThePlace(
        code=row.code,
        name=row.name,
        reference_prefix=row.reference_prefix,
        zone=ZoneInfo(row.time_zone),
        language=row.language,
        latitude=row.latitude,
        longitude=row.longitude,
        operator=row.operator,
        emergency=extra.get("emergency", []),
        routes=extra.get("routes", []),
        levels=extra.get("levels", []),
        snap_metres=extra.get("snap_metres", 200),
        threshold=extra.get("threshold", 11),
        reprisal=extra.get("reprisal", ""),
        licence=extra.get("licence", ""),
        retention={one["kind"]: one for one in extra.get("retention", ())},
        words=row.words,
    )


def _build_areas() -> Nodes[UUID, AreaNode]:
    rows = list(models.Area.objects.order_by("rank", "code").defer("boundary"))
    parents = {row.id: row.parent_id for row in rows}
    nodes = {
        row.id: AreaNode(
            row.id, row.code, row.name, row.level, row.rank, row.parent_id, way_up(row.id, parents)
        )
        for row in rows
    }
    current = {row.id: nodes[row.id] for row in rows if row.valid_to is None}
    return Nodes(current, nodes)


def _build_calendar() -> Calendar:
    place = models.Place.objects.get()
    return calendar_from(models.Calendar.objects.get(code=place.calendar, current=True).content)


def _build_index() -> AreaIndex[UUID]:
    return AreaIndex([(area, areas()[area].rank, drawn) for area, drawn in boundaries().items()])


def _build_boundaries() -> dict[UUID, dict[str, Any]]:
    rows = models.Area.objects.filter(valid_to=None).values_list("id", "boundary")
    return {area: drawn for area, drawn in rows if drawn is not None}


def _build_gazetteer() -> Gazetteer[UUID]:
    known = [Known(node.id, name, node.path) for node in areas().values() for name in node.name.values()]
    for one in aliases():
        if one.area_id in areas():
            point = None if one.latitude is None or one.longitude is None else (one.latitude, one.longitude)
            known.append(Known(one.id, one.name, areas()[one.area_id].path, point))
    return Gazetteer(known)


the_place = Snapshot(_build_place)
areas = Snapshot(_build_areas)
calendar = Snapshot(_build_calendar)
area_index = Snapshot(_build_index)
boundaries = Snapshot(_build_boundaries)
aliases = Snapshot(lambda: list(models.Alias.objects.order_by("name", "id")))


gazetteer = Snapshot(_build_gazetteer)


def area_by_code(code: str) -> AreaNode | None:
    """The current area with this code."""
    return next((node for node in areas().values() if node.code == code), None)


def areas_in_public() -> list[AreaNode]:
    """The current areas that the public reads of: all but the smallest, which would name a few houses."""
    smallest = max((node.rank for node in areas().values()), default=0)
    return [node for node in areas().values() if node.rank < max(smallest, 1)]


def area_path(area: UUID | None) -> tuple[UUID, ...]:
    """The area and everything that contains it, smallest first; empty for "no place" and "not sure"."""
    node = areas().everything.get(area) if area else None
    return node.path if node else ()


def local_day(at: datetime) -> date:
    """The day that ``at`` (aware) falls on in the place."""
    return at.astimezone(the_place().zone).date()


def last_moment(day: date) -> datetime:
    """The last moment of a day in the place."""
    return datetime.combine(day, time.max, the_place().zone)


def places_named(words: str, limit: int = 8) -> list[models.Alias]:
    """Aliases whose name stands in ``words`` or begins with them, longest name first."""
    wanted = words.strip().casefold()
    if len(wanted) < 2:
        return []
    found = [a for a in aliases() if a.name.casefold() in wanted or wanted in a.name.casefold()]
    return sorted(found, key=lambda a: (-len(a.name), a.name))[:limit]
