"""The ledger's tree as it is stored: tiles, each read once, and what the rules make of them."""

from bisect import bisect_left
from collections.abc import Sequence

from gongshi.rules.ledger import HASH_BYTES, TILE, Tiled, consistency_proof, grown, inclusion_proof, root_of
from gongshi.safekeeping.models import Tile


class StoredTree:
    """Reads the tree; tiles are kept for as long as the object lives, so make a new one for each request or job."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._tiled = Tiled(self.tile)

    def tile(self, level: int, index: int) -> bytes:
        """A tile's hashes, one after another; empty where there is none."""
        place = (level, index)
        if place not in self._tiles:
            found = Tile.objects.filter(id=tile_id(level, index)).values_list("content", flat=True).first()
            self._tiles[place] = bytes(found or b"")
        return self._tiles[place]

    def entry(self, index: int) -> bytes:
        """One entry of the list. IndexError when there is none."""
        tile, place = divmod(index, TILE)
        found = self.tile(0, tile)[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise IndexError(f"no entry {index}")
        return found

    def index_of(self, entry: bytes, start: int, end: int) -> int | None:
        """Where an entry lies in a batch, which is in order from ``start`` up to before ``end``; None if it is not."""
        place = bisect_left(range(start, end), entry, key=self.entry) + start
        return place if place < end and self.entry(place) == entry else None

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        return root_of(0, size, self._tiled.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path of an entry in the list of ``size``. ValueError when there is none."""
        return inclusion_proof(index, size, self._tiled.node)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The path between two sizes."""
        return consistency_proof(first, second, self._tiled.node)

    def append(self, size: int, entries: Sequence[bytes]) -> None:
        """Put entries behind the first ``size``, in the caller's transaction."""
        changed = grown(size, entries, self.tile)
        rows = [
            Tile(id=tile_id(level, index), content=content) for (level, index), content in changed.items()
        ]
        Tile.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=["content"], batch_size=100
        )
        self._tiles.update(changed)
        self._tiled = Tiled(self.tile)


def tile_id(level: int, index: int) -> int:
    """The key of a tile's row."""
    return level * Tile.LEVEL + index
