"""The tree in tiles of 256, so that proofs stay cheap on disk: a tile of level n holds roots of full tiles of n - 1.

A tile of level 0 holds entries as they are, 32 bytes each; the ones above hold hashes. Only the last tile of a level is
ever changed.
"""

from collections.abc import Callable, Mapping, Sequence

from gongshi.rules.ledger.hashing import HASH_BYTES, leaf_hash, pairs

TILE = 256
HEIGHT = 8

Load = Callable[[int, int], bytes]
"""``load(level, index)``: a tile's content, up to 256 times 32 bytes, one after another."""


class Tiled:
    """Answers `node` from tiles. Each tile is loaded and worked out once."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete part. IndexError when the tiles do not hold it."""
        above, within = divmod(level, HEIGHT)
        width = HEIGHT - within
        hashes = self._levels(above, index >> width)[within]
        start = (index & ((1 << width) - 1)) * HASH_BYTES
        found = hashes[start : start + HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise IndexError(f"no complete part {index} at level {level}")
        return found

    def _levels(self, level: int, index: int) -> list[bytes]:
        place = (level, index)
        if place not in self._tiles:
            self._tiles[place] = _worked_out(self._load(level, index), level)
        return self._tiles[place]


def _worked_out(content: bytes, level: int) -> list[bytes]:
    """The eight levels of complete parts within one tile."""
    lowest = content if level else b"".join(map(leaf_hash, _pieces(content)))
    levels = [lowest]
    while len(levels) < HEIGHT:
        below = levels[-1]
        levels.append(pairs(below[: len(below) // (2 * HASH_BYTES) * 2 * HASH_BYTES]))
    return levels


def _pieces(content: bytes) -> list[bytes]:
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def root_of_tile(content: bytes, level: int) -> bytes:
    """The root over a full tile. ValueError for one that is not full."""
    if len(content) != TILE * HASH_BYTES:
        raise ValueError("only a full tile has a root of its own")
    return pairs(_worked_out(content, level)[-1])


def grown(size: int, entries: Sequence[bytes], load: Load) -> Mapping[tuple[int, int], bytes]:
    """The tiles that putting ``entries`` at the end of a list of ``size`` changes or makes, by level and index.

    ``load`` is asked for the last tile of each level, if that is not full. ValueError for an entry that is not 32 bytes
    long, which would move all that follow it.
    """
    if any(len(entry) != HASH_BYTES for entry in entries):
        raise ValueError(f"an entry of the ledger has {HASH_BYTES} bytes")
    changed: dict[tuple[int, int], bytes] = {}
    level, new = 0, list(entries)
    while new:
        index, there = divmod(size, TILE)
        content = (load(level, index) if there else b"") + b"".join(new)
        tiles = [content[at : at + TILE * HASH_BYTES] for at in range(0, len(content), TILE * HASH_BYTES)]
        changed.update({(level, index + number): tile for number, tile in enumerate(tiles)})
        new = [root_of_tile(tile, level) for tile in tiles if len(tile) == TILE * HASH_BYTES]
        level, size = level + 1, index
    return changed
