"""Offices and staff from a pack, and as a pack again.

A pack holds no passwords: a new account has none until somebody sets one.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Prefetch

from gongshi.accounts.models import Appointment, Office, Staff
from gongshi.formats.pack import Appointment as AppointmentData
from gongshi.formats.pack import OfficeData, StaffData
from gongshi.places.changes import Changes
from gongshi.places.models import Area


def load_offices(
    offices: Iterable[OfficeData], areas: Mapping[str, Area], changes: Changes
) -> dict[str, Office]:
    """Offices by code; the levels above are set once all are there."""
    listed = list(offices)
    rows = {one.code: changes.upsert(Office, "office", one.code, _values(one)) for one in listed}
    for one in listed:
        above = rows[one.above].id if one.above else None
        changes.upsert(Office, "office", one.code, {"above_id": above})
        changes.linked(rows[one.code], "office", "serves", [areas[code] for code in one.serves])
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


def office_data() -> tuple[OfficeData, ...]:
    """The current offices; of what they serve, the current areas."""
    rows = (
        Office.objects.filter(valid_to=None)
        .select_related("above")
        .prefetch_related(Prefetch("serves", Area.objects.only("code", "valid_to")))
        .order_by("code")
    )
    return tuple(
        OfficeData(
            code=row.code,
            name=row.name,
            above=row.above.code if row.above else None,
            serves=tuple(sorted(area.code for area in row.serves.all() if area.valid_to is None)),
            phone=row.phone,
            address=row.address,
            hours=row.hours,
            duty=row.duty,
        )
        for row in rows
    )


def load_staff(
    staff: Iterable[StaffData], offices: Mapping[str, Office], changes: Changes
) -> dict[str, Staff]:
    """Staff by sign-in name, with the roles they hold. Whoever is gone holds none and can no longer sign in."""
    known = {row.username: row for row in Staff.objects.all()}
    changes.register(Staff, known)
    listed = list(staff)
    rows = {one.login: _member(one, known.get(one.login), changes) for one in listed}
    for one in listed:
        _appoint(rows[one.login], {(a.office, a.role) for a in one.appointments}, offices, changes)
    for login, row in known.items():
        if row.is_active and login not in rows:
            row.is_active = False
            row.save(update_fields=["is_active"])
            _appoint(row, set(), offices, changes)
            changes.note("staff", login, "retired")
    return rows


def _member(one: StaffData, row: Staff | None, changes: Changes) -> Staff:
    if row is None:
        row = Staff.objects.create_user(one.login, name=one.name, title=one.title)
        changes.named(row, one.login)
        changes.note("staff", one.login, "added")
        return row
    wanted = {"name": one.name, "title": one.title, "is_active": True}
    different = {
        name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value
    }
    if different:
        for name, (_, value) in different.items():
            setattr(row, name, value)
        row.save(update_fields=list(different))
        changes.note("staff", one.login, "changed", different)
    return row


def _appoint(
    staff: Staff, wanted: set[tuple[str, str]], offices: Mapping[str, Office], changes: Changes
) -> None:
    """Make the roles that somebody holds be ``wanted``: (code of the office, role)."""
    rows = {(row.office.code, row.role): row for row in staff.appointments.select_related("office")}
    held = {place for place, row in rows.items() if row.valid_to is None}
    for place in held ^ (wanted & rows.keys()):
        rows[place].valid_to = None if place in wanted else changes.on
        rows[place].save(update_fields=["valid_to"])
    Appointment.objects.bulk_create(
        Appointment(
            staff=staff, office=offices[office], role=role, valid_from=None if changes.first else changes.on
        )
        for office, role in sorted(wanted - rows.keys())
    )
    if held != wanted:
        shown = [sorted(f"{role} {office}" for office, role in group) for group in (held, wanted)]
        changes.note("staff", staff.username, "changed", {"appointments": (shown[0], shown[1])})


def staff_data() -> tuple[StaffData, ...]:
    """Everybody who may sign in, with the roles they hold in current offices."""
    held: dict[UUID, list[AppointmentData]] = {}
    rows = Appointment.objects.filter(valid_to=None, office__valid_to=None).select_related("office")
    for row in rows.order_by("office__code", "role"):
        held.setdefault(row.staff_id, []).append(AppointmentData(row.office.code, row.role))
    return tuple(
        StaffData(row.username, row.name, row.title, tuple(held.get(row.id, ())))
        for row in Staff.objects.filter(is_active=True).order_by("username")
    )
