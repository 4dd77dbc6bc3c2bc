"""Heads as others keep them: a plain head, one that a witness signed too, or two heads with the path between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongshi.formats.proof.file import read_keys
from gongshi.formats.proof.statements import (
    KEY_BYTES,
    Cosignature,
    Head,
    Malformed,
    base64_bytes,
    hash_bytes,
    only,
)

KEPT_FORMAT = "gongshi kept head 1"


@dataclass(frozen=True)
class Kept:
    """What somebody kept: heads from the oldest on, and the path between two of them.

    ``keys`` are the house's as the witness knows them; ``witness`` is the witness's public key.
    """

    heads: Sequence[Head]
    path: Sequence[bytes] | None = None
    keys: Mapping[str, bytes] = field(default_factory=dict)
    cosignature: Cosignature | None = None
    witness: bytes = b""


def read_kept(data: Any) -> Kept:
    """What is in the file, each part checked for its form. Raises Malformed."""
    if not isinstance(data, dict):
        raise Malformed("head: expected an object")
    if "second" in data:
        return _two(data)
    if "cosignature" in data:
        return _witnessed(data)
    return Kept([Head.read(data, "head")])


def _two(data: Any) -> Kept:
    found = only(data, {"first", "second", "path"}, "consistency")
    return Kept(
        [Head.read(found["first"], "first"), Head.read(found["second"], "second")], read_path(found["path"])
    )


def _witnessed(data: Any) -> Kept:
    found = only(data, {"format", "head", "cosignature", "witness", "keys"}, "kept head")
    if found["format"] != KEPT_FORMAT:
        raise Malformed("this is no kept head of a kind known here")
    return Kept(
        heads=[Head.read(found["head"], "head")],
        keys=read_keys(found["keys"]),
        cosignature=Cosignature.read(found["cosignature"], "cosignature"),
        witness=base64_bytes(found["witness"], KEY_BYTES, "witness"),
    )


def read_path(data: Any) -> list[bytes]:
    """A path of hashes. Raises Malformed."""
    if not isinstance(data, list):
        raise Malformed("path: expected a list")
    return [hash_bytes(step, "path") for step in data]


def read_house(data: Any) -> tuple[str, dict[str, bytes]]:
    """A house's name and public keys by their ids, as its API gives them or a witness keeps them. Raises Malformed."""
    keys = data.get("keys") if isinstance(data, dict) else None
    if isinstance(keys, list):
        keys = {str(one.get("id")): one.get("public") for one in keys if isinstance(one, dict)}
    found = read_keys(keys)
    return str(data.get("origin") or data.get("url") or ""), found
