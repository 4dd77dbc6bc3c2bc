"""Changing the instance key: a version more in the key file, wraps sealed anew, an old version taken out again.

The file is replaced as a whole: written beside, forced to the disk, renamed over the old one. Whoever reads it finds
the old one or the new one. Only one process changes it at a time.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.durable import sync_folder
from gongshi.safekeeping.keys import KEY_BYTES, InstanceKeys, KeyFileError, instance_keys, load
from gongshi.safekeeping.models import Recipient, Wrap
from gongshi.safekeeping.sealing import seal
from gongshi.safekeeping.wrapping import WRAPS, field_of, opened_with_instance


@contextmanager
def changing_the_file(path: Path) -> Iterator[None]:
    """Nobody else changes the key file meanwhile. Raises KeyFileError where somebody does."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise KeyFileError(f"{path}: another process is changing the keys") from error
    finally:
        os.close(descriptor)


def add_version(path: Path, *, at: datetime, use: bool = True) -> InstanceKeys:
    """A version more, which new things are sealed with from now on (``use``), or which only lies ready.

    Raises KeyFileError, OSError.
    """
    data = _read(path)
    version = max(int(name) for name in data["versions"]) + 1
    data["versions"][str(version)] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
    if use:
        _use(data, version, at)
    return _replaced(path, data)


def use_newest(path: Path, *, at: datetime) -> InstanceKeys:
    """Seal new things with the newest version, which lay ready. Raises KeyFileError, OSError."""
    data = _read(path)
    _use(data, max(int(name) for name in data["versions"]), at)
    return _replaced(path, data)


def drop_version(path: Path, version: int) -> InstanceKeys:
    """Take an old version out. Nothing that was made with it can be opened or found any more.

    Raises KeyFileError for the current version and for one that is not there, OSError.
    """
    data = _read(path)
    if version == data["current"] or str(version) not in data["versions"]:
        raise KeyFileError(f"{path}: version {version} is in use, or not there")
    del data["versions"][str(version)]
    data.get("since", {}).pop(str(version), None)
    return _replaced(path, data)


def _use(data: dict[str, Any], version: int, at: datetime) -> None:
    data["current"] = version
    data.setdefault("since", {})[str(version)] = at.isoformat()


def _read(path: Path) -> dict[str, Any]:
    load(path)
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def _replaced(path: Path, data: dict[str, Any]) -> InstanceKeys:
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # of a run that was killed
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps(data, indent=1) + "\n")
        file.flush()
        os.fsync(descriptor)
    load(new)  # what cannot be read never takes the place of what can
    new.replace(path)
    sync_folder(path.parent)
    return load(path)


def wraps_at(version: int) -> int:
    """How many data keys the key file opens with this version alone."""
    return Wrap.objects.filter(recipient=Recipient.INSTANCE, key_version=version).count()


def wraps_before(version: int) -> int:
    """How many data keys are sealed with another version than this."""
    return Wrap.objects.filter(recipient=Recipient.INSTANCE).exclude(key_version=version).count()


def rewrap_instance(after: UUID | None, *, most: int) -> tuple[int, UUID | None]:
    """Seal up to ``most`` data keys with the current version, those after a wrap's id; how many, and the last one's id.

    Each call commits by itself. The id is None when there were none left. Raises SealError.
    """
    keys = instance_keys()
    field = field_of(Recipient.INSTANCE.value, None)
    older = Wrap.objects.filter(recipient=Recipient.INSTANCE).exclude(key_version=keys.current_version)
    if after is not None:
        older = older.filter(id__gt=after)
    with transaction.atomic(using=STORE):
        wraps = list(older.order_by("id").select_for_update()[:most])
        for wrap in wraps:
            data_key, wrap.key_version = opened_with_instance(wrap), keys.current_version
            wrap.sealed = seal(
                keys.subkey(WRAPS), data_key, row=wrap.subject, field=field, key_version=keys.current_version
            )
        Wrap.objects.bulk_update(wraps, ["sealed", "key_version"], batch_size=200)
    return len(wraps), wraps[-1].id if wraps else None
