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
    ``reason`` is sealed with the case's data key, ``asked_reason`` before that; never are both there. It is sealed for
    the instance until a worker has looked for the case, half a minute where one runs. Then, for an ordinary case, it
    becomes the ``reason``. For a sealed one it is sealed with a key of its own, which is wrapped for the offices on the
    case's ladder, until they decide; it is gone once the request lapses. It is gone too, and there is no case, where
    the request fits none or was asked while another of the same person was waiting or open: it never comes to life.
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
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(approved_at=None, ended_at=None),
                name="break_glass_waiting",
            ),
        ]
