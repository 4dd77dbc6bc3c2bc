"""All rows of an instance, table by table: read as a stream, written, counted, summed up, alike on both databases."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models, router

from gongshi.safekeeping.bulk import insert_all

AT_ONCE = 2_000
_TWO_256 = 1 << 256

Model = type[models.Model]


def tables(alias: str) -> list[Model]:
    """The tables of a database or store, each after those that its foreign keys lead to.

    A table that leads to itself, or two that lead to each other, come in the order of their names: their keys are
    checked at the end of the transaction.
    """
    wanted = [
        model
        for model in apps.get_models(include_auto_created=True)
        if router.db_for_read(model) == alias and not model._meta.proxy and model._meta.managed
    ]
    left = sorted(wanted, key=lambda model: model._meta.db_table)
    ordered: list[Model] = []
    while left:
        free = next((model for model in left if not _needs(model) & set(left) - {model}), left[0])
        left.remove(free)
        ordered.append(free)
    return ordered


def _needs(model: Model) -> set[Model]:
    return {field.related_model for field in model._meta.local_concrete_fields if field.is_relation}  # type: ignore[misc]


def read(model: Model, alias: str) -> Iterator[tuple[Any, ...]]:
    """Every row of a table: its columns in the order of the model. Inside a transaction on PostgreSQL."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    rows = model._base_manager.using(alias).order_by().values_list(*names)
    yield from rows.iterator(chunk_size=AT_ONCE)


def write(model: Model, alias: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """Insert rows as `read` gives them; yields how many more there are, now and then."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    stream = iter(rows)
    while chunk := list(islice(stream, AT_ONCE)):
        insert_all([model.from_db(alias, names, row) for row in chunk], using=alias)
        yield len(chunk)


class Sum:
    """A sum over the rows of a table that does not depend on their order: SHA-256 of each, added up."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row: Iterable[Any]) -> None:
        """Take in one row."""
        digest = hashlib.sha256(encoded(row).encode()).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _TWO_256
        self.rows += 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self.rows, self._sum) == (other.rows, other._sum)

    def __hash__(self) -> int:
        return hash((self.rows, self._sum))


def summed(rows: Iterable[tuple[Any, ...]], total: Sum) -> Iterator[tuple[Any, ...]]:
    """The same rows, taken into ``total`` as they go by."""
    for row in rows:
        total.add(row)
        yield row


def encoded(row: Iterable[Any]) -> str:
    """A row as one line of JSON, the same for the same values on every database. `decoded` reads it back."""
    return json.dumps(
        [_plain(value) for value in row], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def _plain(value: Any) -> Any:
    for kinds, name, text in _WRITTEN:
        if isinstance(value, kinds):
            return {name: text(value)}
    return value


# A datetime is a date too, so it comes first.
_WRITTEN: tuple[tuple[Any, str, Any], ...] = (
    ((bytes, memoryview, bytearray), "bytes", lambda value: base64.b64encode(bytes(value)).decode()),
    (UUID, "uuid", lambda value: value.hex),
    (datetime, "at", lambda value: value.astimezone(UTC).isoformat()),
    (date, "on", lambda value: value.isoformat()),
    (Decimal, "number", str),
    ((dict, list), "json", lambda value: value),
)


def decoded(line: str) -> list[Any]:
    """The values of a row as `encoded` wrote them. Raises ValueError."""
    return [_value(value) for value in json.loads(line)]


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _KINDS[kind](text)


_KINDS: dict[str, Any] = {
    "bytes": base64.b64decode,
    "uuid": UUID,
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "number": Decimal,
    "json": lambda value: value,
}


def reset_counters(alias: str) -> None:
    """Let PostgreSQL's own numbering go on after the rows that were written with theirs."""
    from django.core.management.color import no_style

    connection = connections[alias]
    statements = connection.ops.sequence_reset_sql(no_style(), tables(alias))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
