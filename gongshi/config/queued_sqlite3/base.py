"""Django's SQLite backend with three changes.

Writers wait in the kernel's queue; a missing file is not made; a statement's text is put into SQLite's form once.

SQLite has one writer at a time. One that finds the file busy sleeps up to 100 ms and tries again, so that under load
some wait many rounds while others walk past. Here a transaction first takes a lock on a file beside the database;
the kernel wakes the next one at once. SQLite's own lock stays as it is: the queue only keeps it from being fought over.

SQLite takes a file that is not there for an empty database. A store that was lost would so become one that holds
nothing, and whatever it held would look erased. Here it is an error; `gongshi.config.stores` lays new files.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

# Statements hold no values: those of one program recur, and only with the number of their values do they vary.
STATEMENTS = 512


@lru_cache(STATEMENTS)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class _Cursor(base.SQLiteCursorWrapper):
    """Django's, which would look for the placeholders of the same statement each time that it comes."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The statement with the placeholders that SQLite knows."""
        if param_names is None:
            return _with_question_marks(query)
        converted: str = super().convert_query(query, param_names=param_names)
        return converted


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

    def create_cursor(self, _name: str | None = None) -> Any:
        """As Django's, of another class."""
        return self.connection.cursor(factory=_Cursor)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """For one statement that writes outside transactions: it is one by itself, and waits in the queue like one."""
        self.validate_no_atomic_block()
        self._enter()
        try:
            yield
        finally:
            self._leave()

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
