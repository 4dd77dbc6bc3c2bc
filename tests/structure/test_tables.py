"""Promise 1: cases, not people. Every table and every column is on the allow-list, with the reason it may exist.

A new column fails here until ``columns.toml`` says what it is. Words that would sort, compare or trace people are
refused whatever the list says.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections, models

LIST = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))
CLASSES: dict[str, str] = LIST["classes"]
TABLES: dict[str, dict[str, str]] = LIST["tables"]

# A column with one of these words in its name is refused, whatever it is for.
NEVER = set(LIST["names"]["never"].split())
# These may stand in the clear only for offices and staff, or sealed or as a keyed hash; and with an argument.
DELICATE = set(LIST["names"]["delicate"].split())
# A table so named would be a register of people.
NO_TABLE = set(LIST["names"]["no_table"].split())
SHUT = {"configuration", "staff account", "sealed", "keyed hash"}
ANY_LENGTH = {"configuration", "staff account", "public copy"}


@dataclass(frozen=True)
class Column:
    """One column of one table, as the models declare it, and what the list says of it."""

    table: str
    field: models.Field  # type: ignore[type-arg]

    @property
    def name(self) -> str:
        return str(self.field.column)

    @property
    def entry(self) -> str:
        return TABLES.get(self.table, {}).get(self.name, "")

    @property
    def kind(self) -> str:
        return self.entry.partition(";")[0].strip()

    @property
    def argument(self) -> str:
        return self.entry.partition(";")[2].strip()

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def columns() -> Iterator[Column]:
    """Every column of every table that the models make, those between many and many included."""
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                yield Column(model._meta.db_table, field)


COLUMNS = list(columns())


def words_in(name: str) -> set[str]:
    """The words of a name, alone and in neighbouring pairs: ``id_card`` is also ``idcard``."""
    parts = name.lower().split("_")
    return {*parts, *(a + b for a, b in pairwise(parts))}


def test_every_column_is_argued_and_nothing_is_argued_twice() -> None:
    known = {(table, name) for table, entries in TABLES.items() for name in entries}
    real = {(column.table, column.name) for column in COLUMNS}
    assert real - known == set(), "say in tests/structure/columns.toml why these columns may exist"
    assert known - real == set(), "these columns are gone: take them off tests/structure/columns.toml"


def test_every_column_has_a_class() -> None:
    assert [f"{column}: {column.kind!r}" for column in COLUMNS if column.kind not in CLASSES] == []


def test_no_column_sorts_or_traces_people() -> None:
    assert [str(column) for column in COLUMNS if words_in(column.name) & NEVER] == []


def test_a_way_to_reach_somebody_never_stands_in_the_clear() -> None:
    delicate = [column for column in COLUMNS if words_in(column.name) & DELICATE]
    assert [str(column) for column in delicate if column.kind not in SHUT] == []
    assert [str(column) for column in delicate if not column.argument] == []


def faults(column: Column) -> Iterator[str]:
    """Where a column could hold more than its class says."""
    field, kind = column.field, column.kind
    binary = isinstance(field, models.BinaryField)
    if isinstance(field, models.GenericIPAddressField | models.FileField):
        yield "a type that has no place here"
    if kind in ("sealed", "keyed hash") and not binary:
        yield f"{kind}, and so must be binary"
    if kind == "keyed hash" and (field.max_length != 32 or not column.argument):
        yield "a keyed hash has 32 bytes, and an argument: what is hashed, with which key"
    if binary and kind not in ("sealed", "keyed hash") and not column.argument:
        yield "bytes that are not sealed need an argument"
    roomy = isinstance(field, models.TextField | models.JSONField) or (field.max_length or 0) > 60
    if roomy and not binary and kind not in ANY_LENGTH and not column.argument:
        yield "has room for what somebody wrote: say what keeps that out"


def test_no_column_can_hold_more_than_its_class_says() -> None:
    assert [f"{column}: {fault}" for column in COLUMNS for fault in faults(column)] == []


def test_no_table_of_people() -> None:
    for table in {column.table for column in COLUMNS}:
        assert words_in(table) & NO_TABLE == set(), table


@pytest.mark.django_db
def test_database_has_these_columns_and_no_others() -> None:
    """What migrations really made; a hand-written one cannot slip a table in."""
    made = set()
    for connection in connections.all():
        with connection.cursor() as cursor:
            made |= {
                (table, column.name)
                for table in connection.introspection.table_names(cursor)
                for column in connection.introspection.get_table_description(cursor, table)
            }
    bookkeeping = {("django_migrations", name) for name in ("id", "app", "name", "applied")}
    # SQLite's index over `cases_publiccase.tokens`: it holds what that column holds, and goes with it.
    bookkeeping |= {column for column in made if column[0].startswith("cases_publiccase_index")}
    assert made - bookkeeping == {(column.table, column.name) for column in COLUMNS}


@pytest.mark.parametrize(
    "name",
    ["id_card", "idcard_number", "birth_date", "risk_level", "gender", "ip_address", "tags", "credit_score"],
)
def test_the_words_are_seen(name: str) -> None:
    assert words_in(name) & NEVER
