"""The process in which papers are set: ``python -m gongshi.papers.typesetter``, one paper after the other.

It has no settings, no keys and no database, and opens no file but its own program and type. It lives as long as the
pipe to it, whatever it is doing: whoever started it may die as they like, and leave none behind.

Asked: eight bytes of length and JSON (``paper``, ``timestamp``). Answered: a byte that says what came of it
(`MADE`, `REFUSED`), eight bytes of length and the PDF, or the name of what went wrong, without a word of the paper.
"""

import json
import os
import resource
import signal
import sys
import threading
from queue import SimpleQueue
from typing import IO

from gongshi.formats.paper import typeset

MADE, REFUSED, LENGTH = b"+", b"-", 8


def framed(data: bytes) -> bytes:
    """It with its length before it."""
    return len(data).to_bytes(LENGTH) + data


def taken(pipe: IO[bytes]) -> bytes:
    """The next that comes through the pipe. Raises EOFError where nothing comes any more."""
    return _whole(pipe, int.from_bytes(_whole(pipe, LENGTH)))


def _whole(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main() -> None:
    """Set what is asked for on standard input, until that is closed."""
    # A server that is told to stop still finishes what it has in hand; a crash leaves no picture of the memory.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        sys.stdout.buffer.write(_answered(asked.get()))
        sys.stdout.buffer.flush()


def _listen(asked: "SimpleQueue[bytes]") -> None:
    """Take in while a paper is being set, too: only so is it noticed that nobody waits for it any more."""
    try:
        while True:
            asked.put(taken(sys.stdin.buffer))
    finally:
        os._exit(0)


def _answered(asked: bytes) -> bytes:
    try:
        told = json.loads(asked)
        return MADE + framed(typeset(told["paper"], told["timestamp"]))
    except Exception as error:
        return REFUSED + framed(type(error).__name__.encode())


if __name__ == "__main__":
    main()
