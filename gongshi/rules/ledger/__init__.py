"""A list that only grows, and proofs about it: RFC 6962 hashing, RFC 9162 proofs. See docs/rules/ledger.md."""

from gongshi.rules.ledger.hashing import EMPTY, HASH_BYTES, Node, leaf_hash, node_hash, root_of
from gongshi.rules.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from gongshi.rules.ledger.tiles import TILE, Tiled, grown, root_of_tile
from gongshi.rules.ledger.tree import Growing, Tree

__all__ = [
    "EMPTY",
    "HASH_BYTES",
    "TILE",
    "Growing",
    "Node",
    "Tiled",
    "Tree",
    "consistency_proof",
    "grown",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_of",
    "root_of_tile",
    "verify_consistency",
    "verify_inclusion",
]
