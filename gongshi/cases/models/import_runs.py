"""Imports from older systems that are under way."""

from django.db import models

from gongshi.safekeeping.ids import new_id


class ImportRun(models.Model):
    """One import: of an older system by its code (`source` of the map), from its first rows until its end.

    ``ended_at``: None while it is under way; one that was stopped half-way stays so. ``ended``: "finished" when its
    table was read to the end, "over" when the operator said so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    system = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=models.Q(ended_at=None), name="import_under_way_once"
            )
        ]
