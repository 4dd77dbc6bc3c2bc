"""The numbers behind the limits: anonymous memory that a server's workers share, and nothing on any disk.

A source has no row. Its keyed hash (salt in this memory only) names one number in each of three rows; what it has tried
is the smallest of the three, so that a stranger who meets it in one place is not taken for it (Cormode, Muthukrishnan,
"An improved data stream summary: the count-min sketch", 2005, with conservative update). Nobody can list who was here,
and when the server is started anew everything is gone, the salt too.
"""

import fcntl
import hashlib
import hmac
import mmap
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gongshi.rules.limiting import Outcome, Rate, taken_back, tried

ROWS, WIDTH = 3, 1 << 16
_BYTES = ROWS * WIDTH * 8


def milliseconds() -> int:
    """A clock that only goes forward, the same for every process of a machine. It tells no time of day."""
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True)
class Taken:
    """A try that was counted: which numbers it moved, and to what."""

    rate: Rate
    weight: int
    places: tuple[int, ...]
    free_at: int


class Store:
    """Made before the workers are, it is one store for all of them; made in a process alone, it is its own."""

    def __init__(self, clock: Callable[[], int] = milliseconds) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(32)
        self._memory = mmap.mmap(-1, _BYTES)
        self._numbers = memoryview(self._memory).cast("q")
        # A lock of the kernel's, which opens by itself when a worker is killed. The file is empty and has no name.
        self._file, path = tempfile.mkstemp()
        os.unlink(path)
        self._threads = threading.Lock()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes a number meanwhile: no thread of this process, and no other worker."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def is_spent(self, name: str, source: bytes, rate: Rate) -> bool:
        """Whether one more try would not be let in. Within `locked`."""
        return not tried(rate, self._free_at(self._places(name, source)), self._clock()).let_in

    def count(self, name: str, source: bytes, rate: Rate, weight: int = 1) -> tuple[Outcome, Taken | None]:
        """One try of ``source`` at ``name``, counted if it is let in. Within `locked`."""
        places = self._places(name, source)
        outcome = tried(rate, self._free_at(places), self._clock(), weight)
        if not outcome.let_in:
            return outcome, None
        moved = tuple(place for place in places if self._numbers[place] < outcome.free_at)
        for place in moved:
            self._numbers[place] = outcome.free_at
        return outcome, Taken(rate, weight, moved, outcome.free_at)

    def take_back(self, taken: Taken) -> None:
        """Undo a try that was counted; a number that others moved meanwhile keeps what they did. Within `locked`."""
        for place in taken.places:
            if self._numbers[place] >= taken.free_at:
                self._numbers[place] = taken_back(taken.rate, self._numbers[place], taken.weight)

    def clear(self) -> None:
        """All numbers as at the beginning."""
        with self.locked():
            self._memory[:] = bytes(_BYTES)

    def close(self) -> None:
        """Give the memory and the lock back."""
        self._numbers.release()
        self._memory.close()
        os.close(self._file)

    def _free_at(self, places: tuple[int, ...]) -> int:
        return min(self._numbers[place] for place in places)

    def _places(self, name: str, source: bytes) -> tuple[int, ...]:
        digest = hmac.digest(self._salt, name.encode() + b"\0" + source, hashlib.sha256)
        return tuple(
            row * WIDTH + int.from_bytes(digest[4 * row : 4 * row + 4], "big") % WIDTH for row in range(ROWS)
        )


_store: Store | None = None


def shared_store() -> Store:
    """The store of this process and of those that it forks from now on."""
    global _store  # noqa: PLW0603 (one store for a process is what it is for)
    if _store is None:
        _store = Store()
    return _store


def forget() -> None:
    """Nobody has tried anything."""
    shared_store().clear()
