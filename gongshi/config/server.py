"""The web server: one parent that holds the socket, a few workers that answer, started again when one dies.

Each worker is waitress: it reads requests to their end before a thread takes them up, so that slow bodies hold
no thread (docs/decisions/0003). The parent serves nothing and outlives its workers.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from gongshi.config.proxies import behind

BODY_BYTES = 60_000_000
SLOW_SECONDS = 30


@dataclass(frozen=True)
class ServerOptions:
    """Where and how wide to serve. ``threads`` counts per worker."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    trusted_proxies: int = 0
    proxy_networks: tuple[str, ...] = ()


class _Stop(SystemExit):
    """Raised inside a worker by SIGTERM, so that requests in hand are finished first."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that all workers share. Raises OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def _strict_channel() -> type[Any]:
    """waitress's channel with a parser that refuses what two servers could read in two ways (RFC 9112 6.1)."""
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser, ParsingError

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        """Two lengths for one body, or chunks in a version that has none, are how requests are smuggled."""

        def parse_header(self, header_plus: bytes) -> None:
            """As waitress reads it, or ParsingError: 400, and the connection is closed."""
            super().parse_header(header_plus)
            if self.version not in ("1.0", "1.1"):
                raise ParsingError("Version is not supported")
            both = self.chunked and "CONTENT_LENGTH" in self.headers
            if both or "TRANSFER_ENCODING" in self.headers:
                raise ParsingError("Length of the body is ambiguous")

    class Channel(HTTPChannel):  # type: ignore[misc]
        """A connection read by `Parser`."""

        parser_class = Parser

    return Channel


def make_server(listener: socket.socket, options: ServerOptions, application: Any) -> Any:
    """waitress on this socket with our limits; its ``run()`` serves, its ``close()`` ends."""
    from waitress.server import create_server

    server = create_server(
        behind(application, proxies=options.trusted_proxies, networks=options.proxy_networks),
        sockets=[listener],
        threads=options.threads,
        ident=None,
        asyncore_use_poll=True,
        connection_limit=1000,
        channel_timeout=SLOW_SECONDS,
        max_request_body_size=BODY_BYTES,
        max_request_header_size=32_768,
        clear_untrusted_proxy_headers=False,  # `behind` does
    )
    server.channel_class = _strict_channel()
    return server


def _work(listener: socket.socket, options: ServerOptions, load: Callable[[], Any]) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stop(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    make_server(listener, options, load()).run()


class Parent:
    """Holds the socket and keeps ``options.workers`` workers alive until it is told to stop."""

    def __init__(self, options: ServerOptions, load: Callable[[], Any]) -> None:
        self._options = options
        self._load = load
        self._children: dict[int, float] = {}
        self._stopping = False

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT; then let the workers finish what they have in hand."""
        from gongshi.safekeeping.limits import shared_store

        listener = listen(self._options.host, self._options.port)
        shared_store()  # before any worker is there, so that all of them have the same
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _ in range(self._options.workers):
            self._start(listener)
        if ready:
            ready()
        while self._children:
            self._wait(listener)

    def _start(self, listener: socket.socket) -> None:
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            self._children[pid] = time.monotonic()
            return
        code = 0
        try:
            _work(listener, self._options, self._load)
        except _Stop:
            pass
        except BaseException as error:
            sys.stderr.write(f"worker stopped: {type(error).__name__}\n")
            code = 1
        os._exit(code)

    def _wait(self, listener: socket.socket) -> None:
        try:
            pid, _status = os.wait()
        except InterruptedError:
            return
        except ChildProcessError:
            self._children.clear()
            return
        started = self._children.pop(pid, None)
        if started is None or self._stopping:
            return
        if time.monotonic() - started < 1:
            time.sleep(1)
        self._start(listener)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in list(self._children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
