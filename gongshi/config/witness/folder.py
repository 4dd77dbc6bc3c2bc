"""A witness's folder: its key, the house's keys as it first saw them, every head that it signed, and evidence."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.formats.proof.file import read_keys
from gongshi.formats.proof.kept import KEPT_FORMAT, Kept, read_kept
from gongshi.formats.proof.statements import (
    Cosignature,
    Head,
    Malformed,
    base64_text,
    head_digest,
    key_id,
    only,
    parsed_instant,
)
from gongshi.safekeeping.durable import sync_folder
from gongshi.safekeeping.signatures import public_of, sign, verify


class Damaged(Exception):
    """A file of the folder is not what the witness wrote. The message, one line, names it."""


@dataclass(frozen=True)
class Doubts:
    """What is not settled: since when no head could be had; heads to which no path was shown, in ``looks`` looks."""

    away_since: str | None = None
    unproved: tuple[Head, ...] = ()
    looks: int = 0


class Folder:
    """What a witness keeps. Made when it is not there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._heads = path / "heads"
        self._heads.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._secret = self._own_key()
        self.public = public_of(self._secret)

    def _own_key(self) -> bytes:
        file = self.path / "key.json"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as opened:
                json.dump({"secret": secrets.token_hex(32)}, opened)
                opened.flush()
                os.fsync(descriptor)
            sync_folder(self.path)
        try:
            secret = bytes.fromhex(self._read(file)["secret"])
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"{file}: this is no witness's key") from error
        if len(secret) != 32:
            raise Damaged(f"{file}: this is no witness's key")
        return secret

    def known_keys(self) -> dict[str, bytes]:
        """The house's public keys as the witness has seen them; empty before its first look."""
        file = self.path / "house.json"
        if not file.exists():
            return {}
        try:
            return read_keys(self._read(file).get("keys"))
        except (Malformed, AttributeError) as error:
            raise Damaged(f"{file}: {error}") from error

    def keep_keys(self, url: str, keys: Mapping[str, bytes]) -> None:
        """Remember the house's keys."""
        texts = {name: base64_text(public) for name, public in keys.items()}
        self._write(self.path / "house.json", {"url": url, "keys": texts})

    def latest(self) -> Head | None:
        """The newest head that was kept. Raises Damaged for one that this witness did not sign."""
        kept = self._newest()
        return kept.heads[0] if kept else None

    def signed_at(self) -> str:
        """When this witness signed the newest head that was kept; "" without one."""
        kept = self._newest()
        return kept.cosignature.at if kept and kept.cosignature else ""

    def _newest(self) -> Kept | None:
        files = sorted(self._heads.glob("*.json"))
        if not files:
            return None
        try:
            kept = read_kept(self._read(files[-1]))
        except Malformed as error:
            raise Damaged(f"{files[-1]}: {error}") from error
        if not self._is_own(kept):
            raise Damaged(f"{files[-1]}: this witness did not sign it")
        return kept

    def _is_own(self, kept: Kept) -> bool:
        own = {key_id(self.public): self.public}
        signed = kept.cosignature
        return (
            signed is not None and signed.head == head_digest(kept.heads[0]) and signed.is_signed(own, verify)
        )

    def keep(self, head: Head, keys: Mapping[str, bytes], at: str) -> Path:
        """Sign a head and keep it, durably. Returns its file."""
        unsigned = Cosignature(key_id(self.public), "", head_digest(head), at)
        signature = base64_text(sign(self._secret, unsigned.signed_bytes()))
        data = {
            "format": KEPT_FORMAT,
            "head": head.as_data(),
            "cosignature": {**unsigned.as_data(), "signature": signature},
            "witness": base64_text(self.public),
            "keys": {name: base64_text(public) for name, public in keys.items()},
        }
        # Ten digits, so that the order of names is that of batches.
        return self._write(self._heads / f"{head.batch:010}.json", data)

    def doubts(self) -> Doubts:
        """What earlier looks left unsettled."""
        file = self.path / "doubts.json"
        if not file.exists():
            return Doubts()
        try:
            found = only(self._read(file), {"away_since", "unproved", "looks"}, "doubts")
            if found["away_since"] is not None:
                parsed_instant(found["away_since"])
            unproved = tuple(Head.read(one, "unproved") for one in found["unproved"])
            return Doubts(found["away_since"], unproved, int(found["looks"]))
        except (AttributeError, TypeError, ValueError) as error:
            raise Damaged(f"{file}: {error}") from error

    def keep_doubts(self, doubts: Doubts) -> None:
        """Remember them for the next look; also for one of another process."""
        if doubts != self.doubts():
            unproved = [head.as_data() for head in doubts.unproved]
            data = {"away_since": doubts.away_since, "unproved": unproved, "looks": doubts.looks}
            self._write(self.path / "doubts.json", data)

    def keep_evidence(self, data: Mapping[str, Any], at: str) -> Path:
        """Keep what contradicts what was kept, word for word."""
        return self._write(self.path / f"evidence-{at.replace(':', '')}.json", data)

    def _write(self, file: Path, data: Mapping[str, Any]) -> Path:
        beside = file.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as opened:
            json.dump(data, opened, ensure_ascii=False, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
        sync_folder(file.parent)
        return file

    def _read(self, file: Path) -> Any:
        try:
            return json.loads(file.read_bytes())
        except (ValueError, RecursionError) as error:
            raise Damaged(f"{file}: not JSON") from error
