"""The quarterly sample of answers that two readers from outside read, and what they said of each."""

from django.db import models

from gongshi.accounts.models import Office, Staff
from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class AnswerSample(models.Model):
    """One quarter's sample. ``quarter`` as "2026-Q3"; ``batch``: the ledger's batch whose root was the seed.

    ``size``: how many were to be drawn. Read until ``closes_on``, or until both readers are done. From ``closed_at`` on
    nothing is left of it but ``result``: counts, of which every one may be published (`figures.samples`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quarter = models.CharField(max_length=7, unique=True)
    batch = models.PositiveIntegerField()
    size = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    closes_on = models.DateField()
    first = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    first_done_at = models.DateTimeField(null=True)
    second_done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first=None) | models.Q(second=None) | ~models.Q(first=models.F("second")),
                name="sample_has_two_readers",
            )
        ]


class SampledAnswer(models.Model):
    """One answer of the sample: the first that a case got, from ``office``.

    ``copy``: the masked copy, sealed with the case's data key; null until somebody checked it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(AnswerSample, on_delete=models.CASCADE, related_name="answers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    copy = models.BinaryField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "case"], name="sampled_once")]


class SampleReading(models.Model):
    """What one reader said of one answer, as far as they have come: a code for each question (`labels`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sampled = models.ForeignKey(SampledAnswer, on_delete=models.CASCADE, related_name="readings")
    reader = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    said = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sampled", "reader"], name="reading_once")]
