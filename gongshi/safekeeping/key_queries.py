"""Every read of key pairs and of what they are sealed for."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from gongshi.safekeeping.models import KeyEvent, KeyPair, KeyWrap, LockedKey, Owner, Wrap
from gongshi.safekeeping.pairs import RECOVERY_ID, Holder, PrivateHalf, PublicHalf, open_with, public_half
from gongshi.safekeeping.passphrases import Cost, Locked

FIELD = "private"


def holder_of(pair: KeyPair) -> Holder:
    """Whose a pair is, and which."""
    return Holder(pair.owner, pair.owner_id, pair.version)


def public_of_pair(pair: KeyPair) -> PublicHalf:
    """A pair's public half, ready to seal to."""
    return public_half(pair.id, holder_of(pair), bytes(pair.public))


def current_pairs(owner: str, ids: Iterable[UUID] | None = None) -> dict[UUID, PublicHalf]:
    """The latest pair of each owner of this kind that has one, by the owner's id. One statement."""
    rows = KeyPair.objects.filter(owner=owner, retired_at=None)
    if ids is not None:
        rows = rows.filter(owner_id__in=set(ids))
    return {row.owner_id: public_of_pair(row) for row in rows.order_by("version")}


def recovery_pair() -> PublicHalf | None:
    """The recovery pair's public half; None before shares were made."""
    return current_pairs(Owner.RECOVERY).get(RECOVERY_ID)


def pairs_of(owner: str, owner_id: UUID) -> list[KeyPair]:
    """Every pair that an owner ever had, the latest first."""
    return list(KeyPair.objects.filter(owner=owner, owner_id=owner_id).order_by("-version"))


def locked_key(staff: UUID) -> tuple[PublicHalf, Locked, str] | None:
    """The current pair of a member of staff, its private half as it is locked, and how; None without one."""
    pair = current_pairs(Owner.STAFF, [staff]).get(staff)
    row = LockedKey.objects.filter(pair=pair.pair).first() if pair else None
    if pair is None or row is None:
        return None
    locked = Locked(bytes(row.salt), Cost(row.passes, row.memory_kib, row.lanes), bytes(row.sealed))
    return pair, locked, row.how


def lock_of(staff: UUID) -> str:
    """How the current pair of a member of staff is locked; "" without one. One statement."""
    pairs = KeyPair.objects.filter(owner=Owner.STAFF, owner_id=staff, retired_at=None).order_by("-version")
    found = LockedKey.objects.filter(pair__in=pairs.values("id")[:1]).values_list("how", flat=True)
    return next(iter(found), "")


def halves_for(office: UUID, own: PrivateHalf) -> Mapping[int, PrivateHalf]:
    """The office's private halves that are sealed for ``own``, opened, by version. Raises SealError."""
    pairs = {row.id: row for row in KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=office)}
    wraps = KeyWrap.objects.filter(for_pair=own.pair, pair__in=list(pairs)) if pairs else []
    return {
        pairs[wrap.pair].version: PrivateHalf(
            wrap.pair,
            holder_of(pairs[wrap.pair]),
            open_with(own, wrap.sealed, row=wrap.pair, field=FIELD),
        )
        for wrap in wraps
    }


def recovered_halves(own: PrivateHalf) -> list[PrivateHalf]:
    """Every office's private halves that are sealed for the recovery pair ``own``, opened. Raises SealError."""
    wraps = {row.pair: row for row in KeyWrap.objects.filter(for_pair=own.pair)}
    pairs = KeyPair.objects.filter(id__in=list(wraps)).order_by("owner_id", "version")
    return [
        PrivateHalf(pair.id, holder_of(pair), open_with(own, wraps[pair.id].sealed, row=pair.id, field=FIELD))
        for pair in pairs
    ]


def holders_of(offices: Iterable[UUID], *, any_version: bool = False) -> dict[UUID, set[UUID]]:
    """The members of staff who hold the current key of each office, or any version of it. Three statements.

    What is sealed for a key that somebody replaced opens to nobody, so it counts for nothing.
    """
    pairs = KeyPair.objects.filter(owner=Owner.OFFICE, owner_id__in=set(offices))
    if not any_version:
        pairs = pairs.filter(retired_at=None)
    return holders_of_pairs(dict(pairs.values_list("id", "owner_id")))


def holders_of_pairs(office_of: Mapping[UUID, UUID]) -> dict[UUID, set[UUID]]:
    """The same for pairs that are known, each with its office. Two statements."""
    wraps = list(KeyWrap.objects.filter(pair__in=list(office_of)).values_list("pair", "for_pair"))
    people = KeyPair.objects.filter(owner=Owner.STAFF, retired_at=None, id__in=[two for _, two in wraps])
    staff = dict(people.values_list("id", "owner_id"))
    found: dict[UUID, set[UUID]] = {office: set() for office in office_of.values()}
    for pair, for_pair in wraps:
        if for_pair in staff:
            found[office_of[pair]].add(staff[for_pair])
    return found


def wraps_left(owner_id: UUID, version: int, owner: str = Owner.OFFICE) -> int:
    """How many data keys are still sealed to versions of an owner's key before ``version``."""
    older = Wrap.objects.filter(recipient=owner, recipient_id=owner_id, key_version__lt=version)
    return older.count()


def is_old_key_there(office: UUID, version: int) -> bool:
    """Whether a key of the office before ``version`` is kept: some data key is sealed to it, or was of late."""
    return is_kept([pair for pair in pairs_of(Owner.OFFICE, office) if pair.version < version], version)


def is_kept(older: list[KeyPair], version: int) -> bool:
    """The same, of an office's pairs before ``version``. No statement where there is none."""
    if not older:
        return False
    halves = KeyWrap.objects.filter(pair__in=[pair.id for pair in older])
    return halves.exists() or wraps_left(older[0].owner_id, version) > 0


def event_entry(event: KeyEvent) -> dict[str, Any]:
    """What the ledger's commitment to a key's event covers: everything in the row."""
    return {
        "id": event.id,
        "at": event.at,
        "code": event.code,
        "office": event.office_id,
        "by": event.by_staff,
        "to": event.to_staff,
        "version": event.version,
    }


def events_of(office: UUID, most: int = 50) -> list[KeyEvent]:
    """What happened to an office's key, the latest first."""
    return list(KeyEvent.objects.filter(office_id=office).order_by("-at", "-id")[:most])
