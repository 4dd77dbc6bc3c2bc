"""What was deleted is rewritten, so that no old page of a database's files still holds it."""

from collections.abc import Iterable

from django.db import connections


def rewrite_deleted(alias: str, tables: Iterable[str]) -> None:
    """Rewrite what was deleted from some tables of a database. Not inside a transaction.

    SQLite overwrites deleted rows (``secure_delete``), but the write-ahead log keeps the pages as they were until it
    is emptied; PostgreSQL keeps deleted rows until they are vacuumed. Readers at work may put it off: the next call
    does it.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in tables:
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
