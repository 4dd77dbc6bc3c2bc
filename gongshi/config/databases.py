"""One instance, one database: the SQLite file in its directory, or the PostgreSQL that ``database`` names.

Beside it the wraps store, which no backup of the database holds (`gongshi.safekeeping.apart_store`).

Nothing is acknowledged before it is durably committed: SQLite runs in WAL mode with ``synchronous=FULL``,
PostgreSQL with ``synchronous_commit=on``.
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gongshi.config.environment import SettingsError

# Each thread of each worker has a connection to each database, and a page cache of its own with it: a megabyte. The
# system keeps the file in memory for all of them; with 32 MB no page of the demo town was faster.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA secure_delete=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-1000;"
    "PRAGMA wal_autocheckpoint=2000;"
)


def databases(url: str, wraps_url: str, directory: Path, *, replica: bool) -> dict[str, dict[str, Any]]:
    """Django's DATABASES of an instance. A replica has no wraps store, and may change nothing.

    Raises SettingsError where a replica has no PostgreSQL, or is told of a wraps store.
    """
    if not replica:
        return {
            "default": database(url, directory),
            "wraps": wraps_database(wraps_url, directory, main=url),
        }
    if not url.startswith(("postgresql:", "postgres:")):
        raise SettingsError("database: a replica needs a PostgreSQL of its own, postgresql://...")
    if wraps_url:
        raise SettingsError("wraps_database: a replica holds no wrapped keys; leave it out")
    found = database(url, directory)
    found["OPTIONS"]["options"] += " -c default_transaction_read_only=on"
    return {"default": found}


def main_server(address: str, base_url: str) -> str:
    """The address of the main server where this one is a replica; "" where it is the main one.

    Raises SettingsError for what is no address, and for this server's own: visitors would be sent round in circles.
    """
    found, parts = address.rstrip("/"), urlsplit(address)
    if not found:
        return ""
    whole = parts.scheme in ("https", "http") and parts.hostname and parts.path in ("", "/")
    if not whole or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError(f"replica_of: expected an address as in https://gongshi.example, got {address!r}")
    if parts.netloc == urlsplit(base_url).netloc:
        raise SettingsError("replica_of: this is base_url itself; a replica has an address of its own")
    return found


def database(url: str, directory: Path) -> dict[str, Any]:
    """Django's settings for the instance's database. ``url`` is empty (SQLite) or ``postgresql://...``."""
    return _named("database", url, directory / "gongshi.sqlite3")


def wraps_database(url: str, directory: Path, *, main: str = "") -> dict[str, Any]:
    """The same for the wraps store. Several machines need one that all of them reach.

    Raises SettingsError when it is the database itself: its backups would then hold the keys to what is in them.
    """
    if url and url == main:
        raise SettingsError("wraps_database: this is the database itself; name another one, or leave it out")
    return _named("wraps_database", url, directory / "wraps" / "wraps.sqlite3")


def _named(setting: str, url: str, file: Path) -> dict[str, Any]:
    if not url:
        return sqlite(file)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingsError(f"{setting}: expected postgresql://... or nothing, got {parts.scheme!r}")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**query, "options": "-c synchronous_commit=on", "prepare_threshold": 3},
    }


def sqlite(path: Path) -> dict[str, Any]:
    """Django's settings for a SQLite file."""
    return {
        "ENGINE": "gongshi.config.queued_sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        "TEST": {"NAME": None},
    }
