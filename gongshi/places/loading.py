"""The place, its areas, aliases and calendars from a pack, and as a pack again."""

from collections.abc import Iterable, Mapping
from typing import Any

from gongshi.formats.pack import Alias as AliasData
from gongshi.formats.pack import AreaData, CalendarData, Emergency, Level, Pack, Retention, Route
from gongshi.formats.pack import Place as PlaceData
from gongshi.places.changes import Changes
from gongshi.places.models import Alias, Area, Calendar, Place


class OtherPlace(ValueError):
    """The pack of another place: an instance serves one place for good. ``code`` is the one that it serves."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def load_place(pack: Pack, changes: Changes) -> Place:
    """The place's own row, which also holds its words and settings. Raises OtherPlace."""
    place = pack.place
    other = Place.objects.exclude(code=place.code).first()
    if other:
        raise OtherPlace(other.code)
    settings = {
        "emergency": [{"number": one.number, "name": one.name} for one in place.emergency],
        "routes": [_route(one) for one in place.routes],
        "levels": [{"code": one.code, "name": one.name} for one in pack.levels],
        "snap_metres": place.snap_metres,
        "threshold": place.threshold,
        **({"reprisal": place.reprisal} if place.reprisal else {}),
        **({"licence": place.licence} if place.licence else {}),
        "retention": [
            {"kind": one.kind, "months": one.months, "basis": one.basis} for one in place.retention
        ],
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


def _route(route: Route) -> dict[str, Any]:
    data: dict[str, Any] = {"code": route.code, "name": route.name, "words": route.words}
    if route.days:
        data["days"], data["counting"] = route.days, route.counting
    return data


def place_data() -> tuple[PlaceData, tuple[Level, ...], dict[str, dict[str, str]]] | None:
    """The place, its levels and its words as a pack has them; None before a pack was loaded."""
    row = Place.objects.first()
    if row is None:
        return None
    extra = row.settings
    place = PlaceData(
        code=row.code,
        name=row.name,
        reference_prefix=row.reference_prefix,
        time_zone=row.time_zone,
        language=row.language,
        centre=(row.latitude, row.longitude),
        calendar=row.calendar,
        operator=row.operator,
        emergency=tuple(Emergency(**one) for one in extra["emergency"]),
        routes=tuple(Route(**one) for one in extra["routes"]),
        snap_metres=extra["snap_metres"],
        threshold=extra["threshold"],
        reprisal=extra.get("reprisal"),
        licence=extra.get("licence", ""),
        retention=tuple(Retention(**one) for one in extra.get("retention", ())),
    )
    return place, tuple(Level(**one) for one in extra["levels"]), row.words


def load_areas(areas: Iterable[AreaData], levels: Iterable[Level], changes: Changes) -> dict[str, Area]:
    """Areas, parents first; returns them by code."""
    ranks = {level.code: rank for rank, level in enumerate(levels)}
    rows: dict[str, Area] = {}
    for area in sorted(areas, key=lambda one: ranks[one.level]):
        values = {
            "name": area.name,
            "level": area.level,
            "rank": ranks[area.level],
            "parent_id": rows[area.parent].id if area.parent else None,
            "boundary": area.geometry,
        }
        rows[area.code] = changes.upsert(Area, "area", area.code, values)
    changes.retire(Area, "area", rows)
    return rows


def area_data() -> tuple[AreaData, ...]:
    """The current areas, level by level."""
    rows = Area.objects.filter(valid_to=None).select_related("parent").defer("parent__boundary")
    return tuple(
        AreaData(row.code, row.name, row.level, row.parent.code if row.parent else None, row.boundary)
        for row in rows.order_by("rank", "code")
    )


def boundary_of(code: str) -> Any:
    """The boundary of an area as it was drawn last, whether it is current or not; None without one."""
    return Area.objects.filter(code=code).values_list("boundary", flat=True).first()


def load_aliases(aliases: Iterable[AliasData], areas: Mapping[str, Area], changes: Changes) -> None:
    """Names of spots. No case refers to one, so those that are gone are deleted."""
    wanted = {(one.name, one.area): one.point or (None, None) for one in aliases}
    for row in Alias.objects.select_related("area"):
        before, after = (row.latitude, row.longitude), wanted.pop((row.name, row.area.code), None)
        label = f"{row.name} ({row.area.code})"
        if after is None:
            row.delete()
            changes.note("alias", label, "retired")
        elif before != after:
            row.latitude, row.longitude = after
            row.save(update_fields=["latitude", "longitude"])
            changes.note("alias", label, "changed", {"point": (before, after)})
    Alias.objects.bulk_create(
        Alias(name=name, area=areas[area], latitude=point[0], longitude=point[1])
        for (name, area), point in wanted.items()
    )
    for name, area in wanted:
        changes.note("alias", f"{name} ({area})", "added")


def alias_data() -> tuple[AliasData, ...]:
    """Every alias of a current area."""
    rows = Alias.objects.filter(area__valid_to=None).select_related("area").defer("area__boundary")
    rows = rows.order_by("area__code", "name")
    return tuple(AliasData(row.name, row.area.code, _point(row)) for row in rows)


def _point(row: Alias) -> tuple[float, float] | None:
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


def load_calendars(calendars: Iterable[CalendarData], changes: Changes) -> None:
    """A calendar that differs from the current version becomes a new version; one that is gone is no longer current."""
    current = {row.code: row for row in Calendar.objects.filter(current=True)}
    for one in calendars:
        before = current.pop(one.code, None)
        content = dict(one.content)
        if before and before.content == content:
            continue
        versions = Calendar.objects.filter(code=one.code)
        version = max(versions.values_list("version", flat=True), default=0) + 1
        versions.filter(current=True).update(current=False)
        Calendar.objects.create(
            code=one.code, version=version, name=one.name, content=content, loaded_at=changes.at
        )
        action, number = ("changed", before.version) if before else ("added", None)
        changes.note("calendar", one.code, action, {"version": (number, version)})
    for code, row in current.items():
        row.current = False
        row.save(update_fields=["current"])
        changes.note("calendar", code, "retired")


def calendar_data() -> tuple[CalendarData, ...]:
    """The current version of each calendar."""
    rows = Calendar.objects.filter(current=True).order_by("code")
    return tuple(CalendarData(row.code, row.name, row.content) for row in rows)
