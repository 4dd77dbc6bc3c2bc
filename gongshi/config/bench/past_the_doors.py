"""Writing very much at once, as a restore would: no reference is checked, what searches is built at the end."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unchecked() -> Iterator[None]:
    """The entered instance's database takes rows as they are; at the end it counts and indexes what there is."""
    from gongshi.cases.public_index import lay

    without_checks(index=False)
    try:
        yield
    finally:
        with_checks()
    lay("default")
    settle()


def without_checks(*, index: bool) -> None:
    """Check no reference on this connection; ``index`` False: drop PostgreSQL's index of published copies."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
            return
        cursor.execute("SET session_replication_role = replica")
        if not index:
            cursor.execute("DROP INDEX IF EXISTS cases_publiccase_index")


def with_checks() -> None:
    """Check references again on this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        light = connection.vendor == "sqlite"
        cursor.execute("PRAGMA foreign_keys = ON" if light else "SET session_replication_role = DEFAULT")


def settle() -> None:
    """Statistics, and on PostgreSQL what autovacuum does by and by: indexes answer alone for settled pages only."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
