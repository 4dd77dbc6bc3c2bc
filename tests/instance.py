"""Gives every test process an instance directory of its own, before Django reads its settings.

Loaded by ``-p tests.instance`` (pyproject.toml), because pytest-django reads the settings earlier than any conftest.
The directory holds a real ``gongshi.toml`` and real key files; it disappears with the process. Settings that a
developer has in the environment do not reach the tests, except the database to run on.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import tables
from tests.once import shared

KEPT = {
    "GONGSHI_DATABASE",
    "GONGSHI_WRAPS_DATABASE",
    "GONGSHI_CHROMIUM",
    "GONGSHI_REAL_DATA",
    "GONGSHI_TEST_COUNTS",
    "GONGSHI_TEST_ONCE",
    "GONGSHI_TEST_TURN",
}
TIME_ZONE = "Asia/Shanghai"
SETTINGS = f"""\
host_names = ["127.0.0.1", "localhost", "testserver"]
base_url = "http://testserver"
time_zone = "{TIME_ZONE}"
language = "zh"
"""


def _make_directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="gongshi-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name in ("files", "keys", "wraps", "outbox", "static"):
        (directory / name).mkdir(mode=0o700)
    (directory / "gongshi.toml").write_text(SETTINGS, encoding="utf-8")
    return directory


for name in [name for name in os.environ if name.startswith("GONGSHI_") and name not in KEPT]:
    del os.environ[name]
DIRECTORY = _make_directory()
os.environ["GONGSHI_DIR"] = str(DIRECTORY)
_shared = ExitStack()
_shared.enter_context(shared())
atexit.register(_shared.close)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests have: plain static files, cheap passwords, and SQLite in a file.

    A file and not memory, so that threads meet real locks.
    """
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    settings.LOGGING["loggers"]["gongshi"]["level"] = "INFO"
    settings.PASSWORD_HASHERS = ["tests.passwords.QuickArgon2"]
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"].endswith("sqlite3"):
            database.setdefault("TEST", {})["NAME"] = str(DIRECTORY / f"test-{alias}.sqlite3")
        else:
            database.setdefault("TEST", {})["TEMPLATE"] = tables.template(database["NAME"])
    _copy_databases_with_their_tables()
    _make_keys()


def _copy_databases_with_their_tables() -> None:
    """Every process would make the same tables. (The program itself never makes a SQLite file by opening it.)"""
    from django.db.backends.base.creation import BaseDatabaseCreation
    from django.db.backends.sqlite3.creation import DatabaseCreation

    named = DatabaseCreation._create_test_db  # type: ignore[attr-defined]
    created = BaseDatabaseCreation._create_test_db  # type: ignore[attr-defined]

    def copy_file(creation: Any, *given: object, **options: object) -> str:
        name = str(named(creation, *given, **options))
        tables.copy_to(Path(name), creation.connection.alias)
        return name

    def copy_database(creation: Any, *given: object, **options: object) -> str:
        tables.lay_on_postgresql()
        return str(created(creation, *given, **options))

    DatabaseCreation._create_test_db = copy_file  # type: ignore[attr-defined]
    BaseDatabaseCreation._create_test_db = copy_database  # type: ignore[attr-defined]


def _make_keys() -> None:
    from django.conf import settings

    from gongshi.config.secrets import make_secret_key

    make_secret_key(DIRECTORY)
    try:
        from gongshi.safekeeping.keys import make_key_file
    except ImportError:
        return
    make_key_file(settings.KEY_FILE)
    make_key_file(settings.LEDGER_KEY_FILE)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """What is collected stays to the end: looking for garbage in it took a third of the time, and more in each test."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
