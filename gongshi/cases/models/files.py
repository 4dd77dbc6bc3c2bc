"""Photos and papers. Each file has a key of its own, sealed with the case's data key; its name is sealed too."""

from django.db import models

from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class Attachment(models.Model):
    """A file that belongs to a case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    at = models.DateTimeField()
    by = models.CharField(max_length=12)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    stored = models.CharField(max_length=100, unique=True)
    key = models.BinaryField()
    name = models.BinaryField()
    original = models.BooleanField(default=False)


class Upload(models.Model):
    """A file chosen in a form that has not been filed yet. ``draft`` is a keyed hash of the draft's receipt.

    The file's key is sealed with a key derived from that receipt; what is not filed within a day is swept away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.BinaryField(max_length=32, db_index=True)
    at = models.DateTimeField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    stored = models.CharField(max_length=100, unique=True)
    key = models.BinaryField()
    name = models.BinaryField()
    original = models.BooleanField(default=False)
