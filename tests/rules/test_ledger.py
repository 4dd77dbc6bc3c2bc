"""The ledger's tree: RFC 6962's definitions written out again, the vectors of its reference, and pymerkle as oracle."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gongshi.rules.ledger import (
    EMPTY,
    TILE,
    Growing,
    Tiled,
    Tree,
    consistency_proof,
    grown,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The entries and roots by which implementations of Certificate Transparency have been compared from the beginning.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
sizes = st.integers(0, 700)


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def defined_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + defined_root(entries[:k]) + defined_root(entries[k:])).digest()


def defined_path(index: int, entries: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*defined_path(index, entries[:k]), defined_root(entries[k:])]
    return [*defined_path(index - k, entries[k:]), defined_root(entries[:k])]


def defined_proof(first: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if first == len(entries):
        return [] if whole else [defined_root(entries)]
    k = split(len(entries))
    if first <= k:
        return [*defined_proof(first, entries[:k], whole), defined_root(entries[k:])]
    return [*defined_proof(first - k, entries[k:], False), defined_root(entries[:k])]


def made(size: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(size)]


MANY = made(700)
TREE = Tree(MANY)


def test_the_roots_are_those_of_every_other_implementation() -> None:
    for size, root in enumerate(ROOTS):
        assert Tree(ENTRIES[:size]).root().hex() == defined_root(ENTRIES[:size]).hex() == root
    assert bytes.fromhex(ROOTS[0]) == EMPTY


def test_the_page_s_own_example() -> None:
    a, b, c = (leaf_hash(entry) for entry in (b"a", b"b", b"c"))
    tree = Tree([b"a", b"b", b"c"])
    assert tree.root() == node_hash(node_hash(a, b), c)
    assert tree.inclusion(2) == [node_hash(a, b)]
    assert tree.consistency(2) == [c]
    assert tree.consistency(1) == [b, c]


@pytest.mark.parametrize("size", range(1, 20))
def test_proofs_are_as_defined(size: int) -> None:
    entries = MANY[:size]
    for index in range(size):
        assert TREE.inclusion(index, size) == defined_path(index, entries)
    for first in range(1, size + 1):
        assert TREE.consistency(first, size) == defined_proof(first, entries)


@given(st.data())
def test_pymerkle_gives_the_same_roots_and_paths_and_takes_ours(data: st.DataObject) -> None:
    entries = data.draw(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
    oracle = InmemoryTree(algorithm="sha256")
    for entry in entries:
        oracle.append_entry(entry)
    ours = Tree(entries)
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    assert ours.root(size) == oracle.get_root(size)
    assert [leaf_hash(entries[index]), *ours.inclusion(index, size)] == oracle.prove_inclusion(
        index + 1, size
    ).path
    oracle.prove_consistency(first, size).verify(ours.root(first), ours.root(size), first, size)


@given(sizes, st.data())
def test_whatever_is_there_is_proved(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size))
    path = TREE.consistency(first, size)
    assert verify_consistency(first, size, TREE.root(first), TREE.root(size), path)
    if size:
        index = data.draw(st.integers(0, size - 1))
        assert verify_inclusion(MANY[index], index, size, TREE.inclusion(index, size), TREE.root(size))


@given(st.integers(1, 700), st.data())
def test_nothing_else_is_in_the_list(size: int, data: st.DataObject) -> None:
    """Another entry, place, size, root or path, or a changed bit anywhere, is not proved."""
    index = data.draw(st.integers(0, size - 1))
    path, root, entry = TREE.inclusion(index, size), TREE.root(size), MANY[index]
    other = data.draw(st.integers(0, size + 3).filter(lambda number: number != index))
    assert not verify_inclusion(entry, other, size, path, root)
    assert not verify_inclusion(MANY[(index + 1) % 700], index, size, path, root)
    assert not verify_inclusion(entry, index, size, [*path, root], root)
    assert not verify_inclusion(entry, index, size, path, flipped(root, data))
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not verify_inclusion(entry, index, size, path[:-1], root)
        assert not verify_inclusion(
            entry, index, size, [*path[:place], flipped(path[place], data), *path[place + 1 :]], root
        )


@given(st.integers(2, 700), st.data())
def test_a_rewritten_list_is_not_a_longer_one(size: int, data: st.DataObject) -> None:
    """No path that the rewriter can make from the new list leads from the old root to the new one."""
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = Tree([*MANY[:changed], b"rewritten".ljust(32), *MANY[changed + 1 : size]])
    path = rewritten.consistency(first)
    assert not verify_consistency(first, size, TREE.root(first), rewritten.root(), path)
    assert not verify_consistency(
        first, size, TREE.root(first), rewritten.root(), TREE.consistency(first, size)
    )


@given(st.integers(2, 700), st.data())
def test_a_changed_proof_of_consistency_is_noticed(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size - 1))
    path, old, new = TREE.consistency(first, size), TREE.root(first), TREE.root(size)
    place = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:place], flipped(path[place], data), *path[place + 1 :]]
    assert not verify_consistency(first, size, old, new, changed)
    assert not verify_consistency(first, size, flipped(old, data), new, path)
    assert not verify_consistency(first, size, old, flipped(new, data), path)
    assert not verify_consistency(first, size, old, new, path[:-1])
    assert not verify_consistency(first, size, old, new, [*path, new])


def flipped(value: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, 255))
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(32, "big")


@pytest.mark.parametrize(("first", "second"), [(-1, 3), (4, 3), (3, -1)])
def test_numbers_that_fit_no_list_prove_nothing(first: int, second: int) -> None:
    assert not verify_consistency(first, second, EMPTY, EMPTY, [])
    assert not verify_inclusion(MANY[0], first, second if second < first else 0, [], EMPTY)
    with pytest.raises(ValueError, match="begin"):
        consistency_proof(first, second, TREE.node)
    with pytest.raises(ValueError, match="no entry"):
        inclusion_proof(max(second, 0), max(second, 0), TREE.node)


def test_what_is_no_hash_proves_nothing() -> None:
    assert not verify_inclusion(MANY[0], 0, 2, [b"short"], TREE.root(2))
    assert not verify_inclusion(MANY[0], 0, 1, [], b"")
    assert not verify_consistency(1, 2, TREE.root(1), TREE.root(2), ["text"])  # type: ignore[list-item]


def test_the_empty_list_is_the_beginning_of_every_list_with_its_own_root_only() -> None:
    assert verify_consistency(0, 5, EMPTY, TREE.root(5), [])
    assert not verify_consistency(0, 5, TREE.root(1), TREE.root(5), [])
    assert not verify_consistency(0, 5, EMPTY, TREE.root(5), [TREE.root(5)])


@given(st.lists(st.integers(0, 300), max_size=6))
def test_appending_in_batches_is_appending_one_by_one(batches: list[int]) -> None:
    tree, tiles, size = Tree(), {}, 0
    for number in batches:
        entries = made(size + number)[size:]
        tree.append(entries)
        tiles.update(grown(size, entries, lambda level, index: tiles[level, index]))
        size += number
    assert len(tree) == size
    assert tree.root() == Tree(made(size)).root()
    growing = Growing()
    growing.append(made(size))
    assert (growing.root(), growing.size) == (tree.root(), size)
    stored = Tiled(lambda level, index: tiles.get((level, index), b""))
    assert root_of(0, size, stored.node) == tree.root()
    assert b"".join(tiles[0, index] for index in range(-(-size // TILE))) == b"".join(made(size))


def test_tiles_of_three_levels_give_the_same_proofs() -> None:
    size = TILE * TILE + TILE + 3
    entries = made(size)
    tree = Tree(entries)
    tiles = dict(grown(0, entries, lambda level, index: b""))
    assert {level for level, _ in tiles} == {0, 1, 2}
    stored = Tiled(lambda level, index: tiles.get((level, index), b""))
    for index in (0, 255, 256, TILE * TILE - 1, TILE * TILE, size - 1):
        assert inclusion_proof(index, size, stored.node) == tree.inclusion(index)
        assert consistency_proof(index + 1, size, stored.node) == tree.consistency(index + 1)


def test_what_is_not_there_is_not_made_up() -> None:
    with pytest.raises(IndexError):
        Tree(MANY[:3]).node(1, 1)
    with pytest.raises(IndexError):
        Tree(MANY[:3]).node(5, 0)
    with pytest.raises(IndexError):
        Tiled(lambda level, index: b"".join(MANY[:3])).node(1, 1)
    with pytest.raises(ValueError, match="entries"):
        Tree(MANY[:3]).root(4)
    with pytest.raises(ValueError, match="32 bytes"):
        grown(0, [b"short"], lambda level, index: b"")
    with pytest.raises(ValueError, match="no part"):
        root_of(1, 3, TREE.node)
