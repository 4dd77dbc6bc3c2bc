"""Whether the program can do its work: the databases answer, the key file can be read. Nothing is written."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import Error, connections

from gongshi.safekeeping.keys import KeyFileError, load


def parts() -> dict[str, bool]:
    """Part of the instance -> whether it can be used: every database by its alias ("default" is "database"), "keys".

    A replica has no keys.
    """
    found = {_name(alias): _works(partial(_answers, alias)) for alias in settings.DATABASES}
    if settings.REPLICA_OF:
        return found
    return {**found, "keys": _works(lambda: load(settings.KEY_FILE))}


def is_well() -> bool:
    """Whether every part can be used."""
    return all(parts().values())


def _name(alias: str) -> str:
    return "database" if alias == "default" else alias


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (Error, KeyFileError, OSError):
        return False
    return True


def _answers(alias: str) -> None:
    """Ask the database for something that lies in it: SQLite opens a missing file as an empty one.

    Asked twice: after the database was started again, each thread's old connection fails once.
    """
    try:
        _ask(alias)
    except Error:
        connections[alias].close()
        _ask(alias)


def _ask(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
