"""What an office and a resident wrote to each other on a case. All words are sealed with the case's data key."""

from django.db import models

from gongshi.accounts.models import Office
from gongshi.cases.models.filings import Case
from gongshi.safekeeping.ids import new_id


class Decision(models.TextChoices):
    """What an answer decides."""

    DONE = "done"
    WILL_DO = "will_do"
    CANNOT = "cannot"
    EXPLAINED = "explained"


class Answer(models.Model):
    """An answer, in parts that cannot be left out, as it was sent; then what the resident says of it.

    ``staff_id`` is null for an answer that an older system sent. ``undone_at``: it was taken back before anybody was
    told of it, and is no answer; the row stays, as history commits to its words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    staff_id = models.UUIDField(null=True)
    decision = models.CharField(max_length=12, choices=Decision.choices)
    found_on = models.DateField()
    by_on = models.DateField(null=True)
    content = models.BinaryField()
    letter = models.BinaryField()
    route_until_on = models.DateField(null=True)
    sent_at = models.DateTimeField()
    points_answered = models.BooleanField(null=True)
    promise_kept = models.BooleanField(null=True)
    verdict_at = models.DateTimeField(null=True)
    verdict = models.BinaryField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], condition=models.Q(undone_at=None), name="answer_number_once"
            )
        ]


class Message(models.Model):
    """A question, a reply, an addition or an internal note, or what was said of a hearing: "hearing" (its notice),
    "away", "record", "remark". ``undone_at``: words of the office that were taken back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    office_id = models.UUIDField(null=True)
    staff_id = models.UUIDField(null=True)
    content = models.BinaryField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="message_by_case")]
