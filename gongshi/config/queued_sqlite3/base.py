"""Django's SQLite backend with two changes: writers wait in the kernel's queue, and a missing file is not made.

SQLite has one writer at a time. One that finds the file busy sleeps up to 100 ms and tries again, so that under load
some wait many rounds while others walk past. Here a transaction first takes a lock on a file beside the database;
the kernel wakes the next one at once. SQLite's own lock stays as it is: the queue only keeps it from being fought over.

SQLite takes a file that is not there for an empty database. A store that was lost would so become one that holds
nothing, and whatever it held would look erased. Here it is an error; `gongshi.config.stores` lays new files.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that queues before each transaction. In-memory databases have nobody to queue with."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._queue: int | None = None
        self._held = False

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, for a file that must be there."""
        params: dict[str, Any] = super().get_connection_params()
        if not self.is_in_memory_db():
            params["database"] = f"{Path(self.settings_dict['NAME']).absolute().as_uri()}?mode=rw"
        return params

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._leave()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def close(self) -> None:
        """Close the connection and leave the queue."""
        super().close()
        if self.connection is None:
            self._leave()
            if self._queue is not None:
                os.close(self._queue)
                self._queue = None

    def _enter(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._held or self.is_in_memory_db():
            return
        if self._queue is None:
            self._queue = os.open(f"{name}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        self._held = True

    def _leave(self) -> None:
        if self._held and self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)
        self._held = False
