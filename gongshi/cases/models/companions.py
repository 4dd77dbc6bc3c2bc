"""Cases of different filings that are one matter: they go together, and each stays whose it is."""

from django.db import models
from django.db.models import F, Q

from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class Companion(models.Model):
    """``case`` goes with ``lead``: one office works on both at once. Nothing of either is moved or ended.

    No chains: a lead is nobody's companion. ``by``: "resident" who said so as they filed, or "office". The row is
    deleted when they part; history keeps that they went together.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="bond")
    lead = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="companions")
    since_on = models.DateField()
    by = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(case=F("lead")), name="companion_of_another"),
        ]
