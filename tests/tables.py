"""Test databases with their tables in them: laid once for all processes of a run, which take copies.

``python -m tests.tables FOLDER`` lays them: two SQLite files in ``FOLDER``, or two databases of the PostgreSQL server
that GONGSHI_DATABASE names, under the names of `template`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.once import once

ROOT = Path(__file__).resolve().parent.parent


def template(name: str) -> str:
    """The database that copies of ``name`` are made of."""
    return f"tables_of_{name}"


def copy_to(path: Path, alias: str) -> None:
    """A SQLite file with an alias's tables at ``path``."""
    shutil.copyfile(once("tables-sqlite", _lay) / f"{alias}.sqlite3", path)
    path.chmod(0o600)


def lay_on_postgresql() -> None:
    """See to it that the server has the databases to copy."""
    once("tables-postgresql", _lay)


def _lay(folder: Path) -> None:
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "tests.tables", str(folder)], cwd=ROOT, check=True)


def _main(folder: Path) -> None:
    from tests import instance  # noqa: F401  (the settings of a test process)

    os.environ["DJANGO_SETTINGS_MODULE"] = "gongshi.config.settings"
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    for alias in connections:
        connection: Any = connections[alias]
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = str(folder / f"{alias}.sqlite3")
            (folder / f"{alias}.sqlite3").touch()
        else:
            _recreate(connection)
        call_command("migrate", database=alias, verbosity=0, interactive=False, run_syncdb=True)
        connection.close()


def _recreate(connection: Any) -> None:
    name = template(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        quoted = connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted}")
    connection.settings_dict["NAME"] = name


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
