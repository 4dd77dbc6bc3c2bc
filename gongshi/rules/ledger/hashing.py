"""Hashes of the tree: a leaf's begins with the byte 0, a node's with 1 (RFC 6962, section 2.1)."""

from collections.abc import Callable
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
LEAF, NODE = b"\x00", b"\x01"

Node = Callable[[int, int], bytes]
"""``node(level, index)``: the root over the 2**level entries from index * 2**level, all of them there."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(NODE + left + right).digest()


def pairs(level: bytes | bytearray) -> bytes:
    """The level above: the hash of each two neighbours. ``level`` is an even number of hashes, one after another."""
    return b"".join(
        [sha256(NODE + level[at : at + 64]).digest() for at in range(0, len(level), 2 * HASH_BYTES)]
    )


def root_of(start: int, end: int, node: Node) -> bytes:
    """The root over the entries from ``start`` up to before ``end``; `EMPTY` for none.

    ``start`` is a multiple of the largest power of two that is not larger than the number of entries, as in every
    part of a tree. ValueError for any other.
    """
    size = end - start
    if size == 0:
        return EMPTY
    if start % (1 << (size.bit_length() - 1)):
        raise ValueError(f"no part of a tree reaches from {start} to {end}")
    # The complete parts from the right, the smallest first, each joined to all that lies right of it.
    root = b""
    while end > start:
        level = (end & -end).bit_length() - 1
        while (1 << level) > end - start:
            level -= 1
        part = node(level, (end >> level) - 1)
        root = node_hash(part, root) if root else part
        end -= 1 << level
    return root
