"""What an office says to many at once: answer pages, notices of outages and works, and reception days.

Nothing of a resident's is ever in them; whoever wants to be told when an outage is over leaves a sealed contact beside
it.
"""

from uuid import uuid4

from django.db import models

from gongshi.accounts.models import Office, Staff
from gongshi.places.models import Area
from gongshi.routing.models import Category
from gongshi.safekeeping.ids import new_id

PARTS = ("question", "answer", "bring", "where", "hours", "fee", "basis")


class Page(models.Model):
    """One question with its answer, as it stands now. Its words are revisions.

    ``number``: the latest revision, and the lock: whoever takes the next number first has changed the page.
    ``shown``: the revision that the public reads; None for a draft and for a page that was withdrawn.
    ``review_by``: the last day on which the newest words are held to be right.
    ``indexed``: the version of the tokens that it is found by (rules.retrieval); 0: they are written anew by a job.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    areas = models.ManyToManyField(Area, related_name="+")
    state = models.CharField(max_length=12, default="draft")
    number = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(null=True)
    review_by = models.DateField(null=True)
    indexed = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["office", "review_by"], name="page_by_office")]


class PageRevision(models.Model):
    """One change of a page, never altered: its words at that moment, what was done ("written", "published",
    "confirmed", "unconfirmed", "withdrawn"), and who did it. Without anybody: the pack brought it. Each part is
    {zh, en}, or {} when left out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=12)
    question = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    bring = models.JSONField(default=dict)
    where = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)
    fee = models.JSONField(default=dict)
    basis = models.JSONField(default=dict)
    review_by = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="page_revision_once")]


class PageToken(models.Model):
    """One token of what a page shows in one language, with its weight in thousandths (rules.retrieval).

    Written anew whenever what the page shows changes; only pages that are shown have any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="tokens")
    language = models.CharField(max_length=2)
    token = models.CharField(max_length=24)
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "language", "token"], name="page_token_once")]
        # All that a search reads stands in the index, so that it never goes to the rows.
        indexes = [models.Index(fields=["language", "token", "page", "weight"], name="page_token_found")]


class PageMonth(models.Model):
    """How often a page answered a question within a month: a number, and nothing about who asked or what."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()
    answered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "month"], name="page_month_once")]


class Disruption(models.Model):
    """Water, power or a road that is or will be out, as it stands now. Its words are revisions.

    Whether it is planned, running or over is read from its times. ``number``: the latest revision, and the lock.
    ``shown_from``: from then on the public reads it. ``expected_until``: None while nobody knows. ``tell_from``: when
    whoever asked is told that it is over, until which that can be undone; ``told_at``: when their notices were queued;
    ``forgotten_at``: when the key to their contacts was destroyed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    categories = models.ManyToManyField(Category, related_name="+")
    areas = models.ManyToManyField(Area, related_name="+")
    number = models.PositiveIntegerField(default=0)
    begins_at = models.DateTimeField()
    expected_until = models.DateTimeField(null=True)
    shown_from = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    tell_from = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["office", "begins_at"], name="disruption_by_office"),
            models.Index(fields=["over_at"], name="disruption_over"),
        ]


class DisruptionRevision(models.Model):
    """One change of a notice, never altered: its words and times at that moment, what was done and who did it.

    ``change``: "announced", "changed", "over", "resumed" or "withdrawn". ``scope``: the codes of its categories and
    areas. ``title`` and ``text`` are {zh, en}; ``text`` may be {}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=12)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    scope = models.JSONField(default=dict)
    begins_at = models.DateTimeField()
    expected_until = models.DateTimeField(null=True)
    shown_from = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disruption", "number"], name="disruption_revision_once")
        ]


class Subscription(models.Model):
    """Somebody wants to be told once when one disruption is over; gone as soon as they were, or it was withdrawn.

    ``contact``: one address or number, sealed with the disruption's own key, which is destroyed with the last of them.
    The key of a row is random and so holds no time; nothing in it can be compared with another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    disruption = models.ForeignKey(Disruption, on_delete=models.CASCADE, related_name="subscriptions")
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    contact = models.BinaryField()


class Reception(models.Model):
    """A day on which an office receives whoever comes, as it stands now. What was said of it is in its revisions.

    ``slots`` times of ``minutes`` each, from ``begins_at`` on. ``number``: the latest revision, and the lock.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["begins_at"], name="reception_ahead"),
            models.Index(fields=["office", "begins_at"], name="reception_by_office"),
        ]


class ReceptionRevision(models.Model):
    """One change of a reception day, never altered, shown to everybody: "announced", "changed", "called_off".

    ``receiver`` (an office's title, not a name), ``place`` and ``reason`` are {zh, en}; the first has no reason.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reception = models.ForeignKey(Reception, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=12)
    receiver = models.JSONField(default=dict)
    place = models.JSONField(default=dict)
    reason = models.JSONField(default=dict)
    begins_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reception", "number"], name="reception_revision_once")
        ]


class ReceptionSheet(models.Model):
    """Which times of a reception day are taken, made with it and gone the day after: all of them in one sealed value.

    ``marks``: as long from the first day to the last, and another whole value after each booking, so that neither it
    nor the row's version in the database says which time changed (safekeeping.booking_codes).
    """

    reception = models.OneToOneField(
        Reception, on_delete=models.CASCADE, primary_key=True, related_name="sheet"
    )
    marks = models.BinaryField()


class Prepared(models.Model):
    """Words that an office keeps ready: a whole answer with placeholders ("answer"), or a "phrase" to be put in.

    ``number``: the latest revision, and the lock. A withdrawn one is no longer offered; its words stay.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["office", "kind"], name="prepared_by_office")]


class PreparedRevision(models.Model):
    """One change of prepared words, never altered: what they were then, and who changed them; nobody: a pack.

    Each part is {zh, en}, or {} when left out. An answer has ``found``, ``decided`` and ``call``, a phrase ``text``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prepared = models.ForeignKey(Prepared, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=12)
    name = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    decided = models.JSONField(default=dict)
    call = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prepared", "number"], name="prepared_revision_once")]
