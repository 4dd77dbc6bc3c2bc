"""The outbox and the diary of periodic jobs. Neither holds an address, a name or a word anybody wrote."""

from django.db import models
from django.db.models import Q

from gongshi.safekeeping.ids import new_id


class Channel(models.TextChoices):
    """How a notice reaches somebody: the first two people, the last a program."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


TO_PEOPLE = (Channel.EMAIL, Channel.SMS)


class State(models.TextChoices):
    """Where a notice stands. WAITING rows are the queue; the others are done with."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


class OutboxRow(models.Model):
    """One notice to one person, or one event to one program, through one channel.

    ``effect`` names the resolver that finds the address when the notice goes out. ``attempts`` counts claims, so it
    also tells one claim from the next. ``last_error`` is a code, never what a server said.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.UUIDField()
    template = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    effect = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=40, blank=True)

    class Meta:
        # Only what waits is indexed: claiming costs the same however many notices were sent before.
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="outbox_waiting")]


class JobRun(models.Model):
    """When a periodic job runs next, who runs it now, and how its last run ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    finished_at = models.DateTimeField(null=True)
    touched = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=40, blank=True)
