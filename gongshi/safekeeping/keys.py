"""The instance's keys: one small file outside the database and outside its backups.

``{"current": 1, "versions": {"1": "<base64 of 32 random bytes>"}}``. New things are sealed with the current version;
older versions stay in the file as long as anything sealed with them is left (`rotation`). ``since``, where there is
one, says when a version became the current one. A process that finds the file changed reads it again. No key is used
itself: each purpose has a subkey of its own, derived by HKDF-SHA256 (RFC 5869), so that nothing sealed for one purpose
opens for another.
"""

import base64
import binascii
import json
import logging
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from gongshi.safekeeping.durable import sync_folder

KEY_BYTES = 32
_INFO = b"gongshi instance key 1 "
security = logging.getLogger("gongshi.security")


class KeyFileError(Exception):
    """The key file cannot be used, or lacks a version. The message, one line, says what to do; it holds no key."""


class InstanceKeys:
    """The versions of one instance's key. Its repr shows no key, so that no traceback or log does."""

    def __init__(
        self, current_version: int, versions: Mapping[int, bytes], since: Mapping[int, datetime] | None = None
    ) -> None:
        if current_version not in versions:
            raise KeyFileError(f"the current key version {current_version} is not among the versions")
        self.current_version = current_version
        self.versions = tuple(sorted(versions, reverse=True))
        self.since = dict(since or {})
        self._keys = dict(versions)
        self._subkeys: dict[tuple[str, int], bytes] = {}

    def __repr__(self) -> str:
        return f"<InstanceKeys versions={self.versions} current={self.current_version}>"

    def subkey(self, purpose: str, version: int | None = None) -> bytes:
        """The 32-byte key of a purpose, of the current version or the one named.

        Derived once per process and version. Raises KeyFileError for a version that the file does not hold.
        """
        wanted = (purpose, self.current_version if version is None else version)
        found = self._subkeys.get(wanted)
        if found is None:
            found = self._subkeys[wanted] = self._derived(*wanted)
        return found

    def _derived(self, purpose: str, version: int) -> bytes:
        if version not in self._keys:
            raise KeyFileError(f"key version {version} is not in the key file; put the version back into it")
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_INFO + purpose.encode())
        return derivation.derive(self._keys[version])


_held: ContextVar[InstanceKeys | None] = ContextVar("held instance keys", default=None)


def instance_keys() -> InstanceKeys:
    """The keys in ``settings.KEY_FILE``, as they are now, or as they were held. Raises KeyFileError."""
    return _held.get() or keys_in(settings.KEY_FILE)


@contextmanager
def holding_instance_keys() -> Iterator[None]:
    """Looks at the key file once for everything inside, so that all of it is sealed with one version.

    Each look is a system call, during which another thread takes over the interpreter: with several threads in a
    process that costs more than sealing does. Raises KeyFileError.
    """
    token = _held.set(instance_keys())
    try:
        yield
    finally:
        _held.reset(token)


_known: dict[str, tuple[tuple[int, int, int], InstanceKeys]] = {}


def keys_in(path: Path) -> InstanceKeys:
    """The keys in a key file, read once and again when the file was replaced. Raises KeyFileError.

    Once it was read, a file that is gone or cannot be used any more changes nothing: what is sealed must stay readable
    while somebody mends it.
    """
    name = str(path)
    known = _known.get(name)
    try:
        status = os.stat(name)
        mark = (status.st_ino, status.st_mtime_ns, status.st_size)
    except OSError:
        if known is not None:
            return known[1]
        return load(path)  # which says what is wrong
    if known is not None and known[0] == mark:
        return known[1]
    try:
        found = load(path)
    except KeyFileError as error:
        if known is None:
            raise
        security.error(
            "the key file was changed and cannot be used; the keys read before stay in use: %s", error
        )
        found = known[1]
    _known[name] = (mark, found)
    return found


def make_key_file(path: Path) -> None:
    """Writes a new key file, readable by its owner alone, and forces it to the disk.

    Raises KeyFileError when there is one already: it may be the only key to everything, so it is never overwritten.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
    text = json.dumps({"current": 1, "versions": {"1": key}}, indent=1) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"{path}: there is a key file already; it is never overwritten") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)
    sync_folder(path.parent.parent)


def load(path: Path) -> InstanceKeys:
    """Reads a key file. Raises KeyFileError when it is missing, readable by others, or not what it must be."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except FileNotFoundError as error:
        raise KeyFileError(
            f"{path}: no key file. A new instance gets one from `gongshi init`; one that has cases needs its own back"
        ) from error
    except OSError as error:
        raise KeyFileError(f"{path}: the key file cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise KeyFileError(f"{path}: others may read the key file (mode {mode:04o}); run chmod 600 on it")
    try:
        return _parsed(json.loads(content))
    except (ValueError, RecursionError) as error:
        # The parser's own message could quote the file, and with it a key.
        raise KeyFileError(f"{path}: the key file is damaged; put a good copy in its place") from error
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error}") from error


def _parsed(data: Any) -> InstanceKeys:
    if not isinstance(data, dict) or set(data) - {"since"} != {"current", "versions"}:
        raise KeyFileError("expected an object with `current` and `versions`, nothing else but `since`")
    current, versions = data["current"], data["versions"]
    if not isinstance(current, int) or isinstance(current, bool) or not isinstance(versions, dict):
        raise KeyFileError("`current` must be a whole number and `versions` an object")
    found = {_number(name): _key(name, text) for name, text in versions.items()}
    return InstanceKeys(current, found, _since(data.get("since", {}), found))


def _since(data: Any, versions: Mapping[int, bytes]) -> dict[int, datetime]:
    if not isinstance(data, dict):
        raise KeyFileError("`since` must be an object")
    try:
        found = {_number(name): datetime.fromisoformat(text) for name, text in data.items()}
    except (TypeError, ValueError) as error:
        raise KeyFileError("`since` must hold instants, as in 2026-11-27T08:00:00+00:00") from error
    if any(at.tzinfo is None for at in found.values()) or not set(found) <= set(versions):
        raise KeyFileError("`since` must hold instants with their offset, of versions that are there")
    return found


def _number(name: str) -> int:
    if not (name.isascii() and name.isdigit()) or not 1 <= int(name) < 2**31 or name != str(int(name)):
        raise KeyFileError("a version must be a whole number from 1, written in digits")
    return int(name)


def _key(name: str, text: Any) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise KeyFileError(f"version {name} is not base64") from error
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"version {name} must hold {KEY_BYTES} bytes, not {len(key)}")
    return key
