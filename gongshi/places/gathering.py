"""Rows together with the rows that belong to them, in one statement.

``prefetch_related`` takes one more statement for each relation. Here the database puts the rows of each relation into a
JSON array beside the row that they belong to, and what comes out is the same: the row's own ``relation.all()`` answers
from memory, with whole instances of the model. Which fields go and how each comes back exactly as the database holds
it is the table `_EXACT`; a kind of field that is not in it is refused.

The order within a relation is the database's own: whoever needs one sorts. As with ``prefetch_related``, rows that are
written later are not in it.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import F, Func, Model, QuerySet, TextField

from gongshi.places.prepared import Prepared

M = TypeVar("M", bound=Model)
BESIDE = "gathered_"


def gathered(rows: QuerySet[M], *relations: str) -> list[M]:
    """The rows, each with all that its reverse foreign keys ``relations`` (by related name) hold, in one statement."""
    return fill(beside(rows, *relations), *relations)


def beside(rows: QuerySet[M], *relations: str) -> QuerySet[M]:
    """The query with what `fill` reads: the rows of these relations, each as one text."""
    vendor = connections[rows.db].vendor
    texts = {f"{BESIDE}{name}": _relation(rows.model, name).beside(vendor) for name in relations}
    found: QuerySet[M] = rows.annotate(**texts)
    return found


def fill(rows: Iterable[M], *relations: str) -> list[M]:
    """The rows of a query that was asked with the same relations `beside` it, each answering for them from memory."""
    listed = list(rows)
    for row in listed:
        for name in relations:
            _relation(type(row), name).fill(row, vars(row).pop(f"{BESIDE}{name}"))
    return listed


def gather(row: M, *relations: str) -> None:
    """Let a row that was read before answer from memory for ``relations``, too, in one statement."""
    (found,) = fill(_only(type(row), relations)(row.pk), *relations)
    vars(row).setdefault("_prefetched_objects_cache", {}).update(vars(found)["_prefetched_objects_cache"])


@lru_cache(maxsize=50)
def _only(model: type[Model], relations: tuple[str, ...]) -> Prepared[Any]:
    return Prepared(lambda pk: beside(model._base_manager.filter(pk=pk).only("pk"), *relations), fixed=True)


def forget(row: Model) -> None:
    """Let a row ask the database again for what was gathered: for whoever is about to change it."""
    vars(row).pop("_prefetched_objects_cache", None)


class _Relation:
    """One reverse foreign key of a model: how its rows are asked for, and how they come back."""

    def __init__(self, model: type[Model], name: str) -> None:
        relation: Any = model._meta.get_field(name)
        self._name, self._key, self._of = name, relation.field, relation.related_model
        self._fields: list[Any] = list(self._of._meta.concrete_fields)
        self._names = [field.attname for field in self._fields]
        self._exact = [_EXACT[_kind(field)] for field in self._fields]

    def beside(self, vendor: str) -> Func:
        """All rows of the relation as one text: an array for each, with the fields in the model's order.

        Written out rather than put together by Django: it is the same text each time, and most of a case's page.
        """
        columns = ", ".join(_column(field, vendor) for field in self._fields)
        own = f"FROM {_quoted(self._of._meta.db_table)} beside WHERE beside.{_quoted(self._key.column)}"
        rows = _ROWS[vendor].format(columns)
        return Func(F("pk"), template=f"(SELECT {rows} {own} = %(expressions)s)", output_field=TextField())

    def fill(self, row: Model, text: str | None) -> None:
        """Let ``row`` answer for the relation from memory."""
        manager = getattr(row, self._name)
        rows = manager.get_queryset()
        rows._result_cache = [self._made(row, values) for values in json.loads(text or "[]")]
        rows._prefetch_done = True
        vars(row).setdefault("_prefetched_objects_cache", {})[self._name] = rows

    def _made(self, row: Model, values: list[Any]) -> Model:
        exact = [
            None if value is None else back(value) for back, value in zip(self._exact, values, strict=True)
        ]
        made: Model = self._of.from_db(row._state.db, self._names, exact)
        self._key.set_cached_value(made, row)
        return made


@lru_cache(maxsize=200)
def _relation(model: type[Model], name: str) -> _Relation:
    return _Relation(model, name)


def _kind(field: Any) -> str:
    """What a column holds; of a foreign key, what the column that it points at holds."""
    return str((field.target_field if field.is_relation else field).get_internal_type())


def _instant(value: str) -> datetime:
    """SQLite keeps instants without their zone, which is UTC."""
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_EXACT: dict[str, Callable[[Any], Any]] = {
    "UUIDField": UUID,
    "DateTimeField": _instant,
    "DateField": date.fromisoformat,
    "BooleanField": bool,
    "BinaryField": bytes.fromhex,
    "JSONField": json.loads,
    **dict.fromkeys(("CharField", "TextField"), str),
    **dict.fromkeys(("IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"), int),
}


_ROWS = {
    "sqlite": "json_group_array(json_array({}))",
    "postgresql": "json_agg(json_build_array({}))::text",
}
_COLUMNS = {
    # Bytes, which JSON has no word for; nothing stays nothing.
    "BinaryField": {"sqlite": "iif({0} IS NULL, NULL, hex({0}))", "postgresql": "encode({}, 'hex')"},
    # JSON within, as the text that the column holds: numbers and names stay as they were written.
    "JSONField": {"sqlite": "{}", "postgresql": "({})::text"},
}


def _column(field: Any, vendor: str) -> str:
    plain = f"beside.{_quoted(field.column)}"
    written = _COLUMNS.get(_kind(field))
    return written[vendor].format(plain) if written else plain


def _quoted(name: str) -> str:
    """A name of a table or a column of ours, in which no quotation mark stands."""
    return f'"{name}"'
