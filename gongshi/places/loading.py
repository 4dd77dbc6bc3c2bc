"""Bringing configuration tables up to what a pack says: what is new is added, what changed is changed, what is gone is
retired and never deleted, because cases use it. The same code shows the difference (rolled back) and applies it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models

from gongshi.formats.pack.model import Alias as AliasData
from gongshi.formats.pack.model import AreaData, CalendarData, Level, Pack
from gongshi.places.models import Alias, Area, Calendar, Place

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Change:
    """One difference: ``action`` is "added", "changed" or "retired"; ``fields`` maps a name to (before, after)."""

    kind: str
    code: str
    action: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Changes:
    """Collects the differences of one load, on the place's day ``on``."""

    def __init__(self, *, at: datetime, on: date) -> None:
        self.at = at
        self.on = on
        self.found: list[Change] = []

    def upsert(self, model: type[Row], kind: str, code: str, values: Mapping[str, Any]) -> Row:
        """The row with this code, made or changed so that it has ``values``; one that was retired is current again."""
        row = model._default_manager.filter(code=code).first()
        if row is None:
            self.found.append(Change(kind, code, "added"))
            return model._default_manager.create(code=code, **values)
        wanted = dict(values)
        if any(f.name == "valid_to" for f in model._meta.concrete_fields):
            wanted["valid_to"] = None
        different = {
            name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value
        }
        if different:
            for name, (_, value) in different.items():
                setattr(row, name, value)
            row.save(update_fields=list(different))
            self.found.append(Change(kind, code, "changed", different))
        return row

    def linked(self, row: models.Model, kind: str, name: str, wanted: Iterable[models.Model]) -> None:
        """Make a many-to-many relation hold exactly ``wanted``."""
        manager = getattr(row, name)
        before, after = set(manager.all()), set(wanted)
        if before == after:
            return
        manager.set(after)
        own = str(getattr(row, "code", row.pk))
        if not any(c.kind == kind and c.code == own and c.action == "added" for c in self.found):
            codes = [sorted(str(getattr(one, "code", one.pk)) for one in group) for group in (before, after)]
            self.found.append(Change(kind, own, "changed", {name: (codes[0], codes[1])}))

    def retire(self, model: type[Row], kind: str, kept: Iterable[str]) -> None:
        """Everything current that the pack no longer has ends today."""
        for row in model._default_manager.filter(valid_to=None).exclude(code__in=list(kept)):
            row.valid_to = self.on  # type: ignore[attr-defined]
            row.save(update_fields=["valid_to"])
            self.found.append(Change(kind, row.code, "retired"))  # type: ignore[attr-defined]


def load_place(pack: Pack, changes: Changes) -> Place:
    """The place's own row. An instance serves one place: another code is refused with ValueError."""
    place = pack.place
    other = Place.objects.exclude(code=place.code).first()
    if other:
        raise ValueError(
            f"this instance serves {other.code}; a pack of {place.code} cannot be loaded into it"
        )
    settings = {
        "emergency": [{"number": one.number, "name": one.name} for one in place.emergency],
        "routes": [_route(one) for one in place.routes],
        "levels": [{"code": one.code, "name": one.name} for one in pack.levels],
        "snap_metres": place.snap_metres,
        "threshold": place.threshold,
    }
    values = {
        "name": place.name,
        "reference_prefix": place.reference_prefix,
        "time_zone": place.time_zone,
        "language": place.language,
        "latitude": place.centre[0],
        "longitude": place.centre[1],
        "calendar": place.calendar,
        "operator": place.operator,
        "settings": settings,
        "words": dict(pack.words),
    }
    return changes.upsert(Place, "place", place.code, values)


def _route(route: Any) -> dict[str, Any]:
    data = {"code": route.code, "name": route.name, "words": route.words}
    if getattr(route, "days", None):
        data["days"], data["counting"] = route.days, route.counting
    return data


def load_areas(areas: Iterable[AreaData], levels: Iterable[Level], changes: Changes) -> dict[str, Area]:
    """Areas, parents first; returns them by code."""
    ranks = {level.code: rank for rank, level in enumerate(levels)}
    rows: dict[str, Area] = {}
    for area in sorted(areas, key=lambda one: ranks[one.level]):
        values = {
            "name": area.name,
            "level": area.level,
            "rank": ranks[area.level],
            "parent": rows[area.parent] if area.parent else None,
            "boundary": area.geometry,
        }
        rows[area.code] = changes.upsert(Area, "area", area.code, values)
    changes.retire(Area, "area", rows)
    return rows


def load_aliases(aliases: Iterable[AliasData], areas: Mapping[str, Area], changes: Changes) -> None:
    """Names of spots. No case refers to one, so those that are gone are deleted."""
    wanted = {(one.name, one.area): one.point or (None, None) for one in aliases}
    for row in Alias.objects.select_related("area"):
        point = wanted.pop((row.name, row.area.code), None)
        if point is None:
            row.delete()
            changes.found.append(Change("alias", row.name, "retired"))
        elif (row.latitude, row.longitude) != point:
            row.latitude, row.longitude = point
            row.save(update_fields=["latitude", "longitude"])
            changes.found.append(Change("alias", row.name, "changed", {"point": (None, point)}))
    new = [
        Alias(name=name, area=areas[area], latitude=point[0], longitude=point[1])
        for (name, area), point in wanted.items()
    ]
    Alias.objects.bulk_create(new)
    changes.found += [Change("alias", row.name, "added") for row in new]


def load_calendars(calendars: Iterable[CalendarData], changes: Changes) -> None:
    """A calendar that differs from the current version becomes a new version."""
    for one in calendars:
        content = dict(one.content)
        current = Calendar.objects.filter(code=one.code, current=True).first()
        if current and current.content == content:
            continue
        Calendar.objects.filter(code=one.code, current=True).update(current=False)
        Calendar.objects.create(
            code=one.code,
            version=current.version + 1 if current else 1,
            name=one.name,
            content=content,
            loaded_at=changes.at,
        )
        changes.found.append(Change("calendar", one.code, "changed" if current else "added"))
