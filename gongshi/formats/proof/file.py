"""The file that a resident keeps: the entries of their own filing, opened, with what shows that they were dated.

JSON in one exact form: members in order, one space of indentation, a line break at the end. The house signs all of
it, so that a byte that was changed anywhere is noticed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gongshi.formats.canonical_json import canonical_json
from gongshi.formats.proof.commitments import SALT_BYTES
from gongshi.formats.proof.statements import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    Head,
    Malformed,
    Promise,
    base64_bytes,
    hash_bytes,
    only,
)

FORMAT = "gongshi proof 1"
LABEL = b"gongshi proof file 1\x00"
LARGEST = 20_000_000
MEMBERS = {"format", "note", "origin", "made_at", "keys", "head", "earlier", "entries", "key", "signature"}


@dataclass(frozen=True)
class Words:
    """Words that an entry commits to, with the salt that opens the commitment."""

    salt: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Opening:
    """One entry, opened: its salt, the promise about it, and where it lies in the list once it does.

    ``batch`` is the one that it came in with; the path leads to that batch's head, which dates it.
    """

    salt: str
    entry: Mapping[str, Any]
    promise: Promise
    batch: int | None = None
    index: int | None = None
    path: Sequence[str] = ()
    words: Words | None = None


@dataclass(frozen=True)
class Earlier:
    """The head of an earlier batch, and the path that shows that the file's newest head continues it."""

    head: Head
    path: Sequence[str]


@dataclass(frozen=True)
class ProofFile:
    """A whole file. ``head`` is the newest, null before the first batch; ``note`` says to people what the file is."""

    note: Mapping[str, str]
    origin: str
    made_at: str
    keys: Mapping[str, str]
    head: Head | None
    earlier: Sequence[Earlier]
    entries: Sequence[Opening]
    key: str
    signature: str = field(default="")

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"format": FORMAT, **asdict(self)}

    def signed_bytes(self) -> bytes:
        """What the file's signature is over: everything but itself."""
        said = self.as_data()
        del said["signature"]
        return LABEL + canonical_json(said)

    def signed(self, signature: str) -> "ProofFile":
        """The same file with its signature."""
        return replace(self, signature=signature)

    def heads(self) -> list[Head]:
        """Every head in the file, the newest first."""
        return ([self.head] if self.head else []) + [one.head for one in self.earlier]

    def public_keys(self) -> dict[str, bytes]:
        """The keys as bytes."""
        return read_keys(self.keys)


def written(data: Mapping[str, Any]) -> bytes:
    """Data in the one form that these files have."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def parsed(content: bytes) -> Any:
    """The data in a file of this form. Raises Malformed for anything that is written in another way."""
    if len(content) > LARGEST:
        raise Malformed("the file is too large")
    try:
        data = json.loads(content)
        same = isinstance(data, dict) and written(data) == content
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Malformed("the file is not as it was written: bytes were changed, added or lost")
    return data


def read_proof(content: bytes) -> ProofFile:
    """A file's content, every part checked for its form. Raises Malformed."""
    data = only(parsed(content), MEMBERS, "proof")
    if data["format"] != FORMAT:
        raise Malformed("this is no proof of filing of a kind known here")
    if not isinstance(data["entries"], list) or not isinstance(data["earlier"], list):
        raise Malformed("entries, earlier: expected lists")
    if not isinstance(data["note"], dict):
        raise Malformed("note: expected words")
    base64_bytes(data["signature"], SIGNATURE_BYTES, "signature")
    read_keys(data["keys"])
    return ProofFile(
        note=data["note"],
        origin=_text(data["origin"], "origin"),
        made_at=_text(data["made_at"], "made_at"),
        keys=data["keys"],
        head=None if data["head"] is None else Head.read(data["head"], "head"),
        earlier=[_earlier(one, f"earlier[{number}]") for number, one in enumerate(data["earlier"])],
        entries=[_opening(one, f"entries[{number}]") for number, one in enumerate(data["entries"])],
        key=_text(data["key"], "key"),
        signature=data["signature"],
    )


def read_keys(data: Any) -> dict[str, bytes]:
    """Public keys by their ids. Raises Malformed."""
    if not isinstance(data, dict):
        raise Malformed("keys: expected an object")
    return {name: base64_bytes(text, KEY_BYTES, f"keys.{name}") for name, text in data.items()}


def _earlier(data: Any, where: str) -> Earlier:
    found = only(data, {"head", "path"}, where)
    return Earlier(Head.read(found["head"], f"{where}.head"), _path(found["path"], where))


def _path(data: Any, where: str) -> list[str]:
    if not isinstance(data, list):
        raise Malformed(f"{where}.path: expected a list")
    return [hash_bytes(step, f"{where}.path").hex() for step in data]


def _opening(data: Any, where: str) -> Opening:
    found = only(data, {"salt", "entry", "promise", "batch", "index", "path", "words"}, where)
    for name in ("batch", "index"):
        number = found[name]
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 0):
            raise Malformed(f"{where}.{name}: expected a whole number or null")
    if not isinstance(found["entry"], dict):
        raise Malformed(f"{where}: expected an entry")
    return Opening(
        salt=_salt(found["salt"], where),
        entry=found["entry"],
        promise=Promise.read(found["promise"], f"{where}.promise"),
        batch=found["batch"],
        index=found["index"],
        path=_path(found["path"], where),
        words=None if found["words"] is None else _words(found["words"], f"{where}.words"),
    )


def _words(data: Any, where: str) -> Words:
    found = only(data, {"salt", "said"}, where)
    if not isinstance(found["said"], dict):
        raise Malformed(f"{where}.said: expected an object")
    return Words(_salt(found["salt"], where), found["said"])


def _salt(text: Any, where: str) -> str:
    try:
        right = isinstance(text, str) and bytes.fromhex(text).hex() == text and len(text) == 2 * SALT_BYTES
    except ValueError:
        right = False
    if not right:
        raise Malformed(f"{where}.salt: expected {2 * SALT_BYTES} hexadecimal digits")
    return str(text)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{where}: expected a text")
    return value
