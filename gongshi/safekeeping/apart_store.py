"""The wraps store: a database of its own, so that no backup of the other one holds a key (Django's alias ``wraps``).

Two databases cannot commit as one. Wraps are therefore committed before the rows that need them: a crash between the
two leaves wraps of something that never was, which open nothing and are swept, and never a case that nothing opens.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from weakref import WeakKeyDictionary, ref

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from gongshi.safekeeping.scrubbing import rewrite_deleted

STORE = "wraps"
LABEL = "safekeeping"


class KeptApart(models.Model):
    """A table of the wraps store. Nothing in it has a foreign key, and nothing is ever joined with it."""

    class Meta:
        abstract = True


# Named, as migrations know models by their names alone; a test holds this against the subclasses of `KeptApart`.
TABLES = frozenset({"wrap", "tombstone", "lasthead", "keypair", "lockedkey", "keywrap"})


class StoreRouter:
    """Sends the tables of `TABLES` to the wraps store and every other to the database."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        """The alias that this model's rows lie in."""
        return STORE if issubclass(model, KeptApart) else DEFAULT_DB_ALIAS

    db_for_write = db_for_read

    def allow_relation(self, first: models.Model, second: models.Model, **_hints: Any) -> bool:
        """Whether two rows may refer to each other: never across the two."""
        return isinstance(first, KeptApart) == isinstance(second, KeptApart)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: Any) -> bool:
        """Whether a migration's operation belongs into ``db``."""
        apart = app_label == LABEL and model_name in TABLES
        return apart == (db == STORE)


# By connection: a new one, of the store or of the database, may lead to another server.
_shared: WeakKeyDictionary[Any, tuple[ref[Any], bool]] = WeakKeyDictionary()
_SERVER = "SELECT system_identifier, pg_postmaster_start_time() FROM pg_control_system()"


def shares_its_log() -> bool:
    """Whether store and database are databases of one PostgreSQL server, which keeps one write-ahead log for both.

    It is in the order of the commits, and a durable commit waits until the log is on the disk up to itself. So what
    the store commits need not wait for the disk where a commit in the database follows: a power cut between the two
    takes away the later one too.
    """
    pair = [connections[alias] for alias in (STORE, DEFAULT_DB_ALIAS)]
    if any(one.vendor != "postgresql" for one in pair):
        return False
    for one in pair:
        one.ensure_connection()
    store, database = (one.connection for one in pair)
    known = _shared.get(store)
    if known is None or known[0]() is not database:
        known = _shared[store] = (ref(database), _server(pair[0]) == _server(pair[1]))
    return known[1]


def _server(wrapper: Any) -> tuple[Any, ...]:
    with wrapper.wrap_database_errors, wrapper.connection.cursor() as cursor:
        cursor.execute(_SERVER)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


@contextmanager
def recorded_first() -> Iterator[None]:
    """A change of the store together with its record in the database, of which the record is committed first.

    A crash between the two leaves a record of what was not done, never something done without a record. An error
    before leaves neither. Not inside a transaction of the database, which would keep the record back.
    """
    with ExitStack() as store, transaction.atomic():
        store.enter_context(transaction.atomic(using=STORE))
        yield


def scrub() -> bool:
    """Rewrite what the store has deleted, so that no old page of its files still holds a wrap (`rewrite_deleted`)."""
    return rewrite_deleted(STORE, [f"{LABEL}_{table}" for table in sorted(TABLES)])
