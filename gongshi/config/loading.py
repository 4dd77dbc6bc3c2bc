"""A checked pack and this instance: what loading would change, loading it, and writing the instance out as a pack."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gongshi.accounts.keys import take_from_leavers
from gongshi.accounts.loading import load_offices, load_staff, office_data, staff_data
from gongshi.bulletin.loading import load_pages, page_data
from gongshi.bulletin.loading_prepared import load_prepared, prepared_data
from gongshi.cases.models import Case
from gongshi.formats.pack import Pack
from gongshi.places.changes import Change, Changes
from gongshi.places.loading import (
    OtherPlace,
    alias_data,
    area_data,
    calendar_data,
    load_aliases,
    load_areas,
    load_calendars,
    load_place,
    place_data,
)
from gongshi.places.models import Place
from gongshi.places.snapshots import bump_revision, forget
from gongshi.routing.loading import (
    category_data,
    load_categories,
    load_procedures,
    load_rules,
    procedure_data,
    rule_data,
)

__all__ = [
    "Change",
    "OfficesInUse",
    "OtherPlace",
    "difference",
    "load",
    "open_cases_by_procedure",
    "pack_of_instance",
]


class OfficesInUse(ValueError):
    """The pack lacks offices that still owe answers. ``cases`` maps their codes to their number of open cases."""

    def __init__(self, cases: dict[str, int]) -> None:
        super().__init__(", ".join(f"{code} ({number})" for code, number in cases.items()))
        self.cases = cases


class _RolledBack(Exception):
    """Ends the transaction of a load that was only to show the difference."""


def difference(pack: Pack, *, at: datetime | None = None) -> list[Change]:
    """What `load` would change now; nothing is changed. Raises as `load` does."""
    found: list[Change] = []
    try:
        with transaction.atomic():
            found = _load(pack, at or timezone.now())
            raise _RolledBack
    except _RolledBack:
        forget()
    return found


def load(pack: Pack, *, at: datetime | None = None) -> list[Change]:
    """Bring the instance up to the pack, all of it or nothing, and return what changed.

    Raises OtherPlace for the pack of another place, and OfficesInUse when the pack lacks an office that still owes
    answers: hand its cases over first.
    """
    with transaction.atomic():
        found = _load(pack, at or timezone.now())
        if found:
            bump_revision()
    forget()
    # Only now, as keys lie in another database: whoever holds no role in an office any more loses its key.
    take_from_leavers(at=at or timezone.now())
    return found


def _load(pack: Pack, at: datetime) -> list[Change]:
    day = at.astimezone(ZoneInfo(pack.place.time_zone)).date()
    changes = Changes(at=at, on=day, first=not Place.objects.exists())
    load_place(pack, changes)
    load_calendars(pack.calendars, changes)
    areas = load_areas(pack.areas, pack.levels, changes)
    load_aliases(pack.aliases, areas, changes)
    offices = load_offices(pack.offices, areas, changes)
    staff = load_staff(pack.staff, offices, changes)
    categories = load_categories(pack.categories, changes)
    load_procedures(pack.procedures, changes)
    load_rules(pack.rules, categories=categories, areas=areas, offices=offices, staff=staff, changes=changes)
    load_prepared(pack.prepared, offices=offices, categories=categories, changes=changes)
    load_pages(pack.pages, offices=offices, categories=categories, areas=areas, changes=changes)
    _nobody_left_behind(changes.found)
    return changes.found


def _nobody_left_behind(found: Iterable[Change]) -> None:
    retired = [change.code for change in found if change.kind == "office" and change.action == "retired"]
    rows = Case.objects.filter(office__code__in=retired, closed_at=None).order_by("office__code")
    open_cases = dict(rows.values_list("office__code").annotate(Count("id")))
    if open_cases:
        raise OfficesInUse(open_cases)


def open_cases_by_procedure(codes: Iterable[str]) -> dict[str, int]:
    """How many open cases stay on the version of a procedure that they began with, for each of ``codes``."""
    rows = Case.objects.filter(procedure__code__in=list(codes), closed_at=None).order_by("procedure__code")
    return dict(rows.values_list("procedure__code").annotate(Count("id")))


def pack_of_instance() -> Pack | None:
    """Everything that a pack holds, as it is in force in this instance; None before a pack was loaded."""
    place = place_data()
    if place is None:
        return None
    return Pack(
        place=place[0],
        levels=place[1],
        areas=area_data(),
        aliases=alias_data(),
        offices=office_data(),
        staff=staff_data(),
        categories=category_data(),
        rules=rule_data(),
        calendars=calendar_data(),
        procedures=procedure_data(),
        words=place[2],
        pages=page_data(),
        prepared=prepared_data(),
    )
