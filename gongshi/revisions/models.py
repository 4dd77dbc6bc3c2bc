"""What changed in the place's configuration, when, by whom and why: one row for each thing, never altered."""

from django.db import models

from gongshi.accounts.models import Staff
from gongshi.safekeeping.ids import new_id


class Revision(models.Model):
    """One thing as it stood before and after one change of the configuration.

    ``number``: the place's revision from then on; what was changed at once has one number. ``kind`` and ``code`` name
    the thing, ``before`` and ``after`` hold it as a pack does (`formats.pack.fragments`); None: it was not there.
    ``by``: None where a pack was loaded. ``undoes``: the number of the change that this one takes back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    undoes = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "kind", "code"], name="revision_once")]
        indexes = [models.Index(fields=["kind", "code", "number"], name="revision_of_thing")]
