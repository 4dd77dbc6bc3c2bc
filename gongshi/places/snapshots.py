"""Configuration that every request needs, kept in memory until the place's revision changes.

Whatever changes a place's configuration calls `bump_revision` in the same transaction. Each process asks for the
revision at most once a second, so a change reaches every worker within that time.
"""

import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from django.db.models import F

from gongshi.places.models import Place

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
CHECK_SECONDS = 1.0


class _Revision:
    value: int | None = None
    checked_at = float("-inf")


def revision() -> int:
    """The revision of the place's configuration; 0 before a pack is loaded. At most one statement."""
    now = time.monotonic()
    if _Revision.value is None or now - _Revision.checked_at > CHECK_SECONDS:
        _Revision.value = Place.objects.values_list("revision", flat=True).first() or 0
        _Revision.checked_at = now
    return _Revision.value


def bump_revision() -> None:
    """Tell every worker that the configuration changed. Call it inside the changing transaction."""
    Place.objects.update(revision=F("revision") + 1)
    forget()


def forget() -> None:
    """Ask the database again at the next need."""
    _Revision.value = None
    Snapshot.generation += 1


class Nodes(dict[K, V]):
    """What is current, by id. ``nodes[id]`` also finds what was retired, since older cases still refer to it.

    Everything else (``in``, ``get``, going through it) knows only what is current, so that nothing retired is offered.
    """

    def __init__(self, current: Mapping[K, V], everything: Mapping[K, V]) -> None:
        super().__init__(current)
        self.everything = everything

    def __missing__(self, key: K) -> V:
        return self.everything[key]


def way_up(start: K, parents: Mapping[K, K | None]) -> tuple[K, ...]:
    """``start`` and everything over it, nearest first. A circle, which no checked pack has, ends the way."""
    way = [start]
    upper = parents.get(start)
    while upper is not None and upper not in way:
        way.append(upper)
        upper = parents.get(upper)
    return tuple(way)


class Snapshot(Generic[T]):
    """A value built from configuration tables, built again when the revision has changed."""

    generation = 0

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._key: tuple[int, int] | None = None
        self._value: T | None = None

    def __call__(self) -> T:
        key = (Snapshot.generation, revision())
        if self._key != key or self._value is None:
            self._value = self._build()
            self._key = key
        return self._value
