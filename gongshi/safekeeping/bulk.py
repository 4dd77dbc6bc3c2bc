"""Inserting rows without asking them anything more: for very many at once, and where every millisecond counts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

# Up to so many rows stand in one statement; more are quicker one by one, and the text of a statement is made once.
FEW = 8
# From so many rows on COPY is quicker than a statement that is repeated, four times for a thousand.
MANY = 100
# What drivers take as it is.
_PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.BinaryField)


@dataclass(frozen=True)
class _Plan:
    """How the rows of one table go into one kind of database. ``copy`` is empty where there is no COPY."""

    into: str
    row: str
    copy: str
    take: Callable[[models.Model], tuple[Any, ...]]
    adapted: list[tuple[int, "Adapter"]]

    def statement(self, rows: int) -> str:
        """What inserts so many rows at once."""
        return f"INSERT INTO {self.into} VALUES {', '.join([self.row] * rows)}"  # noqa: S608


def insert_all(rows: Sequence[models.Model], *, using: str = "", also: str = "") -> None:
    """Insert unsaved rows of one table, in one statement: a few stand in it, the driver repeats it for more, or copies.

    ``using`` is a database's alias, if it is not the table's own. ``also`` is an expression of PostgreSQL's that is
    worked out in the statement of a few rows (`FEW`), so that outside a transaction the two are one by themselves.

    `bulk_create` writes statements as long as their rows and splits them where the database's limit lies: three times
    the work for a thousand rows, and a number of statements that depends on the table's width. Keys must be set.
    """
    model = type(rows[0])
    alias = using or router.db_for_write(model)
    connection = connections[alias]
    plan = _plan(model, alias)
    values = [_values(plan.take(one), plan.adapted) for one in rows]
    if len(values) <= FEW:
        statement = plan.statement(len(values))
        with _preparing(connection) as cursor:
            cursor.execute(
                f"{statement} RETURNING {also}" if also else statement,
                [each for row in values for each in row],
            )
        return
    with connection.cursor() as cursor:
        if plan.copy and len(values) >= MANY:
            with connection.wrap_database_errors, cursor.copy(plan.copy) as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(plan.statement(1), values)


def _preparing(connection: BaseDatabaseWrapper) -> Any:
    """A cursor on which PostgreSQL parses and plans a statement once, however often it comes: a third less work."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    # Django's stubs know neither what this class is made from, nor that it is what a wrapper is made around.
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )


@contextmanager
def one_after_another() -> Iterator[None]:
    """Inserts inside go out without waiting for the reply to the one before; what fails, fails at the end.

    Only for `insert_all` of a few rows each, inside a transaction. On SQLite nothing travels, and it changes nothing.
    """
    connection = connections[router.db_for_write(models.Model)]
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@cache
def _plan(model: type[models.Model], alias: str) -> _Plan:
    connection = connections[alias]
    fields = model._meta.local_concrete_fields
    quoted = connection.ops.quote_name
    table = f"{quoted(model._meta.db_table)} ({', '.join(quoted(str(field.column)) for field in fields)})"
    places = ", ".join(["%s"] * len(fields))
    copy = f"COPY {table} FROM STDIN" if connection.vendor == "postgresql" else ""
    adapted = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field, connection))]
    return _Plan(table, f"({places})", copy, _taking([field.attname for field in fields]), adapted)


def _taking(names: list[str]) -> Callable[[models.Model], tuple[Any, ...]]:
    """What takes a row's values; `attrgetter` gives a tuple for two names or more only."""
    take = attrgetter(*names)
    return take if len(names) > 1 else lambda row: (take(row),)


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
    if type(stored) is models.DateTimeField:
        return None if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value
    return lambda value: stored.get_db_prep_save(value, connection)
