"""What the ledger's key signs, as plain data and as the exact bytes under the signature.

A statement's bytes are a label and the statement as canonical JSON (RFC 8785) without its signature. Times are UTC, to
the second. Hashes are lower-case hexadecimal, keys and signatures base64.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Self

from gongshi.formats.canonical_json import canonical_json

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LARGEST = 2**53
MERGED_WITHIN = timedelta(hours=24)
"""How long after an entry was made it is in the list, at the latest: every promise says so."""
_SHORT = ("GONGSHI-PROMISE", "1")

Verify = Callable[[bytes, bytes, bytes], bool]
"""``verify(public_key, message, signature)``: whether the signature is that key's over that message."""


class Malformed(ValueError):
    """Data that is no such statement. The message says where and what was expected."""


def key_id(public: bytes) -> str:
    """The short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(b"gongshi key 1\x00" + public).hexdigest()[:16]


def base64_text(value: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(value).decode("ascii")


def base64_bytes(text: Any, length: int, where: str) -> bytes:
    """The bytes that a base64 text stands for, written in the one right way. Raises Malformed."""
    try:
        value = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        value = b""
    if len(value) != length or base64_text(value) != text:
        raise Malformed(f"{where}: expected base64 of {length} bytes")
    return value


def hash_bytes(text: Any, where: str) -> bytes:
    """The 32 bytes that 64 lower-case hexadecimal digits stand for. Raises Malformed."""
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise Malformed(f"{where}: expected 64 hexadecimal digits")
    return bytes.fromhex(text)


def only(data: Any, names: set[str], where: str) -> Mapping[str, Any]:
    """An object with exactly these names. Raises Malformed: a name that nobody reads could say anything."""
    if not isinstance(data, dict) or set(data) != names:
        raise Malformed(f"{where}: expected exactly {', '.join(sorted(names))}")
    return data


@dataclass(frozen=True)
class _Statement:
    key: str
    signature: str

    @classmethod
    def label(cls) -> bytes:
        """What sets one kind of statement apart from every other that the same key signs."""
        raise NotImplementedError

    @classmethod
    def read(cls, data: Any, where: str) -> Self:
        """The statement in JSON's plain data, every field checked for its form. Raises Malformed."""
        names = {field.name for field in fields(cls)}
        made = cls(**only(data, names, where))
        made.check(where)
        return made

    def check(self, where: str) -> None:
        """Raises Malformed for a field that has not its form."""
        if not isinstance(self.key, str) or not _KEY_ID.fullmatch(self.key):
            raise Malformed(f"{where}.key: expected 16 hexadecimal digits")
        base64_bytes(self.signature, SIGNATURE_BYTES, f"{where}.signature")

    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        said = {name: value for name, value in self.as_data().items() if name != "signature"}
        return self.label() + canonical_json(said)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def is_signed(self, keys: Mapping[str, bytes], verify: Verify) -> bool:
        """Whether the signature is that of the key that the statement names, which must be among ``keys``."""
        public = keys.get(self.key)
        if public is None or key_id(public) != self.key:
            return False
        return verify(public, self.signed_bytes(), base64.b64decode(self.signature))


@dataclass(frozen=True)
class Head(_Statement):
    """The whole list up to batch ``batch``: ``size`` entries with this root, closed at ``at``."""

    origin: str
    batch: int
    size: int
    root: str
    at: str

    @classmethod
    def label(cls) -> bytes:
        """For heads."""
        return b"gongshi head 1\x00"

    def check(self, where: str) -> None:
        """Raises Malformed for a field that has not its form."""
        super().check(where)
        _text(self.origin, f"{where}.origin")
        _whole(self.batch, f"{where}.batch")
        _whole(self.size, f"{where}.size")
        hash_bytes(self.root, f"{where}.root")
        _time(self.at, f"{where}.at")

    @property
    def root_hash(self) -> bytes:
        """The root as bytes."""
        return bytes.fromhex(self.root)


@dataclass(frozen=True)
class Promise(_Statement):
    """At ``at`` the house had the commitment, and will have it in the list by ``merge_by``."""

    origin: str
    commitment: str
    at: str
    merge_by: str

    @classmethod
    def label(cls) -> bytes:
        """For promises."""
        return b"gongshi promise 1\x00"

    def check(self, where: str) -> None:
        """Raises Malformed for a field that has not its form."""
        super().check(where)
        _text(self.origin, f"{where}.origin")
        hash_bytes(self.commitment, f"{where}.commitment")
        _time(self.at, f"{where}.at")
        _time(self.merge_by, f"{where}.merge_by")

    def short(self) -> str:
        """The promise as one line for paper: it names no house, so that paper that is found leads nowhere.

        What is left out, whoever knows the house can put back: its name, and a day later as the time to merge by.
        """
        commitment = base64_text(bytes.fromhex(self.commitment))
        return " ".join((*_SHORT, self.at, self.key, commitment, self.signature))

    @classmethod
    def from_short(cls, text: str, origin: str) -> Self:
        """What `short` was made of, scanned or typed from paper, by the house ``origin``. Raises Malformed.

        Where lines are broken does not matter: every part has its length.
        """
        told, start = "".join(text.split()), "".join(_SHORT)
        if not told.startswith(start):
            raise Malformed(f"expected {' '.join(_SHORT)}, a time, a key, a commitment and a signature")
        parts = []
        for length in (len("2026-03-02T01:00:00Z"), len(key_id(b"")), len(base64_text(bytes(KEY_BYTES)))):
            parts.append(told[len(start) :][:length])
            told = told[length:]
        at, key, committed = parts
        commitment = base64_bytes(committed, KEY_BYTES, "commitment").hex()
        _time(at, "time")
        try:
            merge_by = parsed_instant(at) + MERGED_WITHIN
        except OverflowError:
            raise Malformed("time: none comes after it") from None
        made = cls(key, told[len(start) :], origin, commitment, at, f"{merge_by:%Y-%m-%dT%H:%M:%SZ}")
        made.check("promise")
        return made


@dataclass(frozen=True)
class Cosignature(_Statement):
    """A witness saw this head at ``at``, and that it continues every head that the witness kept before."""

    head: str
    at: str

    @classmethod
    def label(cls) -> bytes:
        """For witnesses."""
        return b"gongshi witness 1\x00"

    def check(self, where: str) -> None:
        """Raises Malformed for a field that has not its form."""
        super().check(where)
        hash_bytes(self.head, f"{where}.head")
        _time(self.at, f"{where}.at")


def head_digest(head: Head) -> str:
    """What a witness signs of a head: the SHA-256 of what the house signed, in hexadecimal."""
    return hashlib.sha256(head.signed_bytes()).hexdigest()


def parsed_instant(text: str) -> datetime:
    """An instant as statements write it. Raises ValueError."""
    return datetime.fromisoformat(text.removesuffix("Z") + "+00:00")


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= 300:
        raise Malformed(f"{where}: expected a text")


def _whole(value: Any, where: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST:
        raise Malformed(f"{where}: expected a whole number from 0")


def _time(value: Any, where: str) -> None:
    try:
        right = isinstance(value, str) and bool(_INSTANT.fullmatch(value)) and bool(parsed_instant(value))
    except ValueError:
        right = False
    if not right:
        raise Malformed(f"{where}: expected a time as in 2026-03-02T01:00:00Z")
