"""What a matter can be about, what is promised for it, and which office it goes to."""

from django.db import models

from gongshi.accounts.models import Office, Staff
from gongshi.places.models import Area, Dated
from gongshi.safekeeping.ids import new_id


class Category(Dated):
    """One node of the tree of matters. A group (no procedure) holds leaves; a leaf can be filed under."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    position = models.PositiveIntegerField(default=0)
    name = models.JSONField()
    kind = models.CharField(max_length=20, blank=True)
    procedure = models.SlugField(max_length=60, blank=True)
    door = models.CharField(max_length=20, blank=True)
    keywords = models.JSONField(default=list)
    examples = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    public = models.BooleanField(default=True)


class Promise(models.Model):
    """One version of what is promised for a category: days to an answer. Cases pin the version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="promises")
    version = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    counting = models.CharField(max_length=10)
    loaded_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "version"], name="promise_version_once"),
            models.UniqueConstraint(
                fields=["category"], condition=models.Q(current=True), name="promise_one_current"
            ),
        ]


class RoutingRule(models.Model):
    """One line of the ordered list that sends matters to offices; the first that fits decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    position = models.PositiveIntegerField()
    categories = models.ManyToManyField(Category, related_name="+")
    areas = models.ManyToManyField(Area, related_name="+")
    channels = models.JSONField(default=list)
    months = models.JSONField(default=list)
    hours = models.JSONField(default=list)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    among = models.ManyToManyField(Office, related_name="+")
    lead = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.JSONField()


class ProcedureVersion(models.Model):
    """One proved and loaded version of a procedure. A case stays on the version it began with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField()
    loaded_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="procedure_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(current=True), name="procedure_one_current"
            ),
        ]


class CorrectionCount(models.Model):
    """How often, in a month, an office corrected one category to another. Not whose, not of which case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField()
    was = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    now = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "was", "now"], name="correction_counted_once")
        ]


class SuggestionCount(models.Model):
    """How often, in a month, the first suggestion was one category and another (or the same) was chosen.

    ``place``: of the chosen one among the three that were shown, from 1; 0 if it was none of them. ``sure``: whether
    the model was sure of the first. Not whose, not of which case, nothing of the text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField()
    first = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    chosen = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    sure = models.BooleanField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "first", "chosen", "place", "sure"], name="suggestion_counted_once"
            )
        ]
