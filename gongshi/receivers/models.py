"""Who is told about public events, what waits for them, and what they were told already. Never a word of any case."""

from django.db import models

from gongshi.accounts.models import Staff
from gongshi.safekeeping.ids import new_id


class Receiver(models.Model):
    """A program of somebody else that is told about public events.

    ``name``, ``purpose``, ``host`` and ``events`` are public. ``url`` is sealed, since a token may stand in it, and is
    never changed: another address is another receiver. ``off_why``: "gone" (it answered 410) or "failing" (it took
    nothing for days). ``taken`` counts events, ``failed`` attempts; ``last_code`` is how the last attempt ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    host = models.CharField(max_length=260)
    url = models.BinaryField()
    events = models.JSONField()
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=10, blank=True)
    removed_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    taken = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=40, blank=True)

    @property
    def listens(self) -> bool:
        """Whether anything is sent to it now."""
        return self.paused_at is None and self.off_at is None and self.removed_at is None


class ReceiverSecret(models.Model):
    """A secret that signs, sealed. ``good_until``: it was replaced, and signs beside the new one until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    good_until = models.DateTimeField(null=True)


class ReceiverChange(models.Model):
    """One change of a receiver, never altered. ``by``: None for the program. ``what``: how its public parts stand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="changes")
    code = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.JSONField()


class Delivery(models.Model):
    """One event on its way to one receiver. ``subject``: a public id, a notice's code or a month; nothing else.

    What is posted is made when it is posted, of what is public then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="delivery_by_age")]


class ToldCase(models.Model):
    """A published case as it was when receivers were last told; ``id`` is the public one.

    ``answered_on``: the first day of 1970 for none, so that two of them can be compared.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=12)
    answered_on = models.DateField()
    office = models.UUIDField()


class Told(models.Model):
    """Anything else that is public, as it was when receivers were last told.

    ``kind``: "since" (telling has begun), "notice", "figures", "open_data" or "open_tables". ``mark`` changes when
    it does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=120)
    mark = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="told_once")]
