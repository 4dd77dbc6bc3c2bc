"""The server of a benchmark: the real application, and two more addresses.

One inserts a row durably; the other says which worker answers.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

INSERT, WORKER = "/bench/one-row", "/bench/worker"
TABLE = "bench_one_row"


def application() -> Callable[..., Iterable[bytes]]:
    """The WSGI application with the extra addresses."""
    from gongshi.config.wsgi import application as real

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == WORKER:
            name = str(os.getpid()).encode()
            start_response("200 OK", [("Content-Length", str(len(name)))])
            return [name]
        if environ["PATH_INFO"] != INSERT:
            return real(environ, start_response)
        environ["wsgi.input"].read()
        _insert()
        start_response("204 No Content", [("Content-Length", "0")])
        return [b""]

    return answer


def _insert() -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (words) VALUES (%s)", ["x" * 200])  # noqa: S608


def make_table() -> None:
    """The table of the one-row insert, in the benchmark's own database."""
    from django.db import connection

    with connection.cursor() as cursor:
        serial = "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "BIGSERIAL PRIMARY KEY"
        cursor.execute(f"CREATE TABLE {TABLE} (id {serial}, words TEXT)")


if __name__ == "__main__":
    from gongshi.config.bench.without import take_out
    from gongshi.config.instance import enter
    from gongshi.config.server import Parent, ServerOptions

    enter(Path(sys.argv[1]))
    take_out(sys.argv[4:])
    Parent(ServerOptions(port=int(sys.argv[2]), workers=int(sys.argv[3])), application).run()
