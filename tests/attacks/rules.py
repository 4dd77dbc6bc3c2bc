"""What holds in every row, whatever is attacked: the rules at the head of docs/security/attacks.md.

`Watch` looks at every answer that a test of an attack gets, through Django's client and on plain sockets. Every test
function named test_row_ is one, wherever it stands, and so is every test of this folder (mark ``attack``).
"""

import hashlib
import logging
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from gongshi.web.middleware import OPEN_ROUTES, PROGRAMS, REFUSALS, route_of
from tests.attacks import http

SECONDS = 2.0  # of work
WAITED_SECONDS = 10.0  # on the clock, on a machine that has other things to do: no lock and no sleep hides
WELL_SECONDS = 1.0
LEAKS = (
    b"Traceback",
    b"site-packages",
    b'File "/',
    b"sqlite3.",
    b"psycopg.",
    *(start + quote for start in (b"SELECT ", b"INSERT INTO ", b"UPDATE ") for quote in (b'"', b"&quot;")),
)
LINE = re.compile(r"refused (\d{3}) (-|\?|[a-z0-9:_-]+)")
WRITES = ("INSERT", "UPDATE", "DELETE")
DATABASES = ("default", "wraps")


def tables() -> dict[str, str]:
    """A digest of what is in every table of both databases."""
    found = {}
    for alias in DATABASES:
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
                found[f"{alias}.{table}"] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def changed(before: dict[str, str]) -> list[str]:
    """The tables that hold something else by now."""
    return [table for table, digest in tables().items() if before[table] != digest]


@dataclass(frozen=True)
class _Time:
    """Seconds that this thread worked, and seconds on the clock."""

    worked: float
    waited: float

    @classmethod
    def now(cls) -> "_Time":
        """Since whenever."""
        return cls(time.thread_time(), time.monotonic())

    def __sub__(self, other: "_Time") -> "_Time":
        return _Time(self.worked - other.worked, self.waited - other.waited)


class _Tables:
    """What the tables held before the first statement of a request that writes; None if none came."""

    def __init__(self) -> None:
        self.before: dict[str, str] | None = None
        self.took = _Time(0, 0)
        self._looking = False

    def __call__(self, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        if self.before is None and not self._looking and sql.lstrip().upper().startswith(WRITES):
            self._looking = True
            began = _Time.now()
            self.before = tables()
            self.took = _Time.now() - began
            self._looking = False
        return execute(sql, *given)


class Lines(logging.Handler):
    """The lines of gongshi.security."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.said.append(record.getMessage())

    def refused(self, since: int) -> Counter[int]:
        """How many refusals of each status were told since; each in the form that names nobody."""
        told: Counter[int] = Counter()
        for line in self.said[since:]:
            if line.startswith("refused "):
                found = LINE.fullmatch(line)
                assert found, line
                told[int(found[1])] += 1
        return told


class Watch:
    """Holds every answer to the rules. ``allowed``: statuses over 500 that the test's own mark argues for."""

    def __init__(self, allowed: frozenset[int]) -> None:
        self.allowed = allowed
        self.lines = Lines()
        self.seen = 0

    def status(self, status: int, body: bytes, where: str) -> None:
        """No failure, and no word of what is inside."""
        self.seen += 1
        assert status < 500 or status in self.allowed, f"{where}: {status}"
        for leak in LEAKS:
            assert leak not in body, f"{where}: {leak!r} in the answer"

    def asked(self, client: Client, original: Callable[..., Any], request: dict[str, Any]) -> Any:
        """One request of Django's client."""
        since, state, began = len(self.lines.said), _Tables(), _Time.now()
        with ExitStack() as wrapped:
            for alias in DATABASES:
                wrapped.enter_context(connections[alias].execute_wrapper(state))
            answer: Any = original(client, **request)
        took = _Time.now() - began - state.took
        where = f"{request['REQUEST_METHOD']} {request['PATH_INFO']}"
        self.status(answer.status_code, b"" if answer.streaming else answer.content, where)
        assert took.worked < SECONDS, f"{where} worked for {took.worked:.1f} s"
        assert took.waited < WAITED_SECONDS, f"{where} took {took.waited:.1f} s"
        told = self.lines.refused(since)
        assert told == self.expected(answer), f"{where}: {answer.status_code}, told {dict(told)}"
        if answer.status_code in REFUSALS and state.before is not None:
            assert changed(state.before) == [], f"{where}: {answer.status_code}, and yet"
        return answer

    @staticmethod
    def expected(answer: HttpResponse) -> Counter[int]:
        """One line for a refusal; none for a mistyped address."""
        request: Any = answer.wsgi_request  # type: ignore[attr-defined]
        route, status = route_of(request), answer.status_code
        is_open = route == "-" or route in OPEN_ROUTES or request.path_info.startswith(PROGRAMS)
        return Counter([status] if status in REFUSALS and not (status == 404 and is_open) else [])

    def sent(
        self, original: Callable[..., Any], connection: socket.socket, data: bytes, seconds: float
    ) -> tuple[list[int], bytes]:
        """One exchange on a socket. Of many at once nobody can tell whose a line or a change is."""
        alone = threading.current_thread() is threading.main_thread()
        since, before = len(self.lines.said), tables() if alone else {}
        statuses, got = original(connection, data, seconds=seconds)
        where = repr(data[:60])
        for status in set(statuses):
            self.status(status, got, where)
        if alone and statuses and set(statuses) <= REFUSALS:
            assert changed(before) == [], f"{where}: {statuses}, and yet"
        # What nginx refuses by itself it tells in no log.
        if alone and not isinstance(connection, ssl.SSLSocket):
            wanted = Counter(status for status in statuses if status in REFUSALS - {404})
            told = self.lines.refused(since)
            del told[404]
            assert {status: told[status] for status in wanted} == dict(wanted), f"{where}: {statuses}, {told}"
        return statuses, got


@contextmanager
def watched(watch: Watch, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every request of the block is held to the rules, and at its end the program is well."""
    original, exchange = Client.request, http.exchange
    patch.setattr(Client, "request", lambda client, **request: watch.asked(client, original, request))
    patch.setattr(
        http, "exchange", lambda one, data, *, seconds: watch.sent(exchange, one, data, seconds=seconds)
    )
    logger = logging.getLogger("gongshi.security")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(watch.lines)
    try:
        yield
        is_well(Client())
    finally:
        logger.removeHandler(watch.lines)
        logger.setLevel(level)


def is_well(client: Client) -> None:
    """/healthz answers, and at once."""
    began = time.thread_time()
    assert client.get("/healthz").status_code == 200
    assert time.thread_time() - began < WELL_SECONDS


def answers_well(send: Callable[[bytes], tuple[list[int], bytes]]) -> None:
    """/healthz answers on a connection within a second; the best of three, as machines have other things to do."""
    took = []
    for _ in range(3):
        began = time.monotonic()
        assert send(http.request("GET", "/healthz"))[0] == [200]
        took.append(time.monotonic() - began)
        if took[-1] < WELL_SECONDS:
            return
    pytest.fail(f"/healthz took {took} s")
