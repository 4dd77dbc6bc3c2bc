"""Supervision (督办): a superior presses an office that is late. Cases of one cause make one decision."""

from django.db import models
from django.db.models import Q

from gongshi.accounts.models import Office, Staff
from gongshi.places.models import Area
from gongshi.routing.models import Category
from gongshi.safekeeping.ids import new_id


class Supervision(models.Model):
    """One matter for a supervisor: all late cases of one office, category, neighbourhood and week together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cause = models.CharField(max_length=200)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=20, blank=True)
    answer_by = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=Q(decided_at=None), name="supervision_one_open_per_cause"
            )
        ]
