"""Inserting rows without asking them anything more: for very many at once, and where every millisecond counts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Up to so many rows stand in one statement; more are quicker one by one, and the text of a statement is made once.
FEW = 8
# From so many rows on COPY is quicker than a statement that is repeated, four times for a thousand.
MANY = 100
# What drivers take as it is.
_PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.BinaryField)


@dataclass(frozen=True)
class _Plan:
    """How the rows of one table go into one kind of database.

    ``statements`` insert one row, two, and so on up to `FEW`. ``copy`` is empty where there is no COPY.
    """

    statements: list[str]
    copy: str
    take: Callable[[models.Model], tuple[Any, ...]]
    adapted: list[tuple[int, "Adapter"]]

    def values(self, rows: Sequence[models.Model]) -> list[list[Any]]:
        """What to insert. What rows have in common, as the time they are made at, is adapted once."""
        values = [list(self.take(row)) for row in rows]
        for place, adapt in self.adapted:
            last = adapted = None
            for row in values:
                if row[place] is not last:
                    last = row[place]
                    adapted = None if last is None else adapt(last)
                row[place] = adapted
        return values


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
    if len(rows) <= FEW:
        _execute(connection, *statement_of(rows, alias=alias, also=also))
        return
    plan = _plan(model, alias)
    values = plan.values(rows)
    with connection.cursor() as cursor:
        if plan.copy and len(values) >= MANY:
            with connection.wrap_database_errors, cursor.copy(plan.copy) as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(plan.statements[0], values)


def statement_of(rows: Sequence[models.Model], *, alias: str, also: str = "") -> tuple[str, list[Any]]:
    """The statement that inserts a few rows, and the values in it. See `insert_all`."""
    plan = _plan(type(rows[0]), alias)
    statement = plan.statements[len(rows) - 1]
    values = [each for row in plan.values(rows) for each in row]
    return f"{statement} RETURNING {also}" if also else statement, values


def insert_apart(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one table and commit them, outside transactions: a few by their one statement alone."""
    alias = router.db_for_write(type(rows[0]))
    connection = connections[alias]
    if len(rows) > FEW:
        with transaction.atomic(using=alias):
            insert_all(rows)
    elif connection.vendor == "sqlite":
        # Our own backend (`gongshi.config.queued_sqlite3`), which Django's stubs do not know.
        with connection.in_turn():  # type: ignore[attr-defined]
            insert_all(rows)
    else:
        insert_all(rows)


def _execute(connection: BaseDatabaseWrapper, statement: str, values: list[Any]) -> None:
    if connection.vendor == "postgresql":
        known, cursor = _prepared(connection, statement)
        cursor.execute(known, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# Of each connection: the driver's own, and a cursor on it for each statement.
_cursors: WeakKeyDictionary[BaseDatabaseWrapper, tuple[Any, dict[str, tuple[str, Any]]]] = WeakKeyDictionary()


def _prepared(connection: BaseDatabaseWrapper, statement: str) -> tuple[str, Any]:
    """The statement and a cursor on which PostgreSQL parses and plans it once, however often it comes.

    A new cursor would find out anew how each value is sent, and so does one that is given another text, even an equal
    one: together half of the work.
    """
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    driver, known = _cursors.get(connection, (None, {}))
    if driver is not connection.connection:
        driver, known = _cursors[connection] = connection.connection, {}
    if statement not in known:
        # Django's stubs do not know what this class is made from.
        known[statement] = statement, ServerBindingCursor(driver)  # type: ignore[call-arg]
    text, cursor = known[statement]
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return text, make(cursor)


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
    row = f"({', '.join(['%s'] * len(fields))})"
    statements = [f"INSERT INTO {table} VALUES {', '.join([row] * few)}" for few in range(1, FEW + 1)]  # noqa: S608
    copy = f"COPY {table} FROM STDIN" if connection.vendor == "postgresql" else ""
    adapted = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field, connection))]
    return _Plan(statements, copy, _taking([field.attname for field in fields]), adapted)


def _taking(names: list[str]) -> Callable[[models.Model], tuple[Any, ...]]:
    """What takes a row's values; `attrgetter` gives a tuple for two names or more only."""
    take = attrgetter(*names)
    return take if len(names) > 1 else lambda row: (take(row),)


Adapter = Callable[[Any], Any]


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
