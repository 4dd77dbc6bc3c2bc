"""What the public may read. Every public door reads `PublicCase` and no other table."""

import uuid

from django.db import models

from gongshi.accounts.models import Office
from gongshi.cases.models.filings import Case
from gongshi.places.models import Area
from gongshi.routing.models import Category
from gongshi.safekeeping.ids import new_id


class Consent(models.Model):
    """A resident's consent to one exact copy (sealed JSON: title, text), which they can take back at any time.

    ``held``: waits until it is known that it tells nothing of others in figures that are out. ``refused``: "", else
    "refused" by whoever reviewed it, or "figures". ``answers``: what the office answers may be shown with it, once it
    was reviewed. ``answer_seen``: the number of the answer that a review has decided on last, 0 for none;
    ``answer_waits``: a later one waits for review.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    copy = models.BinaryField()
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=20, blank=True)
    held = models.BooleanField(default=False, db_default=False)
    answers = models.BooleanField(default=False, db_default=False)
    answer_seen = models.PositiveSmallIntegerField(default=0, db_default=0)
    answer_waits = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["given_at"],
                condition=models.Q(revoked_at=None, reviewed_at=None),
                name="consent_to_review",
            ),
            models.Index(
                fields=["given_at"],
                condition=models.Q(answer_waits=True),
                name="consent_answer_waits",
            ),
            models.Index(fields=["given_at"], condition=models.Q(held=True), name="consent_held"),
        ]


class PublicCase(models.Model):
    """The reviewed public copy of a case: a day instead of a time, a snapped point, a random id of its own.

    ``changed_on``: the last day on which anything that is shown of it changed, null before anything did.
    ``number``: a place in the order of publishing, for the index alone; ``tokens``: what it is found by, apart by
    spaces; ``indexed``: the version of those tokens, 0 before there are any (`gongshi.cases.public_index`).
    """

    never_sampled = ("title", "text", "answer", "tokens")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="public")
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=120)
    text = models.TextField()
    answer = models.TextField(blank=True)
    state = models.CharField(max_length=12)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    filed_on = models.DateField()
    answered_on = models.DateField(null=True)
    published_on = models.DateField()
    changed_on = models.DateField(null=True)
    number = models.BigIntegerField(null=True, unique=True)
    tokens = models.TextField(default="", db_default="")
    indexed = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["-filed_on", "id"], name="public_newest"),
            models.Index(fields=["category", "-filed_on"], name="public_by_category"),
            models.Index(fields=["area", "-filed_on"], name="public_by_area"),
            models.Index(fields=["category", "area", "-filed_on"], name="public_alike"),
            # Points are snapped, so this is an index on grid cells: a view of the map is answered from it alone.
            models.Index(
                fields=["latitude", "longitude", "state", "category", "area"], name="public_on_the_map"
            ),
            models.Index(fields=["indexed"], name="public_indexed"),
        ]


class PublicTally(models.Model):
    """How many published cases have these in common: ``more`` of them, or fewer where it is below nothing.

    The sum over all rows counts; whoever publishes adds a ``loose`` row and waits for nobody
    (`gongshi.cases.public_tally`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    more = models.IntegerField()
    loose = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["loose"], name="tally_loose", condition=models.Q(loose=True))]


class PublicGone(models.Model):
    """Something that was public up to now is so no longer: a copy was taken back, or the answer beside it changed.

    It names no case. ``month``: the first day of the month in which the copy had been published. ``mark``: a random
    number above 0: the sum of the marks is another once anything went, also in a database that was restored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField()
    mark = models.BigIntegerField()

    class Meta:
        # The sum is answered from the index alone.
        indexes = [models.Index(fields=["month", "mark"], name="public_gone")]
