"""What was deleted is rewritten, so that no old page of a database's files still holds it.

SQLite overwrites deleted rows (``secure_delete``), but its write-ahead log keeps the pages as they were until it is
emptied. PostgreSQL never overwrites: a deleted row's bytes stay in its page, also after a plain VACUUM, in the
write-ahead log, and, as samples, in the planner's statistics. So tables are written anew (VACUUM FULL), the log is
pushed on by one segment, which the server's next checkpoint then takes away, and columns that hold keys or words are
never sampled: a model names them (``never_sampled``). What the server must be told for this: docs/operate/debian.md.
"""

import logging
import time
from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, connections, router

LARGEST = 64 * 1024**2
"""Bytes of a table on PostgreSQL beyond which it is not written anew here: nobody files for seconds."""
PATIENCE = 2.0
"""Seconds that the rewriting of one table waits for readers at work, and those who come later for it; and seconds that
it waits at first for transactions that began earlier."""
_POLL = 0.02
_PIECE = 1024**2
log = logging.getLogger("gongshi.safekeeping")


def rewrite_deleted(alias: str, tables: Iterable[str], *, sealed: Iterable[str] = ()) -> bool:
    """Rewrite what was deleted from some tables of a database. Not inside a transaction.

    ``sealed`` tables hold nothing but what opens no more once its keys are gone: PostgreSQL only vacuums them. Others
    at work may put it off; the next call does it. Returns whether nothing was put off.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return True
        for table in sealed:
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
        alone = _nobody_sees_it(cursor, alias)
        written = [_write_anew(cursor, connection.ops.quote_name(table)) for table in tables]
        _push_log_on(cursor)
    return alone and all(written)


_EARLIER = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) < %(now)s::xid8 OR EXISTS (
    SELECT FROM pg_stat_activity
    WHERE coalesce(datname, current_database()) = current_database() AND pid <> pg_backend_pid()
    AND age(backend_xmin) > age(%(now)s::xid8::xid)
) OR EXISTS (SELECT FROM pg_replication_slots WHERE age(xmin) > age(%(now)s::xid8::xid))
"""


def _nobody_sees_it(cursor: Any, alias: str) -> bool:
    """Wait until every transaction is over that began before now; False where one goes on.

    What such a transaction might still see is written anew too. A snapshot counts who writes in any database of the
    server, not only in this one.
    """
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    now, ends = cursor.fetchone()[0], time.monotonic() + PATIENCE
    while True:
        cursor.execute(_EARLIER, {"now": now})
        if cursor.fetchone() == (False,):
            return True
        if time.monotonic() > ends:
            log.warning(
                "A transaction goes on for long: what was deleted meanwhile stays in %s till later", alias
            )
            return False
        time.sleep(_POLL)


def _write_anew(cursor: Any, table: str) -> bool:
    if size(cursor, table) > LARGEST:
        log.warning("%s is too large to be written anew at work; what was deleted stays in its pages", table)
        cursor.execute(f"VACUUM {table}")
        return False
    cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
    try:
        cursor.execute(f"VACUUM (FULL) {table}")
    except OperationalError:
        log.warning("%s is in use: what was deleted stays in its pages until the next time", table)
        return False
    finally:
        cursor.execute("RESET lock_timeout")
    return True


def size(cursor: Any, table: str) -> int:
    """Bytes of a table on PostgreSQL, with what is stored apart of it, without its indexes."""
    cursor.execute("SELECT pg_table_size(%s::regclass)", [table])
    return int(cursor.fetchone()[0])


def _push_log_on(cursor: Any) -> None:
    """Fill one segment of the write-ahead log, so that everything before lies in segments that are over.

    By messages that mean nothing: they take no right, as switching to the next segment would.
    """
    cursor.execute(
        "SELECT count(pg_logical_emit_message(false, 'gongshi', repeat('.', %s)))"
        " FROM generate_series(1, pg_size_bytes(current_setting('wal_segment_size')) / %s)",
        [_PIECE, _PIECE],
    )


def keep_unsampled(sender: Any, using: str, **_told: Any) -> None:
    """After an app's migrations: what its models call ``never_sampled`` is not sampled, also where no step said so."""
    if connections[using].vendor != "postgresql":
        return
    for model in sender.get_models():
        columns = getattr(model, "never_sampled", ())
        if columns and router.allow_migrate_model(using, model):
            table = model._meta.db_table
            sampled = [column for column in columns if _is_sampled(using, table, column)]
            if sampled:
                with connections[using].schema_editor() as editor:
                    never_sampled(editor, table, sampled)


def _is_sampled(alias: str, table: str, column: str) -> bool:
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
            " AND attstattarget IS DISTINCT FROM 0",
            [connection.ops.quote_name(table), column],
        )
        return cursor.fetchone() is not None


def never_sampled(schema_editor: Any, table: str, columns: Iterable[str]) -> None:
    """PostgreSQL keeps no samples of these columns among its statistics, and forgets those it has."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.connection.ops.quote_name
    with schema_editor.connection.cursor() as cursor:
        for column in columns:
            cursor.execute(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attname = %s",
                [quote(table), column],
            )
            kind = cursor.fetchone()[0]
            # Saying the same type again changes nothing of the table, and drops its samples.
            for change in (f"TYPE {kind}", "SET STATISTICS 0"):
                cursor.execute(f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} {change}")
