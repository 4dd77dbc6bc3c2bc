"""On the replica: its tables, the subscription that fills them, and how it goes."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from gongshi.config.checking.findings import Finding, fault, note, well
from gongshi.config.replica.tables import OWN, PUBLICATION, PUBLISHED, WITHHELD

SILENT = timedelta(minutes=2)
"""A main server that is there says something every half minute at least."""
_POLL = 0.1


def may_write(cursor: Any) -> None:
    """Let this session change the replica, which pages never do."""
    cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


def loosen(cursor: Any) -> None:
    """Let published tables hold rows without the columns that are withheld, or that another version has not yet."""
    for table in PUBLISHED:
        cursor.execute(
            "SELECT attname FROM pg_attribute a WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull"
            " AND NOT attisdropped AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid"
            " AND i.indisprimary AND a.attnum = ANY (i.indkey))",
            [table],
        )
        if changes := [f'ALTER COLUMN "{name}" DROP NOT NULL' for (name,) in cursor.fetchall()]:
            cursor.execute(f'ALTER TABLE "{table}" {", ".join(changes)}')


def subscribe(cursor: Any, name: str, main: str, *, anew: bool) -> None:
    """Make the subscription ``name`` to the main server's database ``main`` (a libpq address), or bring it up to date.

    ``anew``: forget one that is there with all rows that it brought. Not inside a transaction.
    """
    from psycopg.sql import SQL, Identifier, Literal

    called = SQL("{}").format(Identifier(name)).as_string(None)
    if anew and _is_there(cursor, name):
        _end(cursor, called)
        cursor.execute(f"TRUNCATE {', '.join(PUBLISHED)} CASCADE")
    if _is_there(cursor, name):
        if main:
            cursor.execute(f"ALTER SUBSCRIPTION {called} CONNECTION {Literal(main).as_string(None)}")
        cursor.execute(f"ALTER SUBSCRIPTION {called} REFRESH PUBLICATION")
        return
    to = Literal(main).as_string(None)
    # Columns come as text: both ends may be of different versions of PostgreSQL.
    cursor.execute(f"CREATE SUBSCRIPTION {called} CONNECTION {to} PUBLICATION {PUBLICATION}")


def _end(cursor: Any, called: str) -> None:
    """End a subscription and its slot on the main server; where that does not answer, the subscription alone."""
    from django.db import Error

    try:
        cursor.execute(f"DROP SUBSCRIPTION {called}")
    except Error:
        cursor.execute(f"ALTER SUBSCRIPTION {called} DISABLE")
        cursor.execute(f"ALTER SUBSCRIPTION {called} SET (slot_name = NONE)")
        cursor.execute(f"DROP SUBSCRIPTION {called}")


def _is_there(cursor: Any, name: str) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid"
        " WHERE datname = current_database() AND subname = %s",
        [name],
    )
    return bool(cursor.fetchone()[0])


def tables_to_come(cursor: Any) -> int:
    """How many tables were not copied to their end yet."""
    cursor.execute("SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")
    waiting = int(cursor.fetchone()[0])
    cursor.execute("SELECT count(*) FROM pg_subscription_rel")
    return waiting + max(0, len(PUBLISHED) - int(cursor.fetchone()[0]))


def wait(cursor: Any, seconds: float, told: Callable[[int], None] = lambda _left: None) -> bool:
    """Wait until every table was copied, ``seconds`` at most; whether they were."""
    ends = time.monotonic() + seconds
    while left := tables_to_come(cursor):
        told(left)
        if time.monotonic() > ends:
            return False
        time.sleep(_POLL)
    return True


def findings(cursor: Any, folder: Path) -> Iterator[Finding]:
    """Everything that should be in order on a replica."""
    from gongshi.config.stores import keys_too_many

    if found := keys_too_many():
        yield fault(found.zh, found.en)
    else:
        yield well(f"{folder} 里没有钥匙", f"there are no keys in {folder}")
    yield from _subscription(cursor)
    if left := tables_to_come(cursor):
        yield note(f"还有{left}个表没有抄完", f"{left} tables are not copied to their end yet")
    else:
        yield well(f"{len(PUBLISHED)}个表都抄完了", f"all {len(PUBLISHED)} tables are copied")
    yield _private(cursor)


def _subscription(cursor: Any) -> Iterator[Finding]:
    cursor.execute(
        "SELECT s.subname, s.subenabled, t.pid IS NOT NULL, clock_timestamp() - t.last_msg_receipt_time,"
        " pg_wal_lsn_diff(t.received_lsn, t.latest_end_lsn)::bigint, e.apply_error_count + e.sync_error_count"
        " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
        " LEFT JOIN pg_stat_subscription t ON t.subid = s.oid AND t.relid IS NULL"
        " LEFT JOIN pg_stat_subscription_stats e ON e.subid = s.oid WHERE d.datname = current_database()"
    )
    rows = cursor.fetchall()
    if not rows:
        yield fault(
            "还没有订阅：gongshi replica subscribe", "nothing is subscribed to: gongshi replica subscribe"
        )
    for name, enabled, runs, silence, behind, errors in rows:
        if not enabled or not runs or silence is None or silence > SILENT:
            yield fault(
                f"订阅 {name} 没有在收：看 PostgreSQL 的日志（出错{errors or 0}次）",
                f"the subscription {name} receives nothing: see PostgreSQL's log ({errors or 0} errors)",
            )
        else:
            zh, en = f"{silence.seconds}秒前收到", f"heard of {silence.seconds} s ago"
            late = behind or 0
            yield well(
                f"订阅 {name}，{zh}，差{late}字节", f"the subscription {name}: {en}, {late} bytes behind"
            )


def _private(cursor: Any) -> Finding:
    held = sorted(private_rows(cursor))
    if held:
        return fault(
            f"这些表或列不该有内容：{', '.join(held)}",
            f"nothing should lie in {', '.join(held)}: this is no replica",
        )
    return well("没有公开以外的内容", "there is nothing that is not public")


def private_rows(cursor: Any) -> Iterator[str]:
    """Tables, and withheld columns of published ones, that hold anything though they should not."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in cursor.fetchall():
        if table not in PUBLISHED and table not in OWN and _any(cursor, table, "TRUE"):
            yield table
    for table, columns in WITHHELD.items():
        for column in columns:
            if _any(cursor, table, f'"{column}" IS NOT NULL'):
                yield f"{table}.{column}"


def _any(cursor: Any, table: str, condition: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {condition})')  # noqa: S608 (names of our own tables)
    return bool(cursor.fetchone()[0])
