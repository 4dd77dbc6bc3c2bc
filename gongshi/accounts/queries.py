"""Every read of offices and staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Appointment, Office, Role, Staff, StaffSession
from gongshi.places.gathering import beside, fill
from gongshi.places.prepared import Prepared
from gongshi.places.snapshots import Nodes, Snapshot, way_up
from gongshi.safekeeping.sessions import row_of_session


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


def staff_signed_in(staff_id: UUID) -> Staff | None:
    """A member of staff as every page of the desk needs them: with their appointments and whether they have a second
    factor (``factor``), in one statement.
    """
    found = fill(_signed_in(staff_id), "appointments")
    return found[0] if found else None


def _with_factor(staff_id: UUID) -> QuerySet[Staff]:
    factor = Exists(_factors().filter(user_id=OuterRef("pk")))
    return beside(Staff.objects.filter(pk=staff_id).annotate(factor=factor), "appointments")


_signed_in = Prepared(_with_factor, fixed=True)


def actors_for(staff: Staff) -> list[StaffActor]:
    """The member of staff once for each office that they hold a role in now, ordered by office; [] when disabled."""
    if not staff.is_active:
        return []
    known, roles = offices(), dict[UUID, set[str]]()
    for row in staff.appointments.all():
        if row.valid_to is None and row.office_id in known:
            roles.setdefault(row.office_id, set()).add(row.role)
    held = sorted(roles.items(), key=lambda one: known[one[0]].code)
    return [StaffActor(staff.id, office, frozenset(codes)) for office, codes in held]


def actor_for(staff: Staff, office: UUID | None = None) -> StaffActor | None:
    """The member of staff acting for ``office``, or for the first office they hold a role in; None without one."""
    actors = actors_for(staff)
    return next((actor for actor in actors if office is None or actor.office_id == office), None)


def _build_held() -> dict[UUID, frozenset[UUID]]:
    held: dict[UUID, set[UUID]] = {}
    for staff, office in Appointment.objects.filter(valid_to=None).values_list("staff_id", "office_id"):
        held.setdefault(staff, set()).add(office)
    return {staff: frozenset(found) for staff, found in held.items()}


_held = Snapshot(_build_held)


def offices_held(staff_id: UUID, office: UUID | None = None) -> frozenset[UUID]:
    """Every office that a member of staff holds a role in; ``office``, the one they act for, in any case."""
    held = _held().get(staff_id, frozenset())
    return held | {office} if office else held


def subjects_barred(staff_id: UUID, office: UUID | None = None) -> frozenset[UUID]:
    """Offices whose matters this member of staff must never learn of, whichever office they act for.

    Every office that they hold a role in, and every office over those: nobody judges their own case, nor one about
    those above them (信访工作条例 Art. 30 ¶3). ``office``: the one they act for now, counted in any case.
    """
    places = offices_held(staff_id, office)
    return frozenset(over for place in places for over in (place, *offices()[place].supervisors))


def _build_leads() -> dict[UUID, tuple[UUID, ...]]:
    rows = Appointment.objects.filter(role=Role.LEAD, valid_to=None, staff__is_active=True)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for office, staff in rows.order_by("staff__username").values_list("office_id", "staff_id"):
        found[office] = (*found.get(office, ()), staff)
    return found


leads = Snapshot(_build_leads)


def lead_of(office: UUID, *, subject: UUID | None = None, named: UUID | None = None) -> UUID | None:
    """Who answers for a case at ``office``: the one a rule ``named``, else its lead. Nobody whom the case is about."""
    able = (
        one for one in leads_of(office, named=named) if not subject or subject not in subjects_barred(one)
    )
    return next(able, None)


def leads_of(office: UUID, *, named: UUID | None = None) -> tuple[UUID, ...]:
    """Everybody who leads the office, in the order in which they answer for a case; ``named`` by a rule: first."""
    return (*([named] if named else []), *leads().get(office, ()))


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


def _build_acting() -> dict[UUID, tuple[StaffActor, ...]]:
    roles: dict[tuple[UUID, UUID], set[str]] = {}
    rows = Appointment.objects.filter(valid_to=None, staff__is_active=True).order_by("staff__username")
    for office, staff, role in rows.values_list("office_id", "staff_id", "role"):
        roles.setdefault((office, staff), set()).add(role)
    found: dict[UUID, list[StaffActor]] = {}
    for (office, staff), held in roles.items():
        found.setdefault(office, []).append(StaffActor(staff, office, frozenset(held)))
    return {office: tuple(actors) for office, actors in found.items()}


_acting = Snapshot(_build_acting)


def acting_in(office: UUID) -> tuple[StaffActor, ...]:
    """Everybody who holds a role in the office now, acting for it, by sign-in name."""
    return _acting().get(office, ())


def holders_of(office: UUID, role: str) -> list[UUID]:
    """Who holds this role in the office now: to name people by what they do, never to ask what they may."""
    return [one.staff_id for one in acting_in(office) if role in one.roles]


@dataclass(frozen=True)
class SignIn:
    """One member of staff with an office and the roles there, for the demo's sign-in page."""

    username: str
    name: Mapping[str, str]
    title: Mapping[str, str]
    office: Mapping[str, str]
    roles: tuple[str, ...]


def sign_ins() -> list[SignIn]:
    """Everybody who can sign in, once for each office that they hold roles in, by office."""
    rows = Appointment.objects.filter(valid_to=None, staff__is_active=True).select_related("staff", "office")
    found: dict[tuple[UUID, UUID], list[Appointment]] = {}
    for row in rows.order_by("office__code", "staff__username", "id"):
        found.setdefault((row.office_id, row.staff_id), []).append(row)
    return [
        SignIn(
            held[0].staff.username,
            held[0].staff.name,
            held[0].staff.title,
            held[0].office.name,
            tuple(row.role for row in held),
        )
        for held in found.values()
    ]


@dataclass(frozen=True)
class OwnSession:
    """One sign-in as its owner sees it. ``used_at`` is a full hour; ``here``: it is the one that asks."""

    row: str
    started_at: datetime
    used_at: datetime
    here: bool


def sessions_of(staff: Staff, *, at: datetime, here: str) -> list[OwnSession]:
    """Somebody's sessions that are not over, the one with the key ``here`` first, then the last used first."""
    mine = row_of_session(here)
    rows = StaffSession.objects.filter(staff=staff, expire_date__gt=at)
    found = [
        OwnSession(row.session_key, row.started_at, row.used_at, row.session_key == mine) for row in rows
    ]
    return sorted(found, key=lambda one: (one.here, one.used_at, one.started_at), reverse=True)


def has_second_factor(staff: Staff) -> bool:
    """Whether somebody has an authenticator app or a passkey. Recovery codes alone are none."""
    return _factors().filter(user_id=staff.pk).exists()


def _factors() -> QuerySet[Any]:
    known: QuerySet[Any] = Authenticator.objects.all()
    return known.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
