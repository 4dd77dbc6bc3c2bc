"""A few rows on their way into PostgreSQL while this thread does something else, on another connection.

A cursor waits for the reply to each statement, and with several threads in a process each wait costs more than the
statement. libpq can send one and fetch its reply later (`psycopg.pq`; the PostgreSQL manual's "Asynchronous Command
Processing").
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import Error, ProgrammingError, connections, models, router
from psycopg import adapt, errors, generators, pq

from gongshi.safekeeping.bulk import insert_all, statement_of

_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
# Of each connection of the driver: what writes values, and names of statements (text, types) that its server knows.
_known: WeakKeyDictionary[Any, tuple[Any, dict[tuple[str, Any], bytes]]] = WeakKeyDictionary()


@contextmanager
def under_way(rows: Sequence[models.Model], *, also: str = "") -> Iterator[Callable[[], None]]:
    """Sends `insert_all` of a few rows and enters the block; what it gives waits until they are committed.

    That raises what `insert_all` would. The block leaves the rows' own connection alone, which is in no transaction.
    Without being asked for, the reply is fetched when the block ends, and errors in it are nobody's.
    """
    sent = _Sent(rows, also)
    try:
        yield sent.wait
    finally:
        with suppress(Error):
            sent.wait()


class _Sent:
    """A statement whose reply is still to come."""

    def __init__(self, rows: Sequence[models.Model], also: str) -> None:
        self._again: Callable[[], None] = partial(insert_all, rows, also=also)
        self._connection: Any = connections[router.db_for_write(type(rows[0]))]
        self._connection.ensure_connection()
        self._driver = self._connection.connection
        statement, values = statement_of(rows, alias=self._connection.alias, also=also)
        with self._connection.wrap_database_errors:
            self._send(statement, values)
        self._waits = True

    def _send(self, statement: str, values: list[Any]) -> None:
        libpq = self._driver.pgconn
        transformer, names = _known.setdefault(self._driver, (adapt.Transformer(self._driver), {}))
        written = transformer.dump_sequence(values, [adapt.PyFormat.AUTO] * len(values))
        key = statement, transformer.types
        if key not in names:
            name = f"gongshi_{len(names)}".encode()
            _raise_errors(libpq.prepare(name, _numbered(statement), transformer.types))
            names[key] = name
        libpq.send_query_prepared(names[key], written, transformer.formats)
        self._driver.wait(generators.send(libpq))

    def wait(self) -> None:
        """Fetches the reply, once."""
        if not self._waits:
            return
        self._waits = False
        with self._connection.wrap_database_errors:
            replies = self._driver.wait(generators.fetch_many(self._driver.pgconn))
        try:
            with self._connection.wrap_database_errors:
                for reply in replies:
                    _raise_errors(reply)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, errors.InvalidSqlStatementName):
                raise
            # The driver has the server forget every statement, now and then.
            del _known[self._driver]
            self._again()


def _raise_errors(result: Any) -> None:
    if result.status not in _DONE:
        raise errors.error_from_result(result)


def _numbered(statement: str) -> bytes:
    number = count(1)
    return re.sub("%s", lambda _: f"${next(number)}", statement).encode()
