"""Break-glass: a supervisor without sight of a case asks to read it, and somebody of another office lets them."""

from django.db import models
from django.db.models import Q

from gongshi.accounts.models import Office, Staff
from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class BreakGlass(models.Model):
    """One request, and what became of it. ``staff`` of ``office`` asks; ``approver`` of another office approves.

    ``case`` is empty for a request that fits none, and until a worker has found it: whoever asks cannot tell. ``until``
    alone ends what was approved; ``ended_at`` is set by whoever ends it before, by a refusal, and when its end is told.
    ``asked_reason`` is sealed for the instance, ``reason`` with the case's data key; never are both there. Neither is
    there, and no case, where it was asked while another of the same person was waiting or open: it fits none any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, blank=True)
    number = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="break_glass")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_reason = models.BinaryField(null=True)
    reason = models.BinaryField(null=True)
    approver = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approver_office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, until=None, approver=None, approver_office=None)
                | Q(
                    case__isnull=False,
                    approved_at__isnull=False,
                    until__isnull=False,
                    approver__isnull=False,
                    approver_office__isnull=False,
                ),
                name="break_glass_by_two",
            ),
        ]
