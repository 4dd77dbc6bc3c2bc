"""Tables that know rows by opaque key only: wrapped keys with their tombstones, key pairs, and the public ledger.

Nothing has a foreign key to or from them. Wraps, tombstones and key pairs lie in a store of their own, outside the
database's backups (`apart_store`); other packages reach them through this package's actions and queries alone.
"""

from django.db import models
from django.db.models import Q

from gongshi.safekeeping.apart_store import KeptApart
from gongshi.safekeeping.ids import new_id


class Recipient(models.TextChoices):
    """Who can open a wrap: the instance with its key file, whoever holds a receipt, an office, or the recovery key.

    GLASS: one member of staff, with their own key, for as long as one request to break glass (its id) is open.
    """

    INSTANCE = "instance"
    RECEIPT = "receipt"
    OFFICE = "office"
    RECOVERY = "recovery"
    GLASS = "glass"


class Wrap(KeptApart):
    """The data key of a subject (a filing, a case), sealed for one recipient.

    ``recipient_id`` says which of a kind, null for the instance. ``key_version`` is the version of the recipient's key.
    """

    never_sampled = ("sealed",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.UUIDField()
    recipient = models.CharField(max_length=10)
    recipient_id = models.UUIDField(null=True)
    key_version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "recipient", "recipient_id"], name="wrap_once"),
            # Nulls count as different from each other, so the instance's wrap needs a constraint of its own.
            models.UniqueConstraint(
                fields=["subject"], condition=Q(recipient_id=None), name="wrap_once_for_instance"
            ),
            models.CheckConstraint(
                condition=(Q(recipient="instance") & Q(recipient_id=None))
                | (~Q(recipient="instance") & Q(recipient_id__isnull=False)),
                name="wrap_names_its_recipient",
            ),
        ]
        indexes = [
            # For sealing anew what an older key of an office opens.
            models.Index(
                fields=["recipient_id", "key_version"],
                condition=Q(recipient="office"),
                name="wrap_by_office",
            ),
        ]


class Tombstone(KeptApart):
    """A subject whose wraps were destroyed. A restored older copy of the store must not bring them back."""

    subject = models.UUIDField(primary_key=True, editable=False)
    destroyed_at = models.DateTimeField()


class Owner(models.TextChoices):
    """Whose a key pair is. The recovery pair belongs to nobody; its private half is printed in shares."""

    OFFICE = "office"
    STAFF = "staff"
    RECOVERY = "recovery"


class KeyPair(KeptApart):
    """One pair of an office, of a member of staff, or the recovery pair. Only the public half lies here.

    ``version`` counts an owner's pairs from 1; the latest that is not retired is what new things are sealed to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=10, choices=Owner.choices)
    owner_id = models.UUIDField()
    version = models.PositiveIntegerField()
    public = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "owner_id", "version"], name="key_pair_version_once"),
        ]


class LockedKey(KeptApart):
    """The private half of somebody's pair, under their passphrase. ``how``: their password, or one of its own."""

    never_sampled = ("sealed",)

    pair = models.UUIDField(primary_key=True, editable=False)
    how = models.CharField(max_length=10)
    salt = models.BinaryField(max_length=16)
    passes = models.PositiveIntegerField()
    memory_kib = models.PositiveIntegerField()
    lanes = models.PositiveIntegerField()
    sealed = models.BinaryField()


class KeyWrap(KeptApart):
    """The private half of ``pair`` (an office's), sealed for the holder of ``for_pair`` (staff, or recovery)."""

    never_sampled = ("sealed",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pair = models.UUIDField()
    for_pair = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "for_pair"], name="key_wrap_once")]


class KeyEvent(models.Model):
    """What happened to an office's key or to somebody's own: made, handed over, lost, renewed, recovered. Append-only.

    ``by_staff`` and ``to_staff`` are opaque keys of members of staff; ``salt`` goes into the ledger's commitment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=20)
    office_id = models.UUIDField(null=True)
    by_staff = models.UUIDField(null=True)
    to_staff = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=0)
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["office_id", "-at"], name="key_event_by_office")]


class LastHead(KeptApart):
    """The newest head that went out, outside the database: one restored to an older state must not sign over it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    batch = models.PositiveIntegerField()
    size = models.BigIntegerField()


class Leaf(models.Model):
    """One commitment waiting for the public ledger. It names no row, and is gone once the ledger holds it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    commitment = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()


class Tile(models.Model):
    """256 hashes of the ledger's tree, or fewer in the last tile of a level (`gongshi.rules.ledger.tiles`).

    ``id`` is level times `LEVEL` plus index. A tile of level 0 holds the entries themselves, leaves and pads alike;
    nothing in it has a time or a key of a row.
    """

    LEVEL = 1 << 48

    id = models.BigIntegerField(primary_key=True)
    content = models.BinaryField(max_length=8_192)


class Head(models.Model):
    """One batch of the ledger: what it grew to, and the signature over that. Never changed.

    ``at`` is the end of the interval whose leaves the batch took, never the time of a leaf.
    """

    batch = models.PositiveIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField(unique=True)
    origin = models.CharField(max_length=300)
    key_version = models.PositiveIntegerField()
    signature = models.BinaryField(max_length=64)


class Unlinked(models.Model):
    """A commitment whose entry was erased: only the ledger's own audit asks for it. It says nothing of what it was."""

    commitment = models.BinaryField(primary_key=True, max_length=32)


class Unlinking(models.Model):
    """One erasure in the ledger's eyes: how many commitments lost their entries, committed to by a leaf of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    on = models.DateField()
    number = models.PositiveIntegerField()
    salt = models.BinaryField(max_length=16)
