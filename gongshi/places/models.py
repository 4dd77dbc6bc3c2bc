"""One instance, one place: its areas at any depth, the names people use for them, and its calendars."""

from django.db import models
from django.db.models import Q

from gongshi.safekeeping.ids import new_id


class Place(models.Model):
    """The place that this instance serves. There is exactly one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    reference_prefix = models.CharField(max_length=4)
    time_zone = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="zh")
    latitude = models.FloatField()
    longitude = models.FloatField()
    calendar = models.CharField(max_length=40)
    operator = models.CharField(max_length=60)
    settings = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    revision = models.PositiveBigIntegerField(default=1)


class Dated(models.Model):
    """Something that a place has from one day to another; what cases used is retired, never deleted."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Area(Dated):
    """A place on the map: a county, a street, a community, a grid. Its boundary is GeoJSON (WGS 84)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    level = models.SlugField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    boundary = models.JSONField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Alias(models.Model):
    """A name that people use for a spot or an area: a road, an estate, a shop, a bus stop."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="aliases")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "area"], name="alias_once_per_area")]


class Calendar(models.Model):
    """One version of a calendar. A library may propose one; only what stands here counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    name = models.JSONField()
    content = models.JSONField()
    loaded_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="calendar_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(current=True), name="calendar_one_current"),
        ]
