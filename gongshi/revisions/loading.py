"""A checked pack and this instance: what loading would change, loading it, and writing the instance out as a pack."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count

from gongshi.accounts.keys import take_from_leavers
from gongshi.accounts.loading import load_offices, load_staff, office_data, staff_data
from gongshi.bulletin.loading import end_pages, load_pages, page_data
from gongshi.bulletin.loading_prepared import end_prepared, load_prepared, prepared_data
from gongshi.cases.models import Case
from gongshi.formats.pack import Pack, pack_data
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
from gongshi.revisions.models import Revision
from gongshi.revisions.turning import turned
from gongshi.routing.loading import (
    category_data,
    load_categories,
    load_procedures,
    load_rules,
    procedure_data,
    rule_data,
)
from gongshi.rules.ladder import is_sealed

__all__ = [
    "Cause",
    "Change",
    "OfficesInUse",
    "OtherPlace",
    "Overtaken",
    "Unsealed",
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


class Unsealed(ValueError):
    """Categories of a sealed kind would become of one that is not. Their codes; a new kind is a new category."""


class Overtaken(Exception):
    """Somebody changed the configuration between reading it and loading what was made of it."""


class _RolledBack(Exception):
    """Ends the transaction of a load that was only to show the difference."""


@dataclass(frozen=True)
class Cause:
    """Why the configuration changes and by whom: nobody of the staff where a pack is loaded.

    ``base``: the place's revision on which the new configuration was made; ``undoes``: the number of a change.
    ``ends``: (kind, code) of answer pages, templates and phrases that are no longer shown or offered: those that a
    pack does not name stay otherwise.
    """

    by: UUID | None = None
    why: str = ""
    base: int | None = None
    undoes: int | None = None
    ends: frozenset[tuple[str, str]] = frozenset()


A_PACK = Cause()


def difference(pack: Pack, *, at: datetime, cause: Cause = A_PACK) -> list[Change]:
    """What `load` would change now; nothing is changed. Raises as `load` does."""
    found: list[Change] = []
    try:
        with transaction.atomic():
            found = _load(pack, at, cause)
            raise _RolledBack
    except _RolledBack:
        forget()
    return found


def load(pack: Pack, *, at: datetime, cause: Cause = A_PACK) -> list[Change]:
    """Bring the instance up to the pack, all of it or nothing, and return what changed. Each thing is a revision.

    Raises OtherPlace for the pack of another place, OfficesInUse when the pack lacks an office that still owes
    answers (hand its cases over first), Unsealed, and Overtaken when ``cause.base`` is no longer in force.
    """
    with transaction.atomic():
        place = Place.objects.select_for_update().first()
        if cause.base is not None and (place is None or place.revision != cause.base):
            raise Overtaken
        before = pack_of_instance()
        found = _load(pack, at, cause)
        if found:
            bump_revision()
            _record(before, at, cause)
    forget()
    # Only now, as keys lie in another database: whoever holds no role in an office any more loses its key.
    take_from_leavers(at=at)
    return found


def _record(before: Pack | None, at: datetime, cause: Cause) -> None:
    """A revision for each thing that is not as it was, read from the tables as `dump-pack` reads them."""
    after = pack_of_instance()
    if after is None:
        return
    number = Place.objects.values_list("revision", flat=True).get()
    told = {"number": number, "by_id": cause.by, "at": at, "why": cause.why, "undoes": cause.undoes}
    found = turned(None if before is None else pack_data(before), pack_data(after))
    Revision.objects.bulk_create(
        (
            Revision(kind=kind, code=code, before=old, after=new, **told)
            for (kind, code), (old, new) in found.items()
        ),
        batch_size=200,
    )


def _load(pack: Pack, at: datetime, cause: Cause) -> list[Change]:
    day = at.astimezone(ZoneInfo(pack.place.time_zone)).date()
    changes = Changes(at=at, on=day, first=not Place.objects.exists(), by=cause.by)
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
    end_pages({code for kind, code in cause.ends if kind == "page"}, changes)
    end_prepared({code for kind, code in cause.ends if kind != "page"}, changes)
    _nobody_left_behind(changes.found)
    _nothing_unsealed(changes.found)
    return changes.found


def _nobody_left_behind(found: Iterable[Change]) -> None:
    retired = [change.code for change in found if change.kind == "office" and change.action == "retired"]
    open_cases: Counter[str] = Counter()
    for part in ("office__code", "first_instance__code"):
        rows = Case.objects.filter(**{f"{part}__in": retired}, closed_at=None).order_by(part)
        open_cases.update(dict(rows.values_list(part).annotate(Count("id"))))
    if open_cases:
        raise OfficesInUse(open_cases)


def _nothing_unsealed(found: Iterable[Change]) -> None:
    """Asks nothing of the cases: whether there are any of a sealed kind is nobody's to learn here."""
    turned_over = [
        change.code
        for change in found
        if change.kind == "category"
        and is_sealed(change.fields.get("kind", ("", ""))[0])
        and not is_sealed(change.fields["kind"][1])
    ]
    if turned_over:
        raise Unsealed(", ".join(turned_over))


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
