"""Whether figures that a case is counted in are out already. The figures stand above: they register who says so."""

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections

from gongshi.cases.models import Case

LOCK = 7_020_050
"""Of PostgreSQL's advisory locks the one that whoever agrees shares, and whoever releases holds alone."""
Asked = Callable[[Case], bool]
_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Let this say it: in the `ready` of the app that releases figures. Raises ValueError for a second one."""
    if _asked:
        raise ValueError("whether figures are out is said twice")
    _asked.append(asked)


def figures_are_out(case: Case) -> bool:
    """Whether something was released that counts this case. A copy shown now could make counts beside it known.

    In the transaction of a consent: no release ends before it does. So each either counts it or is known to it.
    """
    _lock("SELECT pg_advisory_xact_lock_shared(%s)")
    return any(asked(case) for asked in _asked)


def wait_for_consents() -> None:
    """In the transaction of a release: all consents that began are committed, and others wait until this one is."""
    _lock("SELECT pg_advisory_xact_lock(%s)")


def _lock(statement: str) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    # SQLite has one writer at a time, and its transactions begin as one.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, [LOCK])
