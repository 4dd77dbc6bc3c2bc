"""The wraps store after a restore: what it holds and what its backup holds, without what was erased since."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, transaction

from gongshi.config.backups import rows
from gongshi.config.backups.archive import Refused
from gongshi.config.backups.rows import Model
from gongshi.safekeeping.actions import bury, replay_tombstones
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.key_actions import drop_what_was_taken, retire_pairs
from gongshi.safekeeping.models import KeyPair, Recipient, Tombstone, Wrap
from gongshi.safekeeping.queries import key_file_opens

SAMPLE = 200


def stored(model: Model) -> Iterator[tuple[Any, ...]]:
    """Rows of the instance's own store; none where there is no store yet."""
    try:
        tables = connections[STORE].introspection.table_names()
    except DatabaseError:
        return
    if model._meta.db_table in tables:
        yield from rows.read(model, STORE)


def backed_up(model: Model, folder: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of a backup of the store, unpacked to ``folder``. Raises Refused for a line that is no row."""
    path = folder / f"{model._meta.db_table}.jsonl"
    if not path.exists():
        return
    width = len(model._meta.local_concrete_fields)
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                row = tuple(rows.decoded(line))
            except (ValueError, KeyError) as error:
                raise _unreadable() from error
            if len(row) != width:
                raise _unreadable()
            yield row


def _unreadable() -> Refused:
    return Refused("密钥包裹备份是别的版本写的", "the backup of the wraps was written by another version")


def merge(folder: Path) -> None:
    """Take into the store what its backup has more; then destroy again what any of the two says was erased or replaced.

    Of keys there are no tombstones: a replaced pair stays in the store, and says that nothing is to be sealed for it.
    """
    with transaction.atomic(using=STORE):
        bury(_stones(folder))
        gone = set(Tombstone.objects.values_list("subject", flat=True))
        for model in rows.tables(STORE):
            stream = backed_up(model, folder)
            names = [field.attname for field in model._meta.local_concrete_fields]
            while chunk := list(islice(stream, rows.AT_ONCE)):
                made = [model.from_db(STORE, names, row) for row in chunk]
                kept = [one for one in made if not isinstance(one, Wrap) or one.subject not in gone]
                model._base_manager.using(STORE).bulk_create(kept, ignore_conflicts=True)
        retire_pairs(dict(_replaced(folder)))
        replay_tombstones()
        drop_what_was_taken()


def _replaced(folder: Path) -> Iterator[tuple[UUID, datetime]]:
    names = [field.attname for field in KeyPair._meta.local_concrete_fields]
    for row in backed_up(KeyPair, folder):
        pair = KeyPair.from_db(STORE, names, row)
        if pair.retired_at is not None:
            yield pair.id, pair.retired_at


def _stones(folder: Path) -> Iterator[tuple[UUID, datetime]]:
    return ((subject, at) for subject, at in backed_up(Tombstone, folder))


def check(subjects: list[UUID], folder: Path) -> int:
    """Hold the keys against some filings and cases, spread over all; returns how many have no key anywhere.

    Raises Refused when the key file does not open one, or when most have none: then the wraps are another instance's,
    or were left out. What was erased since is not counted.
    """
    step = max(len(subjects) // SAMPLE, 1)
    sample, left = set(subjects[::step]), set(subjects)
    for stream in (stored(Tombstone), backed_up(Tombstone, folder)):
        left.difference_update(row[0] for row in stream)
    expected = len(left)
    names = [field.attname for field in Wrap._meta.local_concrete_fields]
    for stream in (stored(Wrap), backed_up(Wrap, folder)):
        for row in stream:
            wrap = Wrap.from_db(STORE, names, row)
            left.discard(wrap.subject)
            if wrap.subject in sample and wrap.recipient == Recipient.INSTANCE:
                _must_open(wrap)
    if len(left) * 2 > expected:
        raise Refused(
            f"{expected} 份来件和事项中有 {len(left)} 份没有密钥包裹；用 --wraps 给出包裹库的备份",
            f"{len(left)} of {expected} filings and cases have no wrap; name a backup of the wraps with --wraps",
        )
    return len(left)


def _must_open(wrap: Wrap) -> None:
    if not key_file_opens(wrap):
        raise Refused(
            "keys/instance.json 打不开这些来件：不是这个实例的密钥，或缺少旧版本",
            "keys/instance.json does not open these filings: it is another instance's, or lacks an older version",
        )
