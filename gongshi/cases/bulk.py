"""Inserting very many rows of one table."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

# What drivers take as it is.
_PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.BinaryField)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one table in one statement: COPY where there is one, else one that the driver repeats.

    `bulk_create` writes statements as long as their rows and splits them where the database's limit lies: three times
    the work for a thousand rows, and a number of statements that depends on the table's width. Keys must be set.
    """
    model = type(rows[0])
    fields = model._meta.local_concrete_fields
    connection = connections[router.db_for_write(model)]
    quoted = connection.ops.quote_name
    table, columns = quoted(model._meta.db_table), ", ".join(quoted(str(field.column)) for field in fields)
    adapted = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field, connection))]
    take = attrgetter(*(field.attname for field in fields))
    values = [_values(take(one), adapted) for one in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608


Adapter = Callable[[Any], Any]


def _values(taken: tuple[Any, ...], adapted: list[tuple[int, Adapter]]) -> list[Any]:
    values = list(taken)
    for place, adapt in adapted:
        if values[place] is not None:
            values[place] = adapt(values[place])
    return values


def _adapter(field: Any, connection: BaseDatabaseWrapper) -> Adapter | None:
    """What the field makes of its values for this database; None where that is nothing."""
    stored = field.target_field if field.is_relation else field
    if isinstance(stored, _PLAIN):
        return None
    if isinstance(stored, models.UUIDField):
        return None if connection.features.has_native_uuid_field else attrgetter("hex")
    return lambda value: stored.get_db_prep_save(value, connection)
