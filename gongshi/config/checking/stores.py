"""The database and the wraps store: reachable, durable, up to date, and apart from each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gongshi.config import stores
from gongshi.config.checking.findings import Finding, fault, note, well
from gongshi.safekeeping.scrubbing import LARGEST, size

FORGETTING = {
    "wal_recycle": {"off"},
    "archive_mode": {"off"},
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
    "log_min_error_statement": {"fatal", "panic"},
}
MOST_APART = 5.0
"""Seconds that a database server's clock may differ from this machine's."""


def findings() -> Iterator[Finding]:
    """Everything about each store; the rest is left out of one that cannot be reached."""
    from django.db import Error, connections

    for alias, (zh, en) in stores.NAMES.items():
        if found := stores.trouble(alias, thorough=True):
            yield fault(found.zh, found.en)
            continue
        try:
            yield from _store(connections[alias], zh, en)
        except Error as error:
            yield fault(f"{zh}不能用：{type(error).__name__}", f"{en} cannot be used")
    yield _apart()


def _store(connection: Any, zh: str, en: str) -> Iterator[Finding]:
    connection.ensure_connection()
    weak = list(_weak_settings(connection))
    for name, is_, wanted in weak:
        yield fault(
            f"{zh}的 {name} 是 {is_}，要 {wanted}：停电会丢已答应的来件",
            f"{en} has {name} = {is_} instead of {wanted}: a power cut would lose what was acknowledged",
        )
    if not weak:
        yield well(f"{zh}可用，断电不丢", f"{en} can be used and survives a power cut")
    missing = stores.missing_migrations(connection.alias)
    if missing:
        yield fault(
            f"{zh}还差{missing}步升级：运行 gongshi upgrade",
            f"{en} lacks {missing} steps: run gongshi upgrade",
        )
    if connection.vendor == "postgresql":
        yield from _clock(connection, zh, en)
        yield from _lingering(connection, zh, en)


def _weak_settings(connection: Any) -> Iterator[tuple[str, str, str]]:
    wanted = (
        {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1"}
        if connection.vendor == "sqlite"
        else {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
    )
    ask = "PRAGMA" if connection.vendor == "sqlite" else "SHOW"
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute(f"{ask} {name}")
            is_ = str(cursor.fetchone()[0])
            if is_ != value:
                yield name, is_, value


def _lingering(connection: Any, zh: str, en: str) -> Iterator[Finding]:
    """Where PostgreSQL keeps what the program destroyed longer than the program can help."""
    for name, is_ in kept_in_logs(connection):
        yield note(
            f"{zh}的 {name} 是 {is_}：删除了的，PostgreSQL 的日志还留着（docs/operate/debian.md）",
            f"{en} has {name} = {is_}: PostgreSQL's logs keep what was erased",
        )
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in sorted(name for name in tables if size(cursor, name) > LARGEST):
            yield note(
                f"{zh}的表 {table} 太大，运行时不重写：夜里自己 VACUUM FULL",
                f"{en}'s table {table} is too large to be written anew at work: VACUUM FULL it yourself at night",
            )


def kept_in_logs(connection: Any) -> Iterator[tuple[str, str]]:
    """Settings of PostgreSQL by which its logs keep keys and published words, and what they are."""
    with connection.cursor() as cursor:
        for name, values in FORGETTING.items():
            cursor.execute(f"SHOW {name}")
            is_ = str(cursor.fetchone()[0])
            if is_ not in values:
                yield name, is_


def _clock(connection: Any, zh: str, en: str) -> Iterator[Finding]:
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    if apart > MOST_APART:
        yield fault(
            f"{zh}的时钟和本机差{apart:.0f}秒：对好时间", f"{en}'s clock is {apart:.0f} s off this machine's"
        )


def _place(connection: Any) -> tuple[str, ...]:
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return (str(Path(at["NAME"]).resolve()),)
    return (str(at["HOST"]), str(at["PORT"]), str(at["NAME"]))


def _apart() -> Finding:
    from django.db import connections

    places = {_place(one) for one in connections.all()}
    if len(places) < len(list(connections)):
        return fault(
            "钥匙库和数据库是同一个：备份里会有开它的钥匙",
            "the wraps store is the database itself: its backups would hold the keys to it",
        )
    return well("钥匙库和数据库分开", "the wraps store is apart from the database")
