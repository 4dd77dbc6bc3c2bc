"""Loading a checked pack into this instance, in one transaction; the difference is the same load, rolled back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongshi.accounts.loading import load_offices, load_staff
from gongshi.formats.pack.model import Pack
from gongshi.places.loading import (
    Change,
    Changes,
    load_aliases,
    load_areas,
    load_calendars,
    load_place,
)
from gongshi.places.snapshots import bump_revision, forget
from gongshi.routing.loading import load_categories, load_procedures, load_rules


class _RolledBack(Exception):
    """Ends the transaction of a load that was only to show the difference."""


def difference(pack: Pack, *, at: datetime | None = None) -> list[Change]:
    """What `load` would change now; nothing is changed."""
    found: list[Change] = []
    try:
        with transaction.atomic():
            found = _load(pack, at or timezone.now())
            raise _RolledBack
    except _RolledBack:
        forget()
    return found


def load(pack: Pack, *, at: datetime | None = None) -> list[Change]:
    """Bring the instance up to the pack, all of it or nothing. ValueError for the pack of another place."""
    with transaction.atomic():
        found = _load(pack, at or timezone.now())
        if found:
            bump_revision()
    forget()
    return found


def _load(pack: Pack, at: datetime) -> list[Change]:
    changes = Changes(at=at, on=timezone.localtime(at).date())
    load_place(pack, changes)
    load_calendars(pack.calendars, changes)
    areas = load_areas(pack.areas, pack.levels, changes)
    load_aliases(pack.aliases, areas, changes)
    offices = load_offices(pack.offices, areas, changes)
    staff = load_staff(pack.staff, offices, changes)
    categories = load_categories(pack.categories, changes)
    load_procedures(pack.procedures, changes)
    load_rules(
        pack.rules,
        categories=categories,
        areas=areas,
        offices=offices,
        staff=staff,
        changes=changes,
    )
    return changes.found
