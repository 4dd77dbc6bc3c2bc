"""What happened to a case, and who looked at it. Append-only; nothing has a foreign key to these tables."""

from django.db import models

from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class History(models.Model):
    """One event: codes and parameters, never rendered text. Unique (case, seq) is also the concurrency lock.

    ``reason`` is sealed with the case's data key. ``salt`` goes into the commitment that the public ledger holds;
    it is empty once the entry was unlinked from it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="history")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    by = models.CharField(max_length=12)
    office_id = models.UUIDField(null=True)
    staff_id = models.UUIDField(null=True)
    params = models.JSONField(default=dict)
    reason = models.BinaryField(null=True)
    salt = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="history_seq_once")]


class Look(models.Model):
    """One disclosure of content to staff, which the resident can read. A resident's own reading is never stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    staff_id = models.UUIDField()
    office_id = models.UUIDField()
    role = models.CharField(max_length=20)
    why = models.CharField(max_length=40)
    what = models.CharField(max_length=20)
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="look_by_case")]
