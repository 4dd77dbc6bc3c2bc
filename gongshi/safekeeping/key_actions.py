"""Every write of key pairs and of what they are sealed for. Who may ask for it is decided by `accounts.keys`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.safekeeping import ledger
from gongshi.safekeeping.actions import save_leaves
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.key_queries import (
    FIELD,
    current_pairs,
    event_entry,
    holder_of,
    pairs_of,
    recovered_halves,
    recovery_pair,
    wraps_left,
)
from gongshi.safekeeping.keyrings import open_wrap
from gongshi.safekeeping.models import KeyEvent, KeyPair, KeyWrap, LockedKey, Owner, Recipient, Wrap
from gongshi.safekeeping.pairs import (
    RECOVERY_ID,
    PrivateHalf,
    PublicHalf,
    new_private,
    public_half,
    public_of,
    seal_to,
)
from gongshi.safekeeping.passphrases import Cost, lock
from gongshi.safekeeping.wrapping import field_of


class PairTaken(Exception):
    """Somebody else made this owner's next pair at the same moment; nothing was written."""


def wrap_for_pair(subject: UUID, data_key: bytes, half: PublicHalf, *, at: datetime) -> Wrap:
    """An unsaved wrap that an office's private half, or the recovery key's, opens."""
    recipient = Recipient(half.holder.kind)
    return Wrap(
        id=new_id(),
        subject=subject,
        recipient=recipient.value,
        recipient_id=half.holder.id,
        key_version=half.holder.version,
        sealed=seal_to(half, data_key, row=subject, field=field_of(recipient.value, half.holder.id)),
        created_at=at,
    )


def wrap_for_glass(
    subject: UUID, data_key: bytes, half: PublicHalf, request_id: UUID, *, at: datetime
) -> Wrap:
    """An unsaved wrap that one member of staff's own key opens, to be destroyed when their time is over."""
    return Wrap(
        id=new_id(),
        subject=subject,
        recipient=Recipient.GLASS.value,
        recipient_id=request_id,
        key_version=half.holder.version,
        sealed=seal_to(half, data_key, row=subject, field=field_of(Recipient.GLASS.value, request_id)),
        created_at=at,
    )


def make_staff_pair(
    staff: UUID, passphrase: str, how: str, *, at: datetime, cost: Cost | None = None
) -> PrivateHalf:
    """A new pair for a member of staff, locked by a passphrase, in place of any that they had.

    Whatever was handed to them before no longer opens to anybody. Raises PairTaken.
    """
    pair, half = _new_pair(Owner.STAFF, staff, at)
    locked = _locked(pair.id, half.key, passphrase, how, cost)
    try:
        with transaction.atomic(using=STORE):
            _end_staff_pairs(staff, at)
            pair.save(force_insert=True)
            locked.save(force_insert=True)
    except IntegrityError as error:
        raise PairTaken from error
    return half


def _locked(pair: UUID, private: bytes, passphrase: str, how: str, cost: Cost | None = None) -> LockedKey:
    made = lock(private, passphrase, row=pair, cost=cost)
    return LockedKey(
        pair=pair,
        how=how,
        salt=made.salt,
        passes=made.cost.passes,
        memory_kib=made.cost.memory_kib,
        lanes=made.cost.lanes,
        sealed=made.sealed,
    )


def _end_staff_pairs(staff: UUID, at: datetime) -> None:
    ended = [row.id for row in pairs_of(Owner.STAFF, staff)]
    KeyPair.objects.filter(id__in=ended, retired_at=None).update(retired_at=at)
    LockedKey.objects.filter(pair__in=ended).delete()
    KeyWrap.objects.filter(for_pair__in=ended).delete()


def make_first_keys(
    offices: Mapping[UUID, Iterable[UUID]], passphrase: str, how: str, *, at: datetime, cost: Cost
) -> dict[UUID, PrivateHalf]:
    """Pairs for many members of staff (by office) and for their offices at once, all with one passphrase: a demo's.

    Everybody holds the key of their office, as if colleagues had handed it over. Returns the staff's private halves.
    Three statements. For a store without pairs.
    """
    people = {staff: _new_pair(Owner.STAFF, staff, at, 1) for listed in offices.values() for staff in listed}
    rooms = {office: _new_pair(Owner.OFFICE, office, at, 1) for office in offices}
    recovery = recovery_pair()
    wraps = [
        _key_wrap(rooms[office][1], to, at)
        for office, listed in offices.items()
        for to in [*(as_public(people[staff][1]) for staff in listed), *([recovery] if recovery else [])]
    ]
    locked = [_locked(pair.id, half.key, passphrase, how, cost) for pair, half in people.values()]
    with transaction.atomic(using=STORE):
        KeyPair.objects.bulk_create([pair for pair, _ in (*people.values(), *rooms.values())])
        LockedKey.objects.bulk_create(locked)
        KeyWrap.objects.bulk_create(wraps)
    return {staff: half for staff, (_, half) in people.items()}


def relock(own: PrivateHalf, passphrase: str, how: str) -> None:
    """Lock somebody's own private half by another passphrase; what they hold stays theirs."""
    _locked(own.pair, own.key, passphrase, how).save(force_update=True)


def make_office_pair(office: UUID, holders: Iterable[PublicHalf], *, at: datetime) -> PrivateHalf:
    """The next pair of an office, its private half sealed for ``holders``. New cases are sealed to it from now on.

    Older private halves stay with those who hold them, until `rewrap` has nothing left to do. Raises PairTaken.
    """
    pair, half = _new_pair(Owner.OFFICE, office, at)
    wraps = [_key_wrap(half, holder, at) for holder in holders]
    try:
        with transaction.atomic(using=STORE):
            KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=office, retired_at=None).update(retired_at=at)
            pair.save(force_insert=True)
            KeyWrap.objects.bulk_create(wraps)
    except IntegrityError as error:
        raise PairTaken from error
    return half


def make_recovery_pair(*, at: datetime) -> PrivateHalf:
    """The next recovery pair. Its private half is stored nowhere: it lives in what this returns. Raises PairTaken."""
    pair, half = _new_pair(Owner.RECOVERY, RECOVERY_ID, at)
    try:
        with transaction.atomic(using=STORE):
            KeyPair.objects.filter(owner=Owner.RECOVERY, retired_at=None).update(retired_at=at)
            pair.save(force_insert=True)
    except IntegrityError as error:
        raise PairTaken from error
    return half


def _new_pair(
    owner: Owner, owner_id: UUID, at: datetime, version: int | None = None
) -> tuple[KeyPair, PrivateHalf]:
    """An owner's next pair, unsaved; ``version`` spares the question which that is."""
    latest = [] if version else pairs_of(owner, owner_id)
    private = new_private()
    pair = KeyPair(
        id=new_id(),
        owner=owner.value,
        owner_id=owner_id,
        version=version or (latest[0].version + 1 if latest else 1),
        public=public_of(private),
        made_at=at,
    )
    return pair, PrivateHalf(pair.id, holder_of(pair), private)


def as_public(half: PrivateHalf) -> PublicHalf:
    """The public half of a private one."""
    return public_half(half.pair, half.holder, public_of(half.key))


def _key_wrap(half: PrivateHalf, to: PublicHalf, at: datetime) -> KeyWrap:
    sealed = seal_to(to, half.key, row=half.pair, field=FIELD)
    return KeyWrap(id=new_id(), pair=half.pair, for_pair=to.pair, sealed=sealed, made_at=at)


def give_halves(halves: Iterable[PrivateHalf], to: PublicHalf, *, at: datetime) -> None:
    """Seal private halves for one more holder. Giving them twice does no harm."""
    KeyWrap.objects.bulk_create([_key_wrap(half, to, at) for half in halves], ignore_conflicts=True)


def take_halves(office: UUID, staff: UUID) -> int:
    """Destroy what a member of staff holds of an office's key, every version of it. Returns how many halves."""
    pairs = [row.id for row in pairs_of(Owner.OFFICE, office)]
    own = [row.id for row in pairs_of(Owner.STAFF, staff)]
    return KeyWrap.objects.filter(pair__in=pairs, for_pair__in=own).delete()[0]


def rewrap(
    owner: Owner, halves: Mapping[int, PrivateHalf], to: PublicHalf, *, most: int, at: datetime
) -> int:
    """Seal up to ``most`` data keys of an older version of ``to``'s pair anew; how many. Stopped anywhere, it goes on.

    ``halves``: the private halves of the older versions; what only others open is left as it is.
    """
    older = Wrap.objects.filter(
        recipient=owner.value, recipient_id=to.holder.id, key_version__in=set(halves) - {to.holder.version}
    )
    done = 0
    with transaction.atomic(using=STORE):
        for wrap in older.order_by("id")[:most]:
            key = open_wrap(wrap, halves[wrap.key_version])
            anew = wrap_for_pair(wrap.subject, key, to, at=at)
            # By id and version: another who does the same work at this moment has been here first.
            same = Wrap.objects.filter(pk=wrap.pk, key_version=wrap.key_version)
            done += same.update(sealed=anew.sealed, key_version=anew.key_version)
    return done


def carry_recovery_over(old: PrivateHalf, to: PublicHalf, *, at: datetime) -> int:
    """Give the offices' halves that an earlier recovery key opens to the present one; how many. The old ones go."""
    halves = recovered_halves(old)
    with transaction.atomic(using=STORE):
        give_halves(halves, to, at=at)
        KeyWrap.objects.filter(for_pair=old.pair).delete()
    return len(halves)


def drop_old_halves(office: UUID, version: int, *, until: datetime | None = None) -> int:
    """Destroy private halves of versions before ``version`` once no data key needs them. Returns how many.

    Nothing where ``version`` was made after ``until``: another worker may be sealing to the one before it.
    """
    pairs = pairs_of(Owner.OFFICE, office)
    present = next(row for row in pairs if row.version == version)
    if wraps_left(office, version) or (until is not None and present.made_at > until):
        return 0
    old = [row.id for row in pairs if row.version < version]
    return KeyWrap.objects.filter(pair__in=old).delete()[0]


def retire_pairs(retired: Mapping[UUID, datetime]) -> None:
    """Pairs that another copy of the store knows to be replaced are replaced here too."""
    still = KeyPair.objects.filter(retired_at=None)
    for pair in still.filter(id__in=list(retired)):
        still.filter(pk=pair.pk).update(retired_at=retired[pair.id])


def drop_what_was_taken() -> int:
    """Destroy what an older copy of the store brought back of keys that were taken away; how many rows.

    That is everything sealed for a key that its holder replaced, or locked in it, and private halves of offices' older
    versions that no data key needs.
    """
    replaced = KeyPair.objects.filter(owner=Owner.STAFF, retired_at__isnull=False).values("id")
    dropped = LockedKey.objects.filter(pair__in=replaced).delete()[0]
    dropped += KeyWrap.objects.filter(for_pair__in=replaced).delete()[0]
    present = current_pairs(Owner.OFFICE)
    return dropped + sum(drop_old_halves(office, half.holder.version) for office, half in present.items())


def log_key(
    code: str,
    *,
    at: datetime,
    office: UUID | None = None,
    by: UUID | None = None,
    to: UUID | None = None,
    version: int = 0,
) -> KeyEvent:
    """Write down what happened to a key, with its leaf in the public ledger, in one transaction."""
    salt = ledger.new_salt()
    event = KeyEvent(
        id=new_id(), at=at, code=code, office_id=office, by_staff=by, to_staff=to, version=version, salt=salt
    )
    with transaction.atomic():
        event.save(force_insert=True)
        save_leaves([ledger.leaf(salt, event_entry(event), at)])
    return event
