"""Checks a proof of filing with nothing at hand but the file, and a head that somebody else kept. Without Django.

Codes and facts come out; the words for them are the command's.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gongshi.formats.proof.commitments import WORDS_LABEL, commitment
from gongshi.formats.proof.file import Earlier, Opening, ProofFile
from gongshi.formats.proof.kept import Kept
from gongshi.formats.proof.statements import Head, Promise, head_digest, key_id, parsed_instant
from gongshi.rules.ledger import verify_consistency, verify_inclusion
from gongshi.safekeeping.signatures import verify


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``right`` is None where it could not be told."""

    code: str
    right: bool | None
    facts: dict[str, Any] = field(default_factory=dict)


def check(proof: ProofFile, kept: Kept | None = None) -> list[Finding]:
    """Everything that can be checked, in the order in which it is told."""
    findings = [_whole(proof)]
    if proof.head is not None:
        findings.append(_head(proof, proof.head))
        findings += [_earlier(proof, proof.head, one) for one in proof.earlier]
    for number, opening in enumerate(proof.entries, start=1):
        findings += _entry(proof, opening, number)
    if not proof.entries:
        findings.append(Finding("no_entries", False))
    if kept is not None:
        findings += list(_compared(proof, kept))
    return findings


def check_paper(promise: Promise, keys: Mapping[str, bytes]) -> Finding:
    """A promise that was read from paper, against the keys of the house that it is said to be of."""
    facts = {"origin": promise.origin, "key": promise.key, "at": promise.at, "by": promise.merge_by}
    return Finding("paper", promise.is_signed(keys, verify), {**facts, "commitment": promise.commitment})


def _whole(proof: ProofFile) -> Finding:
    keys = proof.public_keys()
    public = keys.get(proof.key, b"")
    right = all(key_id(value) == name for name, value in keys.items())
    right = right and verify(public, proof.signed_bytes(), b64decode(proof.signature))
    return Finding("file", right, {"origin": proof.origin, "key": proof.key})


def _head(proof: ProofFile, head: Head) -> Finding:
    right = head.is_signed(proof.public_keys(), verify)
    return Finding("head", right, {"batch": head.batch, "size": head.size, "at": head.at, "root": head.root})


def _earlier(proof: ProofFile, newest: Head, one: Earlier) -> Finding:
    """An earlier head counts where it is signed and the newest one continues it."""
    path = [bytes.fromhex(step) for step in one.path]
    continued = verify_consistency(one.head.size, newest.size, one.head.root_hash, newest.root_hash, path)
    right = continued and one.head.batch < newest.batch and one.head.is_signed(proof.public_keys(), verify)
    return Finding("earlier", right, {"batch": one.head.batch, "at": one.head.at})


def _entry(proof: ProofFile, opening: Opening, number: int) -> Iterator[Finding]:
    at = str(opening.entry.get("at", ""))
    facts: dict[str, Any] = {
        "number": number,
        "at": at,
        "code": str(opening.entry.get("code") or opening.entry.get("what") or ""),
    }
    made = _commitment(opening.salt, opening.entry)
    promise = opening.promise
    promised = made.hex() == promise.commitment and promise.is_signed(proof.public_keys(), verify)
    if not promised:
        yield Finding("promise", False, facts)
        return
    if opening.words is not None:
        yield Finding("words", _are_the_words(opening), {**facts, "said": opening.words.said})
    head = next((one for one in proof.heads() if one.batch == opening.batch), None)
    if head is None or opening.index is None:
        due = parsed_instant(promise.merge_by)
        late = proof.head is not None and parsed_instant(proof.head.at) > due
        yield Finding("broken" if late else "promised", not late, {**facts, "by": promise.merge_by})
        return
    path = [bytes.fromhex(step) for step in opening.path]
    there = verify_inclusion(made, opening.index, head.size, path, head.root_hash)
    yield Finding("included", there and not _after(at, head), {**facts, "since": head.at})


def _are_the_words(opening: Opening) -> bool:
    assert opening.words is not None
    params = opening.entry.get("params")
    told = params.get("words") if isinstance(params, dict) else None
    return told == _commitment(opening.words.salt, opening.words.said, WORDS_LABEL).hex()


def _commitment(salt: str, said: Any, *label: bytes) -> bytes:
    try:
        return commitment(bytes.fromhex(salt), said, *label)
    except (TypeError, ValueError):
        return b""


def _after(at: str, head: Head) -> bool:
    """Whether an entry says that it happened after the list with it was closed."""
    try:
        return datetime.fromisoformat(at) > parsed_instant(head.at)
    except (TypeError, ValueError):
        return True


def _compared(proof: ProofFile, kept: Kept) -> Iterator[Finding]:
    keys = {**proof.public_keys(), **kept.keys}
    same_keys = all(keys[name] == public for name, public in proof.public_keys().items())
    known = not kept.keys or proof.key in kept.keys
    if not (same_keys and known and all(head.is_signed(keys, verify) for head in kept.heads)):
        yield Finding("kept_signed", False)
        return
    if kept.cosignature is not None:
        name = key_id(kept.witness)
        seen = kept.cosignature.head == head_digest(kept.heads[0])
        right = seen and kept.cosignature.is_signed({name: kept.witness}, verify)
        yield Finding("witness", right, {"witness": name, "at": kept.cosignature.at})
    yield _continued(proof, kept)


def _continued(proof: ProofFile, kept: Kept) -> Finding:
    if proof.head is None:
        return Finding("nothing_to_compare", None)
    facts = {"own": proof.head.batch, "kept": ", ".join(str(head.batch) for head in kept.heads)}
    met = [
        (own, head)
        for own in proof.heads()
        for head in kept.heads
        if head.batch == own.batch or head.size == own.size
    ]
    if not met:
        return Finding("other_head", None, facts)
    if any((own.batch, own.size, own.root) != (head.batch, head.size, head.root) for own, head in met):
        return Finding("rewritten", False, facts)
    if kept.path is not None:
        first, second = kept.heads
        continues = verify_consistency(
            first.size, second.size, first.root_hash, second.root_hash, list(kept.path)
        )
        return Finding("continues" if continues else "rewritten", continues, facts)
    return Finding("same_head", True, facts)
