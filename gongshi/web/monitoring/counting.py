"""Counters that all processes of one server add to, and any of them can read.

The parent makes the board before it forks: a file without a name, mapped into every process. Each process adds in a row
of its own, which it holds by a lock that the kernel lets go when the process ends, in whatever way. The next process
goes on with what stands there, so a sum never falls while the server runs, and nothing is left behind on the disk.
"""

import contextlib
import fcntl
import mmap
import os
import struct
import tempfile
import threading
import weakref
from collections.abc import Sequence

CELL = struct.Struct("<Q")
ROWS = 128
"""More processes than a server may have, with room for those that are ending while others begin."""


class Board:
    """``names`` are the counters. One object per server, made before its processes are forked."""

    def __init__(self, names: Sequence[str]) -> None:
        self._places = {name: number for number, name in enumerate(names)}
        self._row_bytes = CELL.size * len(self._places)
        self._file = _nameless_file(self._row_bytes * ROWS)
        weakref.finalize(self, os.close, self._file)
        self._cells = mmap.mmap(self._file, self._row_bytes * ROWS)
        self._lock = threading.Lock()
        self._owner = 0
        self._row = 0

    def add(self, name: str, number: int = 1) -> None:
        """Add to a counter. Raises KeyError for a name that the board does not have."""
        with self._lock:
            at = self._my_row() * self._row_bytes + self._places[name] * CELL.size
            (value,) = CELL.unpack_from(self._cells, at)
            CELL.pack_into(self._cells, at, value + number)

    def sums(self) -> dict[str, int]:
        """Every counter over all processes."""
        rows = range(0, self._row_bytes * ROWS, self._row_bytes)
        return {
            name: sum(CELL.unpack_from(self._cells, row + place * CELL.size)[0] for row in rows)
            for name, place in self._places.items()
        }

    def _my_row(self) -> int:
        """This process's row. A forked process has none yet: its parent's lock is not inherited (fcntl(2))."""
        if self._owner != os.getpid():
            self._row = self._free_row()
            self._owner = os.getpid()
        return self._row

    def _free_row(self) -> int:
        for row in range(ROWS):
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
                return row
        raise OSError(f"more than {ROWS} processes count on one board")


def _nameless_file(size: int) -> int:
    descriptor, name = tempfile.mkstemp()
    os.unlink(name)
    os.ftruncate(descriptor, size)
    return descriptor
