"""The web server: one parent that holds the socket, a few workers that answer, started again when one dies.

Each worker is waitress (`connections`), which reads requests to their end before a thread takes them up, so that slow
senders hold no thread (docs/decisions/0003). The parent loads the program once, forks its workers from it, serves
nothing itself and outlives them. Told to reload, it becomes the program that is installed now, starts new workers on
the same socket, and lets the old ones finish what they have in hand: no request is lost.

    SIGTERM, SIGINT   stop: what is in hand is finished, `STOP_SECONDS` at most; a second one stops at once
    SIGHUP            reload: program and settings anew, the socket stays
"""

import contextlib
import gc
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gongshi.config.allocator import give_back
from gongshi.config.connections import SLOW_SECONDS, raise_file_limit, server_on
from gongshi.config.notify import tell
from gongshi.config.proxies import behind

BODY_BYTES = 60_000_000
STOP_SECONDS = 30
CHECK_SECONDS = 120
HANDED_OVER = "GONGSHI_HANDED_OVER"
WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
logger = logging.getLogger("gongshi.server")


@dataclass(frozen=True)
class ServerOptions:
    """Where and how wide to serve. ``threads`` counts per worker."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    trusted_proxies: int = 0
    proxy_networks: tuple[str, ...] = ()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that all workers share. Raises OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def make_server(listener: socket.socket, options: ServerOptions, application: Any) -> Any:
    """waitress on this socket with our limits; its ``run()`` serves, its ``close()`` ends."""
    return server_on(
        listener,
        behind(application, proxies=options.trusted_proxies, networks=options.proxy_networks),
        threads=options.threads,
        ident=None,
        connection_limit=1_000_000,  # our own limit lets go of connections instead of taking no more
        channel_timeout=SLOW_SECONDS,
        cleanup_interval=1,
        max_request_body_size=BODY_BYTES,
        max_request_header_size=32_768,
        # A slow reader's answer waits in a file of its own, and holds no thread.
        outbuf_high_watermark=1 << 40,
        clear_untrusted_proxy_headers=False,  # `behind` does
    )


def _work(listener: socket.socket, options: ServerOptions, application: Any, ready: int) -> None:
    """A worker, until it is told to stop or its parent is gone."""
    told: list[int] = []
    parent = os.getppid()
    server = make_server(listener, options, application)

    def stop(number: int, _frame: object) -> None:
        told.append(number)
        with contextlib.suppress(OSError):  # told twice, and closed by now
            server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
    os.write(ready, b".")
    os.close(ready)
    server.serve(lambda: bool(told) or os.getppid() != parent, seconds=STOP_SECONDS)


class _Signals:
    """Signals as something to wait for, so that nothing is interrupted half-way."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def __enter__(self) -> "_Signals":
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in WATCHED}
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        for number, before in self._before.items():
            signal.signal(number, before)

    def leave(self) -> None:
        """Wait for nothing any more: at the end, and in a worker."""
        signal.set_wakeup_fd(-1)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> list[int]:
        """The numbers of the signals that came, after ``seconds`` at most."""
        if not select.select([self._read], [], [], seconds)[0]:
            return []
        return list(os.read(self._read, 1_000))


class Parent:
    """Holds the socket and keeps ``options.workers`` workers alive until it is told to stop.

    ``load`` gives the application; the workers are forked after it, so it may leave neither threads nor connections.
    ``again``: the command line that starts this server anew, for SIGHUP, which does nothing without; the same with
    ``--check`` must say by its exit code whether that would work.
    """

    def __init__(
        self, options: ServerOptions, load: Callable[[], Any], again: Sequence[str] | None = None
    ) -> None:
        self._options = options
        self._load = load
        self._again = again
        self._application: Any = None
        self._workers: dict[int, float] = {}
        self._old: set[int] = set()
        self._missing: list[float] = []  # when to start workers that died
        self._stopping_at = 0.0

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT; then let the workers finish what they have in hand.

        Raises OSError when the address is taken, and what ``load`` raises.
        """
        raise_file_limit()
        give_back()
        self._listener = self._taken_over() or listen(self._options.host, self._options.port)
        with _Signals() as self._signals:
            self._begin()
            if ready:
                ready()
            while self._workers or self._old or (self._missing and not self._stopping_at):
                self._turn()
        self._listener.close()

    def _begin(self) -> None:
        try:
            self._start(self._options.workers)
        except Exception as error:
            if not self._old:
                raise
            logger.error("the new program does not start (%s): the old workers go on", type(error).__name__)
            self._workers, self._old = dict.fromkeys(self._old, time.monotonic()), set()
        self._tell(self._old, signal.SIGTERM)

    def _prepare(self) -> None:
        """Everything that workers share: the program, and the numbers behind the limits."""
        from gongshi.safekeeping.limits import shared_store

        shared_store()
        self._application = self._load()
        from django.db import connections

        connections.close_all()
        # What is here now stays: workers that collect it would only copy its pages.
        gc.collect()
        gc.freeze()

    def _turn(self) -> None:
        for number in self._signals.wait(1):
            if number in (signal.SIGTERM, signal.SIGINT):
                self._stop()
            if number == signal.SIGHUP and not self._stopping_at:
                self._reload()
        self._reap()
        now = time.monotonic()
        if self._stopping_at:
            if now - self._stopping_at > STOP_SECONDS + 5:
                self._tell({*self._workers, *self._old}, signal.SIGKILL)
            return
        due = [at for at in self._missing if at <= now]
        self._missing = [at for at in self._missing if at > now]
        if due:
            self._start(len(due))

    def _start(self, count: int) -> None:
        """Fork so many workers, and wait until each of them answers or has died."""
        if self._application is None:
            self._prepare()
        mine, theirs = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        for _ in range(count):
            pid = os.fork()
            if pid:
                self._workers[pid] = time.monotonic()
                continue
            os.close(mine)
            self._become_worker(theirs)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        os.close(theirs)
        for _ in range(count):
            if not os.read(mine, 1):
                break
        os.close(mine)

    def _become_worker(self, ready: int) -> None:
        code = 0
        try:
            self._signals.leave()
            _work(self._listener, self._options, self._application, ready)
        except BaseException as error:
            sys.stderr.write(f"worker stopped: {type(error).__name__}\n")
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    def _reap(self) -> None:
        """Workers that have ended; one that was not told to is started again, after a second if it was quick to die."""
        while self._workers or self._old:
            try:
                pid, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._workers.clear()
                self._old.clear()
                return
            if not pid:
                return
            self._old.discard(pid)
            started = self._workers.pop(pid, None)
            if started is not None and not self._stopping_at:
                now = time.monotonic()
                logger.warning("a worker ended and is started again")
                self._missing.append(now + 1 if now - started < 1 else now)

    def _stop(self) -> None:
        again = bool(self._stopping_at)
        self._stopping_at = self._stopping_at or time.monotonic()
        self._tell({*self._workers, *self._old}, signal.SIGKILL if again else signal.SIGTERM)

    @staticmethod
    def _tell(workers: "set[int] | dict[int, float]", number: int) -> None:
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _reload(self) -> None:
        """Become the program that is installed now, with the same socket and the old workers for children."""
        if self._again is None:
            return
        again = list(self._again)
        try:
            checked = subprocess.run(
                [*again, "--check"], timeout=CHECK_SECONDS, check=False, stdout=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            checked = None
        if checked is None or checked.returncode:
            logger.error("not reloaded: the program would not start with what is installed and set now")
            return
        logger.warning("reloading")
        tell("RELOADING=1")
        os.set_inheritable(self._listener.fileno(), True)
        old = sorted({*self._workers, *self._old})
        handed = json.dumps({"socket": self._listener.fileno(), "workers": old})
        # What comes while the new program starts waits until it listens to it.
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        os.execve(again[0], again, {**os.environ, HANDED_OVER: handed})  # noqa: S606 (our own words)

    def _taken_over(self) -> socket.socket | None:
        """The socket, and the old workers to be stopped, where this program took over from an earlier one."""
        handed = os.environ.pop(HANDED_OVER, "")
        if not handed:
            return None
        told = json.loads(handed)
        self._old = set(told["workers"])
        listener = socket.socket(fileno=told["socket"])
        listener.set_inheritable(False)
        listener.setblocking(False)
        return listener
