"""Keys of officers and offices: made, handed over, taken back, renewed. Every step is written down and shown.

An office's key is for those who hold a role there that reads cases. Whoever holds it hands it to colleagues; whoever
leaves loses it, and the office may then make a new one. docs/guides/keys.md says the same in plain words.
"""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.queries import acting_in, actors_for, offices, staff_in
from gongshi.accounts.rights import NotAllowed, may, require
from gongshi.places.snapshots import Snapshot, bump_revision
from gongshi.safekeeping.apart_store import recorded_first
from gongshi.safekeeping.key_actions import (
    PairTaken,
    as_public,
    drop_old_halves,
    give_halves,
    log_key,
    make_first_keys,
    make_office_pair,
    make_staff_pair,
    relock,
    rewrap,
    take_halves,
)
from gongshi.safekeeping.key_queries import (
    current_pairs,
    events_of,
    holders_of,
    holders_of_pairs,
    is_kept,
    is_old_key_there,
    lock_of,
    locked_key,
    pairs_of,
)
from gongshi.safekeeping.key_queries import recovery_pair as _recovery_pair
from gongshi.safekeeping.keyrings import KeyClosed
from gongshi.safekeeping.models import KeyEvent, Owner
from gongshi.safekeeping.pairs import PrivateHalf, PublicHalf
from gongshi.safekeeping.passphrases import Cost, WrongPassphrase, unlock

RIGHT = "case.read"
PASSWORD, PASSPHRASE = "password", "passphrase"
SHORTEST_PASSPHRASE = 12
# Other workers learn of a new key within a second, and what they are filing is there soon after.
SETTLED = timedelta(seconds=10)

__all__ = ["KeyClosed", "PairTaken", "WrongPassphrase"]


@dataclass(frozen=True)
class PublicKeys:
    """What new cases are sealed to: each office's public half, and the recovery key's if there is one."""

    offices: Mapping[UUID, PublicHalf]
    recovery: PublicHalf | None

    def of(self, wanted: Iterable[UUID]) -> list[PublicHalf]:
        """Those of these offices that have a key, and the recovery key."""
        found = [self.offices[one] for one in wanted if one in self.offices]
        return [*found, self.recovery] if self.recovery else found


# Read again when the place's revision changes: whoever makes a pair bumps it.
public_keys = Snapshot(lambda: PublicKeys(current_pairs(Owner.OFFICE), _recovery_pair()))


def needs_key(actor: StaffActor) -> bool:
    """Whether somebody in this role is to hold the office's key."""
    return may(actor, RIGHT)


def how_locked(staff: UUID) -> str:
    """How somebody's own key is locked, "password" or "passphrase"; "" while they have none."""
    return lock_of(staff)


def public_of(staff: UUID) -> PublicHalf | None:
    """The public half of somebody's own key; None while they have none."""
    return current_pairs(Owner.STAFF, [staff]).get(staff)


def open_own(staff: UUID, passphrase: str) -> PrivateHalf:
    """Somebody's own private half, opened. Slow on purpose. Raises KeyClosed ("no_key"), WrongPassphrase."""
    found = locked_key(staff)
    if found is None:
        raise KeyClosed("no_key")
    pair, locked, _how = found
    return PrivateHalf(pair.pair, pair.holder, unlock(locked, passphrase, row=pair.pair))


def make_own(
    staff: UUID, passphrase: str, how: str, *, at: datetime, cost: Cost | None = None
) -> PrivateHalf:
    """A key of one's own, in place of a lost one: colleagues hand the office's over anew. Raises PairTaken."""
    with recorded_first():
        half = make_staff_pair(staff, passphrase, how, at=at, cost=cost)
        for actor in actors_for(Staff.objects.get(pk=staff)):
            log_key("own_made", at=at, office=actor.office_id, by=staff, version=half.holder.version)
    return half


def first_keys(
    staff: Iterable[Staff], passphrase: str, *, at: datetime, cost: Cost
) -> dict[UUID, PrivateHalf]:
    """Keys for everybody who is to have one and for their offices, all at once: for a demo. By member of staff."""
    wanted: dict[UUID, list[UUID]] = {}
    for one in staff:
        for actor in actors_for(one):
            if needs_key(actor):
                wanted.setdefault(actor.office_id, []).append(one.id)
    found = make_first_keys(wanted, passphrase, PASSWORD, at=at, cost=cost)
    bump_revision()
    return found


def lock_anew(own: PrivateHalf, passphrase: str, how: str) -> None:
    """Another passphrase for one's own key. What was handed over stays."""
    relock(own, passphrase, how)


def ensure_office_key(actor: StaffActor, *, at: datetime) -> bool:
    """Make the office's first key, if it has none and the actor's own is open. Returns whether one was made."""
    if not needs_key(actor) or actor.keys is None or current_pairs(Owner.OFFICE, [actor.office_id]):
        return False
    try:
        with recorded_first():
            make_office_pair(actor.office_id, _holders([as_public(actor.keys.own())]), at=at)
            log_key("office_made", at=at, office=actor.office_id, by=actor.staff_id, version=1)
    except PairTaken:
        return False  # a colleague was faster, and hands it over
    actor.keys.forget()
    bump_revision()
    return True


def _holders(people: list[PublicHalf]) -> list[PublicHalf]:
    recovery = _recovery_pair()
    return [*people, recovery] if recovery else people


def colleagues_without(actor: StaffActor, holding: Collection[UUID] | None = None) -> list[Staff]:
    """Who is to hold the office's key and does not. ``holding``: who does, if that is known."""
    if holding is None:
        holding = holders_of([actor.office_id]).get(actor.office_id, set())
    return [staff for staff in entitled_to(actor.office_id) if staff.id not in holding]


def ready_to_hold(staff: Iterable[Staff]) -> set[UUID]:
    """Those who have a key of their own, to which another can be sealed. One statement, or none."""
    wanted = {one.id for one in staff}
    return set(current_pairs(Owner.STAFF, wanted)) if wanted else set()


def entitled_to(office: UUID) -> list[Staff]:
    """Everybody who is to hold the office's key."""
    holding = {one.staff_id for one in acting_in(office) if needs_key(one)}
    return [staff for staff in staff_in(office) if staff.id in holding]


def hand_key(actor: StaffActor, to: UUID, *, at: datetime) -> None:
    """Hand the office's key, every version that the actor holds, to a colleague.

    Raises NotAllowed for anybody who is not to hold it, KeyClosed where the actor's own is closed, and KeyClosed
    ("no_key") where the colleague never made a key of their own.
    """
    require(actor, RIGHT)
    if actor.keys is None:
        raise KeyClosed("locked")
    if to not in {staff.id for staff in entitled_to(actor.office_id)}:
        raise NotAllowed(RIGHT)
    theirs = current_pairs(Owner.STAFF, [to]).get(to)
    if theirs is None:
        raise KeyClosed("no_key")
    halves = actor.keys.office(actor.office_id)
    with recorded_first():
        give_halves(halves.values(), theirs, at=at)
        log_key("handed", at=at, office=actor.office_id, by=actor.staff_id, to=to, version=max(halves))


def renew_office_key(actor: StaffActor, *, at: datetime) -> int:
    """A new key for the office, sealed for those who hold the present one; its version. Raises NotAllowed, KeyClosed.

    New cases are sealed to it at once; `rewrap_some` brings the older ones over.
    """
    require(actor, RIGHT)
    if actor.keys is None:
        raise KeyClosed("locked")
    held = actor.keys.office(actor.office_id)
    staying = {staff.id for staff in entitled_to(actor.office_id)}
    holders = holders_of([actor.office_id]).get(actor.office_id, set()) & staying
    pairs = current_pairs(Owner.STAFF, holders)
    with recorded_first():
        half = make_office_pair(actor.office_id, _holders(list(pairs.values())), at=at)
        # Whoever joined later than an older version was made may lack it: all who stay can open what is there.
        for pair in pairs.values():
            give_halves(held.values(), pair, at=at)
        log_key("renewed", at=at, office=actor.office_id, by=actor.staff_id, version=half.holder.version)
    actor.keys.forget()
    bump_revision()
    return half.holder.version


def rewrap_some(actor: StaffActor, *, most: int, at: datetime) -> bool:
    """Seal up to ``most`` cases of the office to its present key; whether some are left. Raises NotAllowed, KeyClosed.

    How many is not told: cases that are hidden from the actor would be counted with the others.
    """
    require(actor, RIGHT)
    if actor.keys is None:
        raise KeyClosed("locked")
    halves = actor.keys.office(actor.office_id)
    present = current_pairs(Owner.OFFICE, [actor.office_id])[actor.office_id]
    rewrap(Owner.OFFICE, halves, present, most=most, at=at)
    drop_old_halves(actor.office_id, present.holder.version, until=at - SETTLED)
    actor.keys.forget()
    return is_old_key_there(actor.office_id, present.holder.version)


def take_from_leavers(*, at: datetime) -> int:
    """Destroy what people hold of offices in which they have no role any more; from how many. Safe to run twice."""
    holding = holders_of(offices().everything, any_version=True)
    taken = 0
    for office, people in holding.items():
        gone = people - {staff.id for staff in entitled_to(office)}
        for staff in sorted(gone):
            with recorded_first():
                if take_halves(office, staff):
                    log_key("left", at=at, office=office, to=staff)
                    taken += 1
    return taken


@dataclass(frozen=True)
class OfficeKey:
    """Where an office's key stands. ``left``: whether some cases may be sealed to an older version, which is kept."""

    version: int
    holders: frozenset[UUID]
    left: bool
    events: list[KeyEvent]

    @property
    def leavers(self) -> list[KeyEvent]:
        """Those who left, or lost their own key, since the present version was made."""
        made = next((e.at for e in self.events if e.code in MADE and e.version == self.version), None)
        return [e for e in self.events if e.code == "left" and (made is None or e.at >= made)]


MADE = frozenset({"office_made", "renewed"})


def office_key(office: UUID) -> OfficeKey | None:
    """The state of an office's key; None while it has none."""
    pairs = pairs_of(Owner.OFFICE, office)
    present = next((pair for pair in pairs if pair.retired_at is None), None)
    if present is None:
        return None
    holders = frozenset(holders_of_pairs({present.id: office}).get(office, set()))
    older = [pair for pair in pairs if pair.version < present.version]
    return OfficeKey(present.version, holders, is_kept(older, present.version), events_of(office))


def complete_recovery(actor: StaffActor, *, at: datetime) -> None:
    """Give the office's halves to a recovery key that was made after them."""
    recovery = _recovery_pair()
    with contextlib.suppress(KeyClosed):
        if recovery is not None and actor.keys is not None:
            give_halves(actor.keys.office(actor.office_id).values(), recovery, at=at)
