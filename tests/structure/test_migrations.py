"""Upgrades without downtime (docs/operate/upgrades.md): the version before must work on the tables of the one after.

While an upgrade runs, old workers still read and write. So a migration may add what the old program does not need to
know of, and nothing else: what it drops, renames or demands would break them. Exceptions are argued in migrations.toml.
"""

import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

from tests.structure.source import PACKAGE

ARGUED: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("migrations.toml").read_text(encoding="utf-8")
)
# Dropping a table or column is the last step of three, once no running version knows it: argued each time.
BREAKING = {
    migrations.RemoveField: "old workers still read and write the column",
    migrations.DeleteModel: "old workers still use the table",
    migrations.RenameField: "old workers know the column by its old name",
    migrations.RenameModel: "old workers know the table by its old name",
    migrations.AlterModelTable: "old workers know the table by its old name",
    migrations.AlterField: "old workers write what the column took before",
    migrations.AddConstraint: "old workers may write what it forbids",
    migrations.AlterUniqueTogether: "old workers may write what it forbids",
    migrations.RunSQL: "what it does to old workers cannot be read from here",
    migrations.RunPython: "what it does to old workers cannot be read from here",
}


def trouble_of(operation: Operation) -> str:
    """Why old workers could not live with it; "" if they can."""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        filled = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        return "" if filled else "old workers do not fill the column, and the database demands it"
    return next((why for kind, why in BREAKING.items() if type(operation) is kind), "")


def applied() -> Iterator[tuple[str, Operation]]:
    """Every operation after the first migration of its app, with its name: "cases.0002_x RemoveField case.text"."""
    for folder in sorted(PACKAGE.glob("*/migrations")):
        app = folder.parent.name
        for module in sorted(iter_modules([str(folder)]), key=lambda one: one.name)[1:]:
            migration = import_module(f"gongshi.{app}.migrations.{module.name}").Migration
            made: set[str] = set()
            for operation in migration.operations:
                made |= {operation.name_lower} if isinstance(operation, migrations.CreateModel) else set()
                # What belongs to a table that this migration makes is nothing that old workers know.
                if getattr(operation, "model_name_lower", None) not in made:
                    yield f"{app}.{module.name} {described(operation)}", operation


def described(operation: Operation) -> str:
    """The kind of an operation and what it is about."""
    table = getattr(operation, "model_name", "")
    name = getattr(operation, "name", "") or getattr(getattr(operation, "constraint", None), "name", "")
    about = ".".join(part for part in (table, name) if part)
    return f"{type(operation).__name__} {about}".strip()


def test_migrations_leave_the_version_before_working() -> None:
    """A new one that does not is argued in migrations.toml: how, then, do old workers live with it?"""
    troubled = {name: why for name, operation in applied() if (why := trouble_of(operation))}
    assert {name: why for name, why in troubled.items() if name not in ARGUED} == {}
    assert ARGUED.keys() - troubled.keys() == set(), "argued, but no longer there"


def test_every_argument_says_something() -> None:
    assert [name for name, argument in ARGUED.items() if len(argument) < 20] == []


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        (migrations.AddField("case", "x", models.CharField(max_length=4, default="a")), True),
        (migrations.AddField("case", "x", models.CharField(max_length=4, db_default="a")), False),
        (migrations.AddField("case", "x", models.DateField(null=True)), False),
        (migrations.RemoveField("case", "x"), True),
        (migrations.RenameField("case", "x", "y"), True),
        (migrations.RenameModel("Case", "Matter"), True),
        (migrations.DeleteModel("Case"), True),
        (migrations.AlterField("case", "x", models.DateField()), True),
        (migrations.AddIndex("case", models.Index(fields=["x"], name="x")), False),
        (migrations.CreateModel("Thing", []), False),
        (migrations.RunPython(migrations.RunPython.noop), True),
    ],
)
def test_what_breaks_old_workers_is_seen(operation: Operation, breaks: bool) -> None:
    assert bool(trouble_of(operation)) is breaks


def test_the_walk_sees_the_migrations() -> None:
    assert len(list(applied())) > 10
