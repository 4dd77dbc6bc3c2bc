"""The tables of a database, told for comparing; and those of new stores, made as `gongshi init` makes them.

``python -m tests.config.laying DIR`` makes an instance in DIR with stores where the settings say, and prints them.
"""

import json
import sys
from pathlib import Path
from typing import Any

Told = dict[str, Any]


def tables_of(connection: Any) -> Told:
    """Each table's columns, constraints and indexes, whatever their order; and how many rows it has."""
    told: Told = {}
    introspection = connection.introspection
    with connection.cursor() as cursor:
        for table in sorted(introspection.table_names(cursor)):
            columns = {
                column.name: [_type(introspection, column), *column[2:]]
                for column in introspection.get_table_description(cursor, table)
            }
            constraints = introspection.get_constraints(cursor, table)
            told[table] = {
                "columns": columns,
                "constraints": sorted(map(_plain, constraints.values()), key=str),
                "checks": _checks(connection, cursor, table),
                "unsampled": _unsampled(connection, cursor, table),
                "rows": _count(connection, cursor, table),
            }
    return json.loads(json.dumps(told, default=str))  # type: ignore[no-any-return]


def _type(introspection: Any, column: Any) -> str:
    """Columns of SQLite's own index of words have no type."""
    return str(introspection.get_field_type(column.type_code, column)) if column.type_code else ""


def _plain(constraint: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) for key, value in sorted(constraint.items())}


def _checks(connection: Any, cursor: Any, table: str) -> list[str]:
    """What stands in the conditions of a table and of its indexes, which Django does not tell."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND type <> 'table'", [table])
    else:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass "
            "UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = %s",
            [connection.ops.quote_name(table), table],
        )
    return sorted(str(row[0]) for row in cursor.fetchall())


def _unsampled(connection: Any, cursor: Any, table: str) -> list[str]:
    """The columns that PostgreSQL's planner is told to take no samples of."""
    if connection.vendor == "sqlite":
        return []
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attstattarget = 0",
        [connection.ops.quote_name(table)],
    )
    return sorted(name for (name,) in cursor.fetchall())


def _count(connection: Any, cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    return int(cursor.fetchone()[0])


def _main(directory: Path) -> None:
    from gongshi.config.instance import enter
    from gongshi.config.setup import make_instance

    make_instance(directory, {"base_url": "http://127.0.0.1:1"})
    enter(directory, founding=True)
    from django.db import connections

    from gongshi.config import stores

    stores.lay()
    for alias in connections:
        stores.migrate(alias)
    print(json.dumps({alias: tables_of(connections[alias]) for alias in connections}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
