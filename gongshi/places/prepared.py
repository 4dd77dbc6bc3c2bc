"""Queries that are put together once for each shape of what is asked, and asked again with other values.

Django takes several times as long to put a query of the desk together as the database takes to answer it. What makes
two of them differ is nearly always an id, a list of ids or an instant. Those are left open here (`Open`) and filled in
each time, for whoever asks; everything else that is asked is part of the shape. The builder sees nothing of what is
left open, so no value of one reader can stand in the statement of another, and it may depend on nothing but what it is
given and on configuration, at whose change everything is put together anew. No answer is kept, only statements.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    Model,
    QuerySet,
    UUIDField,
)
from django.db.models.expressions import BaseExpression

from gongshi.places.snapshots import Snapshot

M = TypeVar("M", bound=Model)
MOST = 200
"""Shapes of one query that are kept: more than the roles and filters of a place make."""
_FIELDS: dict[type[Any], "Field[Any, Any]"] = {
    UUID: UUIDField(),
    datetime: DateTimeField(),
    date: DateField(),
    str: CharField(),
    int: IntegerField(),
}
_OPEN = (UUID, date)  # an instant is a date, too
_LISTS = (tuple, list, set, frozenset)


@dataclass(frozen=True)
class Later:
    """A word or a number that is left open, too, as ids and instants are; else they are part of the shape."""

    value: str | int


class Open(BaseExpression):
    """A value, or with ``many`` a list for ``__in``, that is filled in later. Nothing can be computed with it."""

    def __init__(self, number: int, kind: type[Any], *, many: bool = False) -> None:
        super().__init__(output_field=_FIELDS[kind])
        self.number, self.many = number, many

    def __eq__(self, other: object) -> bool:
        """Only itself. TypeError beside an id or a date: a builder that compares would decide for everybody."""
        if isinstance(other, _OPEN):
            raise TypeError("this value is left open: nothing can be decided by it here")
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def as_sql(self, *_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """One placeholder, whose parameter is the mark itself."""
        return ("(%s)" if self.many else "%s"), [self]


class _Statement:
    """A query of one shape, as it goes to the database: its text cut where values go in."""

    def __init__(self, rows: "QuerySet[Any]") -> None:
        self.rows = rows
        self.compiler = rows.query.get_compiler(rows.db)
        self.is_empty = False
        try:
            sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.is_empty = True
            return
        self._texts = sql.split("%s")
        self._params: Sequence[Any] = tuple(params)
        if len(self._texts) != len(self._params) + 1:
            raise ValueError(f"more or fewer places than values: {sql}")
        if any(isinstance(one, date) for one in self._params):
            raise ValueError(f"an instant stands in what is kept: {sql}")

    def filled(self, given: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """The statement with its parameters."""
        connection = connections[self.rows.db]
        text, params = [self._texts[0]], list[Any]()
        for param, after in zip(self._params, self._texts[1:], strict=True):
            if not isinstance(param, Open):
                params.append(param)
                text += ("%s", after)
                continue
            values = given[param.number] if param.many else (given[param.number],)
            field = param.output_field
            params += (field.get_db_prep_value(value, connection) for value in values)
            text += (", ".join(["%s"] * len(values)), after)
        return "".join(text), tuple(params)


class _Filled:
    """A query whose compiler has nothing left to do; of everything else the kept one tells."""

    def __init__(self, kept: _Statement, given: Sequence[Any]) -> None:
        self._query = kept.rows.query
        self._compiler = copy(kept.compiler)
        statement = kept.filled(given)
        # A connection belongs to one thread, and whoever put the query together was perhaps another.
        vars(self._compiler).update(as_sql=lambda *_, **__: statement, connection=connections[kept.rows.db])

    def get_compiler(self, *_: Any, **__: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Prepared(Generic[M]):
    """``build`` gives a queryset (no prefetching) of what it is called with.

    Called with ids, instants, `Later`, lists of them and frozen dataclasses of all these, it gives the rows, as a list
    of the queryset would. What else it is called with (flags, codes, None, an empty list) is part of the shape and has
    to be of few values. TypeError for anything that is neither. ``fixed``: the builder reads no configuration.
    """

    def __init__(self, build: "Callable[..., QuerySet[M, Any]]", *, fixed: bool = False) -> None:
        self.build = build
        kept: dict[Hashable, _Statement] = {}
        self._kept: Callable[[], dict[Hashable, _Statement]] = (lambda: kept) if fixed else Snapshot(dict)

    def __call__(self, *asked: Any) -> list[Any]:
        """The rows. One statement, or none where Django knows that there are none."""
        kept, given = self._statement(asked)
        if kept.is_empty:
            return []
        rows = kept.rows
        filled: QuerySet[Any] = rows.__class__(model=rows.model, query=_Filled(kept, given), using=rows.db)  # type: ignore[arg-type]
        filled._iterable_class, filled._fields = rows._iterable_class, rows._fields  # type: ignore[attr-defined]
        return list(filled)

    def sql(self, *asked: Any) -> tuple[str, tuple[Any, ...], str]:
        """The statement, its parameters and its database, for one around it. Raises EmptyResultSet."""
        kept, given = self._statement(asked)
        if kept.is_empty:
            raise EmptyResultSet
        return *kept.filled(given), kept.rows.db

    def _statement(self, asked: Sequence[Any]) -> tuple[_Statement, list[Any]]:
        given: list[Any] = []
        read = [_left_open(one, given) for one in asked]
        shape = tuple(key for key, _ in read)
        kept = self._kept()
        found = kept.get(shape)
        if found is None:
            if len(kept) >= MOST:
                kept.clear()
            found = kept[shape] = _Statement(self.build(*(stands for _, stands in read)))
        return found, given


def _left_open(value: Any, given: list[Any]) -> tuple[Hashable, Any]:
    """What a value is in the shape, and what the builder gets for it. What is left open is added to ``given``."""
    if isinstance(value, Later):
        value, kind = value.value, type(value.value)
    elif isinstance(value, _OPEN):
        kind = type(value)
    elif isinstance(value, _LISTS):
        return _list_left_open(value, given)
    elif is_dataclass(value) and not isinstance(value, type):
        return _parts_left_open(value, given)
    elif value is None or isinstance(value, str | int):
        return (type(value), value), value
    else:
        raise TypeError(f"{type(value).__name__} is neither left open nor part of a query's shape")
    given.append(value)
    return (kind,), Open(len(given) - 1, kind)


def _list_left_open(values: Any, given: list[Any]) -> tuple[Hashable, Any]:
    if not values:
        return (), ()
    (kind,) = {type(one) for one in values}
    given.append(tuple(values))
    return (list, kind), Open(len(given) - 1, kind, many=True)


def _parts_left_open(value: Any, given: list[Any]) -> tuple[Hashable, Any]:
    read = {one.name: _left_open(getattr(value, one.name), given) for one in fields(value)}
    shape = (type(value), *(key for key, _ in read.values()))
    return shape, type(value)(**{name: stands for name, (_, stands) in read.items()})
