"""On the main server: the publication that a replica reads, the role that may read it, and how it goes."""

from collections.abc import Iterator, Mapping
from typing import Any

from gongshi.config.checking.findings import Finding, fault, note, well
from gongshi.config.replica.tables import PUBLICATION, PUBLISHED

LEAST_VERSION = 150_000
"""The first PostgreSQL that publishes some columns of a table."""
FAR_BEHIND = 64 * 1024**2
"""Bytes of the write-ahead log that wait for a replica, beyond which it is said."""


class Unfit(Exception):
    """The server cannot publish: what has to be done first, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def statements(cursor: Any, role: str) -> list[str]:
    """What makes the publication, or changes one that is there, and lets ``role`` read its columns. Safe to run twice.

    Raises Unfit for a server that cannot publish, and for a role that is not there.
    """
    require_fit(cursor)
    if role and _one(cursor, "SELECT count(*) FROM pg_roles WHERE rolname = %s", [role]) == 0:
        raise Unfit(
            f"没有角色 {role}：用 postgres 用户运行 CREATE ROLE {role} LOGIN REPLICATION PASSWORD '…'",
            f"there is no role {role}: as postgres, CREATE ROLE {role} LOGIN REPLICATION PASSWORD '...'",
        )
    tables = ", ".join(f"{_quoted(table)} ({_list(columns)})" for table, columns in PUBLISHED.items())
    there = _one(cursor, "SELECT count(*) FROM pg_publication WHERE pubname = %s", [PUBLICATION])
    made = (
        f"ALTER PUBLICATION {PUBLICATION} SET TABLE"
        if there
        else f"CREATE PUBLICATION {PUBLICATION} FOR TABLE"
    )
    return [f"{made} {tables}", *(_grants(role) if role else ())]


def _grants(role: str) -> Iterator[str]:
    named = _quoted(role)
    yield f"GRANT USAGE ON SCHEMA public TO {named}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {named}"
    for table, columns in PUBLISHED.items():
        yield f"GRANT SELECT ({_list(columns)}) ON {_quoted(table)} TO {named}"


def require_fit(cursor: Any) -> None:
    """Raise Unfit for a server that is too old, or whose log does not say enough."""
    version = int(_one(cursor, "SHOW server_version_num"))
    if version < LEAST_VERSION:
        raise Unfit(
            f"PostgreSQL {version // 10_000} 太旧，要15以上",
            f"PostgreSQL {version // 10_000} is too old: 15 or newer is needed",
        )
    level = _one(cursor, "SHOW wal_level")
    if level != "logical":
        raise Unfit(
            f"wal_level 是 {level}：用 postgres 用户运行 ALTER SYSTEM SET wal_level = logical，再重启 PostgreSQL",
            f"wal_level is {level}: as postgres, ALTER SYSTEM SET wal_level = logical, and restart PostgreSQL",
        )


def findings(cursor: Any, role: str) -> Iterator[Finding]:
    """Everything that should be in order on the main server."""
    try:
        require_fit(cursor)
    except Unfit as why:
        yield fault(why.zh, why.en)
        return
    yield _publication(published(cursor))
    yield from _others(cursor)
    if role:
        yield _role(cursor, role)
    if _one(cursor, "SHOW max_slot_wal_keep_size") == "-1":
        yield fault(
            "max_slot_wal_keep_size 没有限：副本停了，日志会越积越多，删掉的也留在里面",
            "max_slot_wal_keep_size has no limit: while a replica is away the log grows, and keeps what was erased",
        )
    yield from _slots(cursor)


def published(cursor: Any) -> dict[str, set[str]]:
    """The columns by table that the publication has now."""
    cursor.execute("SELECT tablename, attnames FROM pg_publication_tables WHERE pubname = %s", [PUBLICATION])
    return {table: set(columns) for table, columns in cursor.fetchall()}


def _publication(found: Mapping[str, set[str]]) -> Finding:
    wanted = {table: set(columns) for table, columns in PUBLISHED.items()}
    if found == wanted:
        return well(
            f"发布了{len(found)}个表，都是公开的", f"{len(found)} tables are published, all of them public"
        )
    strange = sorted(table for table in found.keys() | wanted.keys() if found.get(table) != wanted.get(table))
    return fault(
        f"发布的表或列不对：{', '.join(strange)}。运行 gongshi replica publish",
        "these tables are not published as they should be; run gongshi replica publish",
    )


def _others(cursor: Any) -> Iterator[Finding]:
    """Any role with REPLICATION may have any publication told to it: no grant is asked for."""
    cursor.execute(
        "SELECT pubname, tablename, attnames FROM pg_publication_tables WHERE pubname <> %s", [PUBLICATION]
    )
    found = {name for name, table, columns in cursor.fetchall() if {*columns} - {*PUBLISHED.get(table, ())}}
    if found:
        named = ", ".join(sorted(found))
        yield fault(
            f"发布 {named} 里有不公开的列，副本的角色也能收到：PostgreSQL 不问权限。用 DROP PUBLICATION 去掉",
            f"{named} publishes what is not public, and the replica's role may have it told: PostgreSQL asks for no "
            "right there. DROP PUBLICATION it",
        )


def _role(cursor: Any, role: str) -> Finding:
    """The replica's role reads what is published, and is no superuser, who could read everything."""
    cursor.execute("SELECT rolsuper, rolreplication FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found != (False, True):
        return fault(
            f"角色 {role} 要有 REPLICATION，不能是超级用户",
            f"the role {role} must have REPLICATION and be no superuser",
        )
    cursor.execute(
        "SELECT relname, attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0"
        " AND NOT attisdropped WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace"
        " AND has_column_privilege(%s, c.oid, attnum, 'SELECT')",
        [role],
    )
    wanted = {(table, column) for table, columns in PUBLISHED.items() for column in columns}
    if strange := sorted({table for table, _ in {*cursor.fetchall()} ^ wanted}):
        return fault(
            f"角色 {role} 能读的表不对：{', '.join(strange)}。运行 gongshi replica publish",
            f"the role {role} may not read what it should; run gongshi replica publish",
        )
    return well(f"角色 {role} 只能读公开的列", f"the role {role} reads public columns alone")


def _slots(cursor: Any) -> Iterator[Finding]:
    cursor.execute(
        "SELECT slot_name, active, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint"
        " FROM pg_replication_slots WHERE database = current_database() AND plugin = 'pgoutput' AND NOT temporary"
    )
    slots = cursor.fetchall()
    if not slots:
        yield note("还没有副本", "there is no replica yet")
    for name, active, status, behind in slots:
        zh, en = (
            f"副本 {name} 落后 {behind or 0:,} 字节",
            f"the replica {name} is {behind or 0:,} bytes behind",
        )
        if status == "lost":
            yield fault(
                f"副本 {name} 停得太久，要重做：gongshi replica subscribe --anew",
                f"the replica {name} was away for too long; begin again with gongshi replica subscribe --anew",
            )
        elif not active:
            yield fault(f"{zh}，没有连着", f"{en} and not connected")
        else:
            yield (note if (behind or 0) > FAR_BEHIND else well)(zh, en)


def _list(columns: tuple[str, ...]) -> str:
    return ", ".join(_quoted(column) for column in columns)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _one(cursor: Any, statement: str, values: Any = None) -> Any:
    cursor.execute(statement, values)
    return cursor.fetchone()[0]
