"""The server that `gongshi serve` starts, in threads of the test's own process, so that it sees the test's data."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connections

from gongshi.config.server import ServerOptions, listen, make_server
from gongshi.config.wsgi import application


@contextmanager
def served(options: ServerOptions) -> Iterator[int]:
    """Its port, for as long as the block lasts."""
    listener = listen("127.0.0.1", 0)
    server = make_server(listener, options, _closing)
    stop: list[int] = []
    thread = threading.Thread(target=lambda: server.serve(lambda: bool(stop), seconds=2), daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.append(1)
        with suppress(OSError):  # it may have seen that it is to stop, and be closed already
            server.pull_trigger()
        thread.join(15)


def _closing(environ: dict[str, object], start_response: object) -> object:
    """The application; the thread's database connection is given back before the test's data are removed."""
    try:
        return application(environ, start_response)  # type: ignore[arg-type]
    finally:
        connections.close_all()
