"""How a case stood before the last step of its staff: what undoing that step gives back."""

from django.db import models

from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class UndoPoint(models.Model):
    """The last step that staff made on a case, and the case's columns and clocks before it. Soon gone.

    ``move``: the procedure's move, "split" or "merge"; "" for the naming of a handler. ``seqs``: its history entries.
    ``before``: codes, days, numbers and keys, as they stood; ``notices``: the outbox rows that wait until ``until``.
    ``twin``: the other case of a step that took two.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="undo_point")
    move = models.CharField(max_length=40, blank=True)
    seqs = models.JSONField()
    staff_id = models.UUIDField()
    office_id = models.UUIDField()
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    before = models.JSONField()
    notices = models.JSONField()
    twin = models.UUIDField(null=True)
