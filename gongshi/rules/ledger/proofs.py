"""Proofs of inclusion and consistency, and what checks them (RFC 9162, sections 2.1.3 and 2.1.4)."""

from collections.abc import Sequence
from hmac import compare_digest

from gongshi.rules.ledger.hashing import HASH_BYTES, Node, leaf_hash, node_hash, root_of


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The path that shows entry ``index`` in the list of ``size`` entries, from the leaf upwards.

    ValueError when there is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a list of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(middle, end, node))
            end = middle
        else:
            path.append(root_of(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """The path that shows that the list of ``second`` entries begins with the list of ``first``.

    Empty for equal sizes and for an empty first list. ValueError for sizes that fit no lists.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a list of {second} does not begin with one of {first}")
    if first in (0, second):
        return []
    path: list[bytes] = []
    start, end = 0, second
    # Down to the part that ends where the first list ends: RFC 9162's SUBPROOF, with its last flag as `start`.
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(root_of(middle, end, node))
            end = middle
        else:
            path.append(root_of(start, middle, node))
            start = middle
    if start:
        path.append(root_of(start, end, node))
    return path[::-1]


def verify_inclusion(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path shows that ``entry`` is number ``index`` of the list of ``size`` entries with this root."""
    if not 0 <= index < size or not _hashes([*path, root]):
        return False
    found, position, last = leaf_hash(entry), index, size - 1
    for brother in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(brother, found)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, brother)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(found, root)


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the path shows that the list of ``second`` entries begins with the list of ``first``."""
    if not 0 <= first <= second or not _hashes([*path, first_root, second_root]):
        return False
    if first == second:
        return not path and compare_digest(first_root, second_root)
    if first == 0:
        return not path and compare_digest(first_root, root_of(0, 0, _no_node))
    hashes = list(path)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not hashes:
        return False
    old = new = hashes[0]
    for brother in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(brother, old), node_hash(brother, new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, brother)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(old, first_root) and compare_digest(new, second_root)


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(values: Sequence[bytes]) -> bool:
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)


def _no_node(level: int, index: int) -> bytes:
    raise AssertionError((level, index))
