"""Papers as PDF, set in a process of their own: whoever makes one keeps neither the type nor the library.

The process is started by the first paper, stays warm while papers follow each other, and ends after `IDLE_SECONDS`
without one. One that died is replaced; one that takes too long is ended. What people wrote goes to it and comes back
through pipes alone, never by way of a file (docs/decisions/0043).
"""

import atexit
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gongshi.formats.paper import Paper, plain
from gongshi.papers.typesetter import MADE, framed, taken

SECONDS = 30
"""The longest that a paper may take: ten times what the longest takes (`gongshi.formats.paper.fitting`) and more."""
IDLE_SECONDS = 300
COMMAND = (sys.executable, "-B", "-m", "gongshi.papers.typesetter")
# Where the program lies, and nothing of what the server was told: there is a database's password among it.
KEPT = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME")
logger = logging.getLogger("gongshi.papers")


class NotSet(Exception):
    """A paper that could not be made: what went wrong, without a word of the paper."""


class Compiler:
    """One process that sets papers, for all threads of this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None
        os.register_at_fork(after_in_child=self._leave)
        atexit.register(self._end)

    @property
    def pid(self) -> int | None:
        """The process that is there now, if any."""
        return self._process.pid if self._process else None

    def pdf(self, paper: Paper, *, timestamp: int) -> bytes:
        """The paper as `gongshi.formats.paper.pdf` makes it, the same bytes. Raises NotSet."""
        asked = framed(json.dumps({"paper": plain(paper), "timestamp": timestamp}).encode())
        with self._lock:
            try:
                came, answer = self._asked(asked)
            finally:
                self._rest()
        if came != MADE:
            raise NotSet(answer.decode())
        return answer

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, asked: bytes) -> tuple[bytes, bytes]:
        """What the process answers. It may have died since the last paper, or die of this one: tried again once."""
        for _ in range(2):
            process, begun = self._running(), time.monotonic()
            watch = _timer(SECONDS, process.kill)
            try:
                return _exchanged(process, asked)
            except (OSError, EOFError):
                self._end()
            finally:
                watch.cancel()
            if time.monotonic() - begun >= SECONDS:
                logger.error("a paper was given up after %s seconds", SECONDS)
                raise NotSet("took too long")
            logger.warning("the process that sets papers ended and is started again")
        raise NotSet("ended")

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._idle:
            self._idle.cancel()
        if self._process is None:
            environment = {name: os.environ[name] for name in KEPT if name in os.environ}
            # A checkout is not always the working directory.
            environment["PYTHONPATH"] = str(Path(__file__).parents[2])
            self._process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What a library cries out when it fails may quote the paper.
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._process

    def _rest(self) -> None:
        if process := self._process:
            self._idle = _timer(IDLE_SECONDS, lambda: self._retire(process))

    def _retire(self, process: "subprocess.Popen[bytes]") -> None:
        """End the process, unless it has been given another paper meanwhile."""
        with self._lock:
            if self._process is process and self._idle is threading.current_thread():
                self._end()

    def _end(self) -> None:
        if self._idle:
            self._idle.cancel()
        process, self._process, self._idle = self._process, None, None
        if process is None:
            return
        process.kill()
        process.wait()
        _let_go(process)

    def _leave(self) -> None:
        """In a process that was forked off: the compiler is the other's, and must end with the other."""
        self._lock, self._idle = threading.Lock(), None
        if process := self._process:
            self._process = None
            _let_go(process)
            process.returncode = 0


def _timer(seconds: float, then: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, then)
    timer.daemon = True
    timer.start()
    return timer


def _exchanged(process: "subprocess.Popen[bytes]", asked: bytes) -> tuple[bytes, bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(asked)
    process.stdin.flush()
    came = process.stdout.read(1)
    return came, taken(process.stdout)


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        # Without what is still to be written: nobody reads it any more, or another process writes it.
        assert isinstance(pipe, io.BufferedReader | io.BufferedWriter)
        pipe.raw.close()


_COMPILER = Compiler()
pdf = _COMPILER.pdf
