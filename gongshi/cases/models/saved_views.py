"""Filters of the queue that somebody gave a name."""

from django.db import models

from gongshi.accounts.models import Office, Staff
from gongshi.safekeeping.ids import new_id


class SavedView(models.Model):
    """A named filter of an office's queue: one officer's own, or shared with the office.

    ``name`` is sealed with a data key of the row's own. ``query``: what the queue's address holds, codes and keys only;
    never words that somebody looks for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    name = models.BinaryField()
    query = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["office", "made_at"], name="saved_view_by_office")]
