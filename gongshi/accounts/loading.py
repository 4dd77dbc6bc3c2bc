"""Offices and staff from a pack. Passwords never come from a pack: a new account has none until one is set."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from gongshi.accounts.models import Appointment, Office, Staff
from gongshi.formats.pack.model import OfficeData, StaffData
from gongshi.places.loading import Change, Changes
from gongshi.places.models import Area


def load_offices(
    offices: Iterable[OfficeData], areas: Mapping[str, Area], changes: Changes
) -> dict[str, Office]:
    """Offices by code; the levels above are set once all are there."""
    listed = list(offices)
    rows = {one.code: changes.upsert(Office, "office", one.code, _values(one)) for one in listed}
    for one in listed:
        row, above = rows[one.code], rows[one.above] if one.above else None
        if row.above_id != (above.id if above else None):
            row.above = above
            row.save(update_fields=["above"])
            if not any(c.kind == "office" and c.code == one.code for c in changes.found):
                changes.found.append(Change("office", one.code, "changed", {"above": (None, one.above)}))
        changes.linked(row, "office", "serves", [areas[code] for code in one.serves])
    changes.retire(Office, "office", rows)
    return rows


def _values(one: OfficeData) -> dict[str, object]:
    return {
        "name": one.name,
        "phone": one.phone,
        "address": one.address,
        "hours": one.hours,
        "duty": one.duty,
    }


def load_staff(
    staff: Iterable[StaffData], offices: Mapping[str, Office], changes: Changes
) -> dict[str, Staff]:
    """Staff by sign-in name, with the roles they hold. Whoever is gone can no longer sign in."""
    rows: dict[str, Staff] = {}
    for one in staff:
        row = Staff.objects.filter(username=one.login).first()
        if row is None:
            row = Staff.objects.create_user(one.login, name=one.name, title=one.title)
            changes.found.append(Change("staff", one.login, "added"))
        elif (row.name, row.title, row.is_active) != (one.name, one.title, True):
            row.name, row.title, row.is_active = one.name, one.title, True
            row.save(update_fields=["name", "title", "is_active"])
            changes.found.append(Change("staff", one.login, "changed"))
        rows[one.login] = row
        _appoint(row, {(offices[a.office].id, a.role) for a in one.appointments}, changes)
    for row in Staff.objects.filter(is_active=True).exclude(username__in=list(rows)):
        row.is_active = False
        row.save(update_fields=["is_active"])
        changes.found.append(Change("staff", row.username, "retired"))
    return rows


def _appoint(staff: Staff, wanted: set[tuple[UUID, str]], changes: Changes) -> None:
    known = {(row.office_id, row.role): row for row in Appointment.objects.filter(staff=staff)}
    moved = False
    for place, row in known.items():
        valid_to = None if place in wanted else (row.valid_to or changes.on)
        if row.valid_to != valid_to:
            row.valid_to, moved = valid_to, True
            row.save(update_fields=["valid_to"])
    new = wanted - known.keys()
    for office, role in new:
        Appointment.objects.create(staff=staff, office_id=office, role=role)
    if (moved or new) and not any(c.kind == "staff" and c.code == staff.username for c in changes.found):
        changes.found.append(
            Change("staff", staff.username, "changed", {"appointments": (None, len(wanted))})
        )
