"""Several files as one ZIP (PKWARE APPNOTE 6.3), made while it is read: no more than a piece of it is in memory."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

_MASKED = str.maketrans(dict.fromkeys('<>:"|?*\\', "_"))


@dataclass(frozen=True)
class Entry:
    """One file: its name in the bundle (folders with "/"), and its content when it is its turn.

    ``packed``: whether it is worth compressing; photos are not.
    """

    name: str
    content: Callable[[], Iterable[bytes]]
    packed: bool = True


class _Pipe:
    """A file to write to: it holds what was written since that was last taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Takes a piece."""
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def taken(self) -> Iterator[bytes]:
        """Everything that is waiting."""
        waiting, self._waiting = self._waiting, []
        yield from waiting


def bundled(entries: Iterable[Entry], *, made: datetime) -> Iterator[bytes]:
    """The bundle in pieces. ``made`` is the time that every file bears (local; from 1980 on).

    What an entry raises ends the bundle in its middle, so that nobody takes it for whole.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, made.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED if entry.packed else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w") as file:
                for piece in entry.content():
                    file.write(piece)
                    yield from pipe.taken()
            yield from pipe.taken()
    yield from pipe.taken()


def plain_name(name: str) -> str:
    """A file's own name as one that every system can unpack: no folders, none of Windows' forbidden signs."""
    return name.replace("/", "_").translate(_MASKED)
