"""One commit for what several threads want committed at the same time.

Waiting for the disk costs as much for many rows as for few. While one thread waits for it, the others put what they
have on a list; the next one that gets its turn commits all of it, and they find it done.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False)
class _Wish(Generic[T]):
    """``alone``: it has been tried with others, so whoever wants it does it alone unless it is ``done``."""

    rows: Sequence[T]
    alone: bool = False
    done: bool = False


class Together(Generic[T]):
    """Call it like ``commit``: it returns once the rows are committed, and raises what ``commit`` raises for them.

    ``commit`` takes rows in one transaction of its own. Where it refuses the rows of several threads at once, each
    tries its own alone.
    """

    def __init__(self, commit: Callable[[Sequence[T]], object]) -> None:
        self._commit = commit
        self._turn, self._list = Lock(), Lock()
        self._wishes: list[_Wish[T]] = []

    def __call__(self, rows: Sequence[T]) -> None:
        """Commit these rows, with those of whoever waits meanwhile."""
        mine = _Wish(rows)
        with self._list:
            self._wishes.append(mine)
        with self._turn:
            if not mine.alone:
                self._with_others()
            if not mine.done:
                self._commit(rows)

    def _with_others(self) -> None:
        with self._list:
            wishes, self._wishes = self._wishes, []
            for wish in wishes:
                wish.alone = True
        if len(wishes) < 2:
            return
        with suppress(Exception):
            self._commit([row for wish in wishes for row in wish.rows])
            for wish in wishes:
                wish.done = True
