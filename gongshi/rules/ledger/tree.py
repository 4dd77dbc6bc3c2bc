"""The whole tree in memory: every complete part's root, level by level. For audits, witnesses, tests and benchmarks."""

from collections.abc import Iterable
from hashlib import sha256

from gongshi.rules.ledger.hashing import EMPTY, HASH_BYTES, LEAF, leaf_hash, node_hash, pairs, root_of
from gongshi.rules.ledger.proofs import consistency_proof, inclusion_proof


class Tree:
    """A list of entries with the roots of all its complete parts: 64 bytes for each entry."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.append(entries)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, entries: Iterable[bytes]) -> None:
        """Put entries of any length at the end, all at once: that is what makes it quick."""
        self._levels[0] += b"".join([sha256(LEAF + entry).digest() for entry in entries])
        self._fill()

    def _fill(self) -> None:
        """The parts that became complete, from the bottom."""
        level = 0
        while len(self._levels[level]) >= 2 * HASH_BYTES:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            done = 2 * len(self._levels[level + 1])
            whole = len(self._levels[level]) // (2 * HASH_BYTES) * 2 * HASH_BYTES
            self._levels[level + 1] += pairs(bytes(self._levels[level][done:whole]))
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete part. IndexError when it is not there."""
        if not 0 <= level < len(self._levels) or not 0 <= index < len(self._levels[level]) // HASH_BYTES:
            raise IndexError(f"no complete part {index} at level {level}")
        start = index * HASH_BYTES
        return bytes(self._levels[level][start : start + HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` entries, all of them if it is not said. ValueError beyond the end."""
        wanted = self._size(size)
        return root_of(0, wanted, self.node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The path of an entry in the list of ``size``. ValueError when there is none."""
        return inclusion_proof(index, self._size(size), self.node)

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """The path between two sizes of this list. ValueError for sizes that it never had."""
        return consistency_proof(first, self._size(second), self.node)

    def _size(self, size: int | None) -> int:
        wanted = len(self) if size is None else size
        if not 0 <= wanted <= len(self):
            raise ValueError(f"this list has {len(self)} entries, not {wanted}")
        return wanted


class Growing:
    """The root of a list as it grows, in a few hashes of memory however long it gets."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []
        self.size = 0

    def append(self, entries: Iterable[bytes]) -> None:
        """Put entries at the end."""
        for entry in entries:
            level, found = 0, leaf_hash(entry)
            while self._parts and self._parts[-1][0] == level:
                found = node_hash(self._parts.pop()[1], found)
                level += 1
            self._parts.append((level, found))
            self.size += 1

    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self._parts:
            return EMPTY
        root = self._parts[-1][1]
        for _, part in reversed(self._parts[:-1]):
            root = node_hash(part, root)
        return root
