"""Every read of offices and staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment, Office, Role, Staff
from gongshi.places.snapshots import Nodes, Snapshot, way_up


@dataclass(frozen=True)
class OfficeNode:
    """One office with everything above it, nearest first, and the areas it serves."""

    id: UUID
    code: str
    name: Mapping[str, str]
    above: UUID | None
    supervisors: tuple[UUID, ...]
    serves: frozenset[UUID]
    phone: str
    address: Mapping[str, str]
    hours: Mapping[str, str]
    duty: Mapping[str, str]


def _build_offices() -> Nodes[UUID, OfficeNode]:
    rows = list(Office.objects.order_by("code").prefetch_related("serves"))
    above = {row.id: row.above_id for row in rows}
    nodes = {
        row.id: OfficeNode(
            row.id,
            row.code,
            row.name,
            row.above_id,
            way_up(row.id, above)[1:],
            frozenset(area.id for area in row.serves.all()),
            row.phone,
            row.address,
            row.hours,
            row.duty,
        )
        for row in rows
    }
    current = {row.id: nodes[row.id] for row in rows if row.valid_to is None}
    return Nodes(current, nodes)


offices = Snapshot(_build_offices)
staff_names = Snapshot(lambda: dict(Staff.objects.values_list("id", "name")))


def office_by_code(code: str) -> OfficeNode | None:
    """The current office with this code."""
    return next((node for node in offices().values() if node.code == code), None)


def offices_below(office: UUID) -> list[UUID]:
    """Every office that ``office`` supervises, at any depth; retired ones too, since cases may still lie there."""
    return [node.id for node in offices().everything.values() if office in node.supervisors]


def appointments_of(staff: Staff) -> list[Appointment]:
    """The roles that somebody holds now, ordered by office."""
    return list(staff.appointments.filter(valid_to=None).select_related("office").order_by("office__code"))


def actor_for(staff: Staff, office: UUID | None = None) -> StaffActor | None:
    """The member of staff acting for ``office``, or for the first office they hold a role in; None without one."""
    rows = [row for row in appointments_of(staff) if office is None or row.office_id == office]
    if not rows or not staff.is_active:
        return None
    chosen = rows[0].office_id
    return StaffActor(staff.id, chosen, frozenset(r.role for r in rows if r.office_id == chosen))


def _build_leads() -> dict[UUID, UUID]:
    rows = Appointment.objects.filter(role=Role.LEAD, valid_to=None, staff__is_active=True)
    return dict(rows.order_by("-staff__username").values_list("office_id", "staff_id"))


leads = Snapshot(_build_leads)


def _build_working() -> dict[UUID, list[Staff]]:
    rows = Appointment.objects.filter(valid_to=None, staff__is_active=True).select_related("staff")
    found: dict[UUID, list[Staff]] = {}
    for row in rows.order_by("staff__username"):
        if row.staff not in found.setdefault(row.office_id, []):
            found[row.office_id].append(row.staff)
    return found


_working = Snapshot(_build_working)


def staff_in(office: UUID) -> list[Staff]:
    """Everybody who holds a role in the office now."""
    return _working().get(office, [])
