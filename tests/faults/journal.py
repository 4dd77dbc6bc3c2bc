"""What clients noted down: what they sent, what was acknowledged, and which references they were shown."""

import os
import threading
from pathlib import Path

SENT, ACKNOWLEDGED, SHOWN = "sent", "acknowledged", "shown"


class Journal:
    """Appended to by the client's threads. An acknowledgement is on the disk before the next request goes out."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def sent(self, receipt: str, matters: int, files: int) -> None:
        """A filing goes out for the first time."""
        self._write(f"{SENT} {receipt} {matters}+{files}\n")

    def acknowledged(self, receipt: str) -> None:
        """The server said that it has this filing."""
        self._write(f"{ACKNOWLEDGED} {receipt} -\n")
        os.fsync(self._file)

    def shown(self, receipt: str, reference: str) -> None:
        """The server showed this filing's reference."""
        self._write(f"{SHOWN} {receipt} {reference}\n")
        os.fsync(self._file)

    def _write(self, line: str) -> None:
        with self._lock:
            os.write(self._file, line.encode())


class Notes:
    """A journal as it was read so far; `read` takes what has come since. ``sent``: how many matters and files."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.sent: dict[str, tuple[int, int]] = {}
        self.acknowledged: set[str] = set()
        self.shown: dict[str, str] = {}

    def read(self) -> "Notes":
        """Take in every whole line that is new: the last one may be half there while a client writes."""
        if not self._path.exists():
            return self
        with self._path.open("rb") as file:
            file.seek(self._offset)
            new = file.read().rpartition(b"\n")[0]
        self._offset += len(new) + bool(new)
        for line in new.decode().splitlines():
            kind, receipt, more = line.split(" ")
            if kind == SENT:
                matters, _, files = more.partition("+")
                self.sent[receipt] = int(matters), int(files)
            elif kind == ACKNOWLEDGED:
                self.acknowledged.add(receipt)
            else:
                self.shown[receipt] = more
        return self
