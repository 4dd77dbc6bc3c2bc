"""Tables that know rows by opaque key only: wrapped data keys with their tombstones, and the public ledger.

Nothing has a foreign key to or from them. Wraps and tombstones lie in a store of their own, outside the database's
backups (`apart_store`); other packages reach them through this package's actions and queries alone.
"""

from django.db import models
from django.db.models import Q

from gongshi.safekeeping.apart_store import KeptApart
from gongshi.safekeeping.ids import new_id


class Recipient(models.TextChoices):
    """Who can open a wrap: the instance with its key file, or whoever holds a receipt."""

    INSTANCE = "instance"
    RECEIPT = "receipt"


class Wrap(KeptApart):
    """The data key of a subject (a filing, a case), sealed for one recipient.

    ``recipient_id`` says which of a kind, null for the instance. ``key_version`` is the version of the recipient's key.
    """

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


class Tombstone(KeptApart):
    """A subject whose wraps were destroyed. A restored older copy of the store must not bring them back."""

    subject = models.UUIDField(primary_key=True, editable=False)
    destroyed_at = models.DateTimeField()


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
