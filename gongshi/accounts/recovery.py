"""When nobody holds an office's key any more: the recovery key hands it to a named officer. `gongshi recover` asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongshi.accounts.keys import entitled_to
from gongshi.accounts.models import Staff
from gongshi.places.snapshots import bump_revision
from gongshi.safekeeping.apart_store import recorded_first
from gongshi.safekeeping.key_actions import (
    as_public,
    carry_recovery_over,
    give_halves,
    log_key,
    make_office_pair,
    make_recovery_pair,
    rewrap,
)
from gongshi.safekeeping.key_queries import current_pairs, recovered_halves, recovery_pair, wraps_left
from gongshi.safekeeping.models import Owner
from gongshi.safekeeping.pairs import RECOVERY_ID, PrivateHalf
from gongshi.safekeeping.recovery import check_shares, shares_of

BATCH = 500


class CannotHold(LookupError):
    """This officer cannot be given the key. ``code``: "no_role" there that reads cases, or "no_key" of their own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class NewShares:
    """A recovery key that was just made, in shares that are shown once."""

    half: PrivateHalf
    shares: list[str]


def make_shares(*, needed: int, of: int, at: datetime) -> NewShares:
    """A new recovery key. What is sealed to an earlier one stays so until `carry_over`. ValueError, PairTaken."""
    check_shares(needed, of)
    with recorded_first():
        half = make_recovery_pair(at=at)
        log_key("shares_made", at=at, version=half.holder.version)
    bump_revision()
    return NewShares(half, shares_of(half, needed=needed, of=of))


def hand_over(half: PrivateHalf, office: UUID, to: Staff, *, at: datetime) -> int:
    """Give an officer every version of an office's key that the recovery key opens; how many. Raises CannotHold.

    Where the office has no key that can be recovered, it gets a new one, which the officer holds.
    """
    if to.pk not in {staff.pk for staff in entitled_to(office)}:
        raise CannotHold("no_role")
    theirs = current_pairs(Owner.STAFF, [to.pk]).get(to.pk)
    if theirs is None:
        raise CannotHold("no_key")
    halves = [one for one in recovered_halves(half) if one.holder.id == office]
    present = current_pairs(Owner.OFFICE, [office]).get(office)
    with recorded_first():
        if present is None or present.pair not in {one.pair for one in halves}:
            halves.append(make_office_pair(office, [theirs, as_public(half)], at=at))
        give_halves(halves, theirs, at=at)
        log_key("recovered", at=at, office=office, to=to.pk, version=halves[-1].holder.version)
    bump_revision()
    return len(halves)


def carry_over(old: PrivateHalf, *, at: datetime, told: Callable[[int], None]) -> int:
    """Seal everything of an earlier recovery key to the present one; how many cases. Stopped anywhere, it goes on.

    ``told`` hears how many are left after each batch.
    """
    present = recovery_pair()
    if present is None or present.pair == old.pair:
        return 0
    carry_recovery_over(old, present, at=at)
    done = 0
    while some := rewrap(Owner.RECOVERY, {old.holder.version: old}, present, most=BATCH, at=at):
        done += some
        told(wraps_left(RECOVERY_ID, present.holder.version, Owner.RECOVERY))
    return done
