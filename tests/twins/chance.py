"""Chance that can be had twice: every random draw of the program comes from a stream named by what is going on.

What one world does more than the other draws from a stream of its own, so that everything else has the same keys,
references and tokens in both. Draws inside the C library of `cryptography` stay random: they seal, and are never shown.
"""

import hashlib
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from tests.clock import Clock


class Chance:
    """A source of bytes. `of` names the stream that is drawn from inside the block, always from its beginning."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._name, self._drawn = "at first", 0

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Draw from the stream ``name``."""
        before = self._name, self._drawn
        self._name, self._drawn = name, 0
        random.seed(name)
        try:
            yield
        finally:
            self._name, self._drawn = before

    def draw(self, size: int) -> bytes:
        """The next bytes of the stream."""
        found = b""
        while len(found) < size:
            self._drawn += 1
            found += hashlib.sha256(f"{self._name}/{self._drawn}".encode()).digest()
        return found[:size]

    def uuid7(self) -> UUID:
        """A time-ordered key: the clock's millisecond, then a count within the stream, then the stream's bytes."""
        milliseconds = int(self._clock().timestamp() * 1000)
        tail = self.draw(8)
        number = (milliseconds << 80) | (0x7 << 76) | ((self._drawn & 0xFFF) << 64)
        return UUID(int=number | (0b10 << 62) | (int.from_bytes(tail, "big") >> 2))

    def take_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let every draw of the program come from here."""
        monkeypatch.setattr(os, "urandom", self.draw)
        monkeypatch.setattr(random, "_urandom", self.draw)
        monkeypatch.setattr("gongshi.safekeeping.ids.uuid7", self.uuid7)
