"""Foreign keys follow the layers, which the import contract cannot see, and nothing hangs on append-only rows."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from tests.structure.source import layers

# Nothing may have a foreign key to these: they are appended to, swept or unlinked on their own.
LOOSE = {"cases.History", "cases.Look", "notifications.OutboxRow", "safekeeping.Leaf"}
LOOSE |= {"safekeeping.Wrap", "safekeeping.Tombstone", "safekeeping.Tile", "safekeeping.Head"}
LOOSE |= {"safekeeping.Unlinked", "safekeeping.Unlinking"}
HEIGHT = {name: -number for number, names in enumerate(layers()) for name in names}

ForeignKey = models.ForeignKey[models.Model, models.Model]


def package_of(model: type[models.Model]) -> str | None:
    """The package of ours that a model belongs to; None for a library's."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "gongshi" else None


def foreign_keys() -> Iterator[ForeignKey]:
    """Every foreign key of every table, those of the tables between many and many included."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield field


KEYS = list(foreign_keys())


def fault(key: ForeignKey) -> str | None:
    """Why a foreign key must not be, or None."""
    here, there = package_of(key.model), package_of(key.related_model)
    if key.related_model._meta.label in LOOSE:
        return "hangs on append-only rows"
    if here is None:
        # A library's table may know staff accounts and nothing else of ours.
        known = there is None or key.related_model._meta.label == settings.AUTH_USER_MODEL
        return None if known else f"reaches from a library into {there}"
    if there is None:
        return "depends on a library's table"
    return None if here == there or HEIGHT[here] > HEIGHT[there] else f"points up, from {here} to {there}"


def test_foreign_keys_point_down_and_nothing_hangs_on_append_only_rows() -> None:
    assert [f"{key}: {found}" for key in KEYS if (found := fault(key))] == []


def test_keys_that_must_not_be_are_seen() -> None:
    """The checks themselves, on tables that no migration makes."""
    with isolate_apps("gongshi.cases", "gongshi.places"):

        class Upward(models.Model):
            case = models.ForeignKey(apps.get_model("cases", "Case"), on_delete=models.PROTECT)

            class Meta:
                app_label = "places"

        class Hanging(models.Model):
            look = models.ForeignKey(apps.get_model("cases", "Look"), on_delete=models.PROTECT)

            class Meta:
                app_label = "cases"

    Upward.__module__, Hanging.__module__ = "gongshi.places.models", "gongshi.cases.models"
    assert fault(Upward._meta.get_field("case")) == "points up, from places to cases"
    assert fault(Hanging._meta.get_field("look")) == "hangs on append-only rows"


def test_the_append_only_tables_are_there() -> None:
    known = {model._meta.label for model in apps.get_models()}
    assert known >= LOOSE


def test_safekeeping_and_notifications_know_rows_by_opaque_id_only() -> None:
    low = [key for key in KEYS if package_of(key.model) in ("safekeeping", "notifications")]
    assert low == []
